"""Real numbers of any precision, each with a bound on its own error.

A judge must know which of its digits are right. Every number here is a midpoint and a radius that
the true number does not leave (midpoint-radius or "ball" arithmetic; van der Hoeven 2009,
Johansson, "Arb", 2017). What is exact, such as a sum of float64 numbers, has no radius. Whether a
number is positive, negative or zero is answered only where the ball can tell; otherwise `Unsure`
is raised, and whoever asked comes back with more digits.

The midpoints are mpmath's raw numbers, whose functions take their precision as an argument: no
global setting that two threads could change under each other.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NamedTuple

from mpmath import libmp

EXACT = -math.inf
# An argument beyond 2 to this power has an exponential whose very exponent is out of reach.
LARGEST_ARGUMENT = 1000
# Below minus two to this power an exponential is nothing that anybody could write.
SMALLEST_ARGUMENT = 60
# What the second order of a small error may add to its first, as a power of two.
SLACK = 1e-4
# The radius, as a power of two, of what is too small to be told from nothing.
VANISHING = -1e300

# An argument beyond 2 to this power is so far out on the bell of erf that nothing is left of it,
# and how little that is, as a power of two.
FARTHEST_BELL, BELL_VANISHES = 40, -(2.0**80)


class Unsure(ArithmeticError):
    """More digits are needed to decide."""


class Shallow(ArithmeticError):
    """More terms are needed to decide."""


class TooLarge(ArithmeticError):
    """The numbers are too large, or too close to nothing, to be told."""


class OutsideDomain(ArithmeticError):
    """There is no real value."""


class Ball(NamedTuple):
    """A number within 2**radius of `middle`, mpmath's (sign, mantissa, exponent, bits)."""

    middle: Any
    radius: float = EXACT

    @property
    def size(self) -> float:
        """The power of two just above the middle, minus infinity for zero."""
        return float(self.middle[2] + self.middle[3]) if self.middle[1] else EXACT

    @property
    def log(self) -> float:
        """The logarithm to base 2 of the middle's size, minus infinity for zero."""
        _, mantissa, exponent, _ = self.middle
        return float(exponent) + math.log2(mantissa) if mantissa else EXACT

    @property
    def bound(self) -> float:
        """A power of two that the number's size does not exceed."""
        return max(self.size, self.radius) + 1

    @property
    def is_zero(self) -> bool:
        return not self.middle[1] and self.radius == EXACT


ZERO, ONE = Ball(libmp.fzero), Ball(libmp.fone)


def joined(*radii: float) -> float:
    """The radius of a sum of errors."""
    most = max(radii)
    if most == EXACT:
        return EXACT
    return most + math.log2(sum(2.0 ** max(r - most, -60) for r in radii if r > EXACT))


class Field:
    """Arithmetic with `bits` bits.

    final: what cannot be told from zero counts as zero. deepest: nobody will come with more terms.
    """

    def __init__(self, bits: int, final: bool = False, deepest: bool = False):
        self.bits, self.final, self.deepest = bits, final, deepest

    def number(self, value: float | int | Fraction) -> Ball:
        if isinstance(value, Fraction):
            return self.div(
                Ball(libmp.from_int(value.numerator)), Ball(libmp.from_int(value.denominator))
            )
        return Ball(libmp.from_int(value) if isinstance(value, int) else libmp.from_float(value))

    def sign(self, a: Ball) -> int:
        """1, 0 or -1. Raises Unsure where the ball reaches over zero."""
        if a.size - 1 > a.radius:
            return -1 if a.middle[0] else 1
        if a.radius == EXACT:
            return 0
        if not self.final:
            raise Unsure
        if a.radius < -(2.0 ** (SMALLEST_ARGUMENT - 1)):
            raise TooLarge
        return 0

    def _rounded(self, exact: Any, radius: float) -> Ball:
        if exact[3] <= self.bits:
            return Ball(exact, radius)
        middle = libmp.mpf_pos(exact, self.bits, "n")
        return Ball(middle, joined(radius, float(exact[2] + exact[3]) - self.bits))

    def add(self, a: Ball, b: Ball) -> Ball:
        if not a.middle[1] or not b.middle[1]:
            middle = a.middle if a.middle[1] else b.middle
            return Ball(middle, joined(a.radius, b.radius))
        radius = joined(a.radius, b.radius)
        apart = max(a.size, b.size) - min(a.middle[2], b.middle[2])
        if apart <= 4 * self.bits:
            return self._rounded(libmp.mpf_add(a.middle, b.middle), radius)
        middle = libmp.mpf_add(a.middle, b.middle, self.bits, "n")
        return Ball(middle, joined(radius, max(a.size, b.size) - self.bits + 1))

    def neg(self, a: Ball) -> Ball:
        return Ball(libmp.mpf_neg(a.middle), a.radius)

    def sub(self, a: Ball, b: Ball) -> Ball:
        return self.add(a, self.neg(b))

    def mul(self, a: Ball, b: Ball) -> Ball:
        if a.is_zero or b.is_zero:
            return ZERO
        radius = EXACT
        if a.radius > EXACT or b.radius > EXACT:
            radius = joined(a.log + b.radius, b.log + a.radius, a.radius + b.radius)
        return self._rounded(libmp.mpf_mul(a.middle, b.middle), radius)

    def div(self, a: Ball, b: Ball) -> Ball:
        if self.sign(b) == 0:
            raise OutsideDomain
        if a.is_zero:
            return ZERO
        if not a.middle[1]:
            return Ball(libmp.fzero, a.radius - b.size + 2)
        middle = libmp.mpf_div(a.middle, b.middle, self.bits, "n")
        if a.radius == EXACT == b.radius and libmp.mpf_mul(middle, b.middle) == a.middle:
            return Ball(middle)
        size = Ball(middle).log
        # A little more where the divisor itself is not sharp.
        loose = b.log - (1 if b.radius > b.size - 20 else SLACK)
        return Ball(middle, joined(a.radius - loose, size + b.radius - loose, size - self.bits))

    def narrow(self, a: Ball) -> None:
        """Sees to it that a function of `a` can be told at all."""
        if a.radius > -20:
            raise (TooLarge if self.final else Unsure)

    def exp(self, a: Ball) -> Ball:
        if a.middle[0] and a.size > SMALLEST_ARGUMENT:
            return Ball(libmp.fzero, max(-(2.0 ** min(a.size - 1, 1000.0)), VANISHING))
        if a.size > LARGEST_ARGUMENT:
            raise TooLarge
        self.narrow(a)
        if a.is_zero:
            return ONE
        middle = libmp.mpf_exp(a.middle, self.bits, "n")
        return Ball(middle, Ball(middle).log + joined(a.radius + SLACK, 1.0 - self.bits))

    def log(self, a: Ball) -> Ball:
        if self.sign(a) <= 0:
            raise OutsideDomain
        if a == ONE:
            return ZERO
        middle = libmp.mpf_log(a.middle, self.bits, "n")
        size = float(middle[2] + middle[3]) if middle[1] else EXACT
        sharp = 1 if a.radius > a.size - 20 else SLACK
        return Ball(middle, joined(a.radius - a.log + sharp, size - self.bits + 1))

    def log1p(self, a: Ball) -> Ball:
        """log(1 + a), all digits right however small a is."""
        if a.size < -self.bits:  # a - a²/2, the rest being smaller still
            half = Ball(libmp.mpf_shift(libmp.mpf_mul(a.middle, a.middle), -1), 2 * a.bound)
            series = self.sub(Ball(a.middle), half)
            return Ball(series.middle, joined(a.radius + 1, series.radius, 2 * a.bound))
        wide = Field(2 * self.bits + 8, self.final)
        series = wide.log(wide.add(ONE, a))
        return self._rounded(series.middle, series.radius)

    def expm1(self, a: Ball) -> Ball:
        """exp(a) - 1, all digits right however small a is."""
        if a.size < -self.bits:  # a + a²/2, the rest being smaller still
            half = Ball(libmp.mpf_shift(libmp.mpf_mul(a.middle, a.middle), -1), 2 * a.bound)
            series = self.add(Ball(a.middle), half)
            return Ball(series.middle, joined(a.radius + 1, series.radius, 2 * a.bound))
        wide = Field(2 * self.bits + 8, self.final)
        series = wide.sub(wide.exp(a), ONE)
        return self._rounded(series.middle, series.radius)

    def circular(self, a: Ball, functions: Any) -> tuple[Ball, Ball]:
        """(cos, sin) or (cosh, sinh) of a, by mpmath's function of both."""
        hyperbolic = functions is libmp.mpf_cosh_sinh
        if a.size > LARGEST_ARGUMENT:
            raise TooLarge
        self.narrow(a)
        if a.is_zero:
            return ONE, ZERO
        both = [Ball(raw) for raw in functions(a.middle, self.bits, "n")]
        steep = max(both[0].log, both[1].log) + SLACK if hyperbolic else SLACK
        return tuple(Ball(b.middle, joined(a.radius + steep, b.size - self.bits + 1)) for b in both)  # type: ignore[return-value]

    def asinh(self, a: Ball) -> Ball:
        return self._smooth(libmp.mpf_asinh, a, 0.0)

    def atanh(self, a: Ball, steep: float) -> Ball:
        return self._smooth(libmp.mpf_atanh, a, steep)

    def erfc(self, a: Ball) -> Ball:
        """1 - erf(a), all digits right however small it is."""
        if a.size > FARTHEST_BELL:
            return Ball(self.number(2).middle if a.middle[0] else libmp.fzero, BELL_VANISHES)
        self.narrow(a)
        if a.is_zero:
            return ONE
        tail = Ball(libmp.mpf_erfc(a.middle, self.bits, "n"))
        # Its slope is at most 2/√π, and on the right at most itself times 2a + 2.
        steep = 2.0 if a.middle[0] else min(2.0, tail.size + max(a.size, 0.0) + 3)
        return Ball(tail.middle, joined(a.radius + steep, tail.size - self.bits + 1))

    def erf(self, a: Ball) -> Ball:
        if a.size > FARTHEST_BELL:
            return Ball(self.number(-1 if a.middle[0] else 1).middle, BELL_VANISHES)
        return self._smooth(libmp.mpf_erf, a, 1.0)

    def atan(self, a: Ball) -> Ball:
        return self._smooth(libmp.mpf_atan, a, 0.0)

    def asin(self, a: Ball, steep: float) -> Ball:
        return self._smooth(libmp.mpf_asin, a, steep)

    def _smooth(self, function: Any, a: Ball, steep: float) -> Ball:
        """function(a), whose slope nearby is below 2**steep."""
        if a.is_zero:
            return ZERO
        image = Ball(function(a.middle, self.bits, "n"))
        return Ball(image.middle, joined(a.radius + steep, image.size - self.bits + 1))

    def pi(self) -> Ball:
        return Ball(libmp.mpf_pi(self.bits), 3.0 - self.bits)

    def root(self, a: Ball, degree: int) -> Ball:
        """The real root of a positive number."""
        root = libmp.mpf_nthroot(a.middle, degree, self.bits, "n")
        back = libmp.fone
        for _ in range(degree):
            back = libmp.mpf_mul(back, root)
        if a.radius == EXACT and back == a.middle:
            return Ball(root)
        return Ball(root, Ball(root).log + joined(a.radius - a.log, 1.0 - self.bits))

    def power(self, a: Ball, p: Fraction) -> Ball:
        """a**p for a number a that is not zero; p need not be whole where a is positive."""
        if p.denominator == 1 and abs(p) <= 1024:
            power, factor, n = ONE, a, abs(int(p))
            while n:
                if n % 2:
                    power = self.mul(power, factor)
                n //= 2
                if n:
                    factor = self.mul(factor, factor)
            return self.div(ONE, power) if p < 0 else power
        negative = bool(a.middle[0])
        size = Ball(libmp.mpf_abs(a.middle), a.radius)
        if p.denominator in (2, 3) and abs(p.numerator) <= 1024:
            return self.power(self.root(size, p.denominator), Fraction(p.numerator))
        # The larger the exponent, the more digits the logarithm needs.
        wide = Field(self.bits + max(0, abs(int(p)).bit_length()) + 16, self.final)
        power = wide.exp(wide.mul(wide.number(p), wide.log(size)))
        power = self._rounded(power.middle, power.radius)
        return self.neg(power) if negative and int(p) % 2 else power


def fraction(a: Ball) -> Fraction:
    """The middle as a fraction."""
    sign, mantissa, exponent, _ = a.middle
    if abs(exponent) > 100_000:
        raise TooLarge
    whole = -int(mantissa) if sign else int(mantissa)
    return Fraction(whole << exponent) if exponent >= 0 else Fraction(whole, 1 << -exponent)
