"""One-sided expansions: what a formula does just beside a point, exactly.

Along a ray x₀ + t·v, t > 0, a formula is a generalised power series Σ cᵢ·t^eᵢ. Truncated series
are forward-mode automatic differentiation of higher order (Griewank & Walther 2008, ch. 13), and
because only one side is looked at, kinks are no trouble: |u| is u or −u, by the sign of u's
first coefficient that is not zero. Exponents may be fractions, so that roots at zero have series
too. Nothing is differenced, so there is no step and no truncation error to be taken for a slope.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from mpmath import libmp

from gdcore.court.balls import (
    EXACT,
    ONE,
    VANISHING,
    ZERO,
    Ball,
    Field,
    OutsideDomain,
    Unsure,
    fraction,
    joined,
)
from gdcore.court.exact import in_mpmath
from gdcore.formula import FUNCTIONS, Call, Formula, Variable, derivative, evaluate
from gdcore.formula.operation import Operation

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Series:
    """Σ terms[e]·t^e + O(t^order), up to logarithms; order is infinite where that is all of it."""

    terms: dict[Any, Ball]
    order: Any = math.inf

    @property
    def lowest(self) -> Any:
        """No exponent that may occur lies below this one."""
        return min(self.terms, default=self.order)

    @property
    def constant(self) -> Ball:
        return self.terms.get(0, ZERO)

    @property
    def still(self) -> bool:
        """Whether nothing moves."""
        return self.order == math.inf and not any(self.terms.keys())

    @property
    def nothing(self) -> bool:
        return not self.terms and self.order == math.inf


@dataclass
class Notes:
    """What was met on the way.

    ties: functions whose arguments lie on their kink. sided: whether a side had to be chosen for
    any other reason. singular: functions whose own slope is
    infinite there. lost: most bits that cancelled in a sum. saturated: how far, as a power of
    two, tanh or sigmoid lie from the end of their range at the closest.
    """

    ties: set[str] = field(default_factory=set)
    singular: set[str] = field(default_factory=set)
    sided: bool = False
    lost: float = 0.0
    saturated: float = 0.0


def still(value: Ball) -> Series:
    return Series({} if value.is_zero else {0: value})


class Calculus:
    """Arithmetic and functions of one-sided series over `numbers`.

    depth: how many orders beyond a series' first one are kept.
    """

    def __init__(self, numbers: Field, depth: int):
        self.numbers, self.depth, self.notes = numbers, depth, Notes()

    def operations(self) -> dict[str, Callable[..., Series]]:
        """Every function of a formula, by name.

        A function that has no expansion here but a meaning is left out: that is expanded. One
        that has neither is expanded by its slopes.
        """
        own = (
            "add sub mul div neg pow sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh"
            " atanh exp expm1 log log1p sqrt cbrt erf erfc abs sign sigmoid relu softplus step"
            " max min"
        ).split()
        named = {
            "log2": self._log_of(2),
            "log10": self._log_of(10),
            "ln": self.log,
            "constant": lambda value: still(self.numbers.number(float(value))),
        }
        known = {name: getattr(self, name) for name in own} | named
        other = {
            name: self._by_slopes(record)
            for name, record in FUNCTIONS.items()
            if name not in known and record.meaning is None
        }
        return known | other

    def _by_slopes(self, record: Operation) -> Callable[[Series], Series]:
        """A smooth function of one argument, from its words in mpmath and its slope.

        f = f(a₀) + ∫ f'(a) da, the slope being allowed to name f itself: whoever knows f to some
        order knows f' to that order, and so f to the next one.
        """
        whole = Formula("", "", ("x",), Call(record.name, (Variable("x"),)))
        slope = derivative(whole, "x")

        def expansion(a: Series) -> Series:
            work, start = dict(self.operations()), value(a.constant)
            if a.still:
                return still(start)
            moving = self._moving(a)
            found = Series(still(start).terms, moving.lowest)
            for _ in range(self._count(moving)):
                work[record.name] = lambda b, found=found: found if b is a else expansion(b)
                found = self._integrated(start, evaluate(slope, work, {"x": a}), a)
            return found

        def value(ball: Ball) -> Ball:
            raw = in_mpmath(record, ball.middle, self.numbers.bits + 16)
            size = float(raw[2] + raw[3]) if raw[1] else VANISHING
            found = Ball(raw, size - self.numbers.bits)
            if ball.radius == EXACT:
                return found
            work = self.operations() | {record.name: lambda b: still(found)}
            steep = evaluate(slope, work, {"x": still(ball)}).constant.bound
            return Ball(raw, joined(ball.radius + steep + 1, found.radius))

        return expansion

    def ray(self, value: float, direction: int) -> Series:
        """A variable that starts at `value` and moves in `direction`: 1, 0 or -1."""
        terms = {0: self.numbers.number(value)} | ({1: self.numbers.number(direction)})
        return self._cut(terms, math.inf)

    # Sums and products

    def _cut(self, terms: dict[Any, Ball], order: Any) -> Series:
        kept = {e: c for e, c in terms.items() if e < order and not c.is_zero}
        if kept:
            end = min(kept) + self.depth
            if any(e >= end for e in kept):
                order = min(order, end)
                kept = {e: c for e, c in kept.items() if e < end}
        return Series(kept, order)

    def add(self, a: Series, b: Series) -> Series:
        terms = dict(a.terms)
        for e, c in b.terms.items():
            if e in terms:
                total = self.numbers.add(terms[e], c)
                self._note_loss(e, terms[e], c, total)
                terms[e] = total
            else:
                terms[e] = c
        return self._cut(terms, min(a.order, b.order))

    def _note_loss(self, e: Any, a: Ball, b: Ball, total: Ball) -> None:
        """Sums of what float64 holds exactly lose nothing where they vanish."""
        most = max(a.size, b.size)
        if e <= 1 and (total.middle[1] or max(a.middle[3], b.middle[3]) > 53):
            rest = max(total.size, total.radius)
            self.notes.lost = max(self.notes.lost, most - max(rest, most - self.numbers.bits))

    def neg(self, a: Series) -> Series:
        return Series({e: self.numbers.neg(c) for e, c in a.terms.items()}, a.order)

    def sub(self, a: Series, b: Series) -> Series:
        return self.add(a, self.neg(b))

    def mul(self, a: Series, b: Series) -> Series:
        if a.nothing or b.nothing:
            return Series({})
        order = min(a.order + b.lowest, b.order + a.lowest)
        end = min(order, a.lowest + b.lowest + self.depth)
        terms: dict[Any, Ball] = {}
        cut = False
        for e, c in a.terms.items():
            for f, d in b.terms.items():
                if e + f >= end:
                    cut = True
                    continue
                product = self.numbers.mul(c, d)
                terms[e + f] = (
                    self.numbers.add(terms[e + f], product) if e + f in terms else product
                )
        return self._cut(terms, end if cut else order)

    def scaled(self, a: Series, factor: Ball) -> Series:
        return Series({e: self.numbers.mul(c, factor) for e, c in a.terms.items()}, a.order)

    def div(self, a: Series, b: Series) -> Series:
        if self._lead(b, needed=True)[0] != 0:
            raise OutsideDomain
        if b.still:
            divisor = b.constant
            return Series({e: self.numbers.div(c, divisor) for e, c in a.terms.items()}, a.order)
        return self.mul(a, self._power(b, Fraction(-1)))

    # Series of series

    def _lead(self, a: Series, needed: bool = False) -> tuple[Any, Ball, int]:
        """Exponent, coefficient and sign of the first term that is not zero; sign 0 for none."""
        for e in sorted(a.terms):
            sign = self.numbers.sign(a.terms[e])
            if sign:
                return e, a.terms[e], sign
        if needed and a.nothing:
            raise OutsideDomain
        return a.order, ZERO, 0

    def _moving(self, a: Series) -> Series:
        """The series without its constant."""
        return Series({e: c for e, c in a.terms.items() if e != 0}, a.order)

    def _count(self, moving: Series) -> int:
        """How many coefficients of an outer function are needed."""
        if moving.nothing:
            return 1
        return math.ceil(self.depth / moving.lowest) + 1

    def _composed(self, outer: Sequence[Ball], moving: Series) -> Series:
        """Σ outer[k]·moving^k, the series of an outer function in what its argument moves by."""
        if moving.nothing:
            return still(outer[0])
        total = still(outer[-1])
        for coefficient in reversed(outer[:-1]):
            total = self.add(self.mul(total, moving), still(coefficient))
        return self._cut(total.terms, min(total.order, moving.order, len(outer) * moving.lowest))

    def _exponential(self, a: Series, coefficients: Callable[[int], Ball]) -> Series:
        """An outer function whose k-th derivative is coefficients(k)."""
        moving = self._moving(a)
        outer, factorial = [], 1
        for k in range(self._count(moving)):
            factorial *= k or 1
            outer.append(self.numbers.div(coefficients(k), self.numbers.number(factorial)))
        return self._composed(outer, moving)

    def exp(self, a: Series) -> Series:
        value = self.numbers.exp(a.constant)
        return self._exponential(a, lambda k: value)

    def _wave(self, a: Series, first: int) -> Series:
        cos, sin = self.numbers.circular(a.constant, libmp.mpf_cos_sin)
        cycle = [sin, cos, self.numbers.neg(sin), self.numbers.neg(cos)]
        return self._exponential(a, lambda k: cycle[(k + first) % 4])

    def sin(self, a: Series) -> Series:
        return self._wave(a, 0)

    def cos(self, a: Series) -> Series:
        return self._wave(a, 1)

    def tan(self, a: Series) -> Series:
        return self.div(self.sin(a), self.cos(a))

    def _catenary(self, a: Series, first: int) -> Series:
        both = self.numbers.circular(a.constant, libmp.mpf_cosh_sinh)
        return self._exponential(a, lambda k: both[(k + first) % 2])

    def cosh(self, a: Series) -> Series:
        return self._catenary(a, 0)

    def sinh(self, a: Series) -> Series:
        return self._catenary(a, 1)

    def _log_moving(self, a: Series, value: Ball, base: Ball) -> Series:
        """value + log(1 + moving/base)."""
        moving = self._moving(a)
        outer, power = [value], ONE
        for k in range(1, self._count(moving)):
            power = self.numbers.div(power, base)
            outer.append(self.numbers.div(power, self.numbers.number(k if k % 2 else -k)))
        return self._composed(outer, moving)

    def log(self, a: Series) -> Series:
        lead, value, sign = self._lead(a, needed=True)
        if lead != 0 or sign < 0:
            raise OutsideDomain
        return self._log_moving(a, self.numbers.log(value), value)

    def log1p(self, a: Series) -> Series:
        return self._log_moving(
            a, self.numbers.log1p(a.constant), self.numbers.add(ONE, a.constant)
        )

    def expm1(self, a: Series) -> Series:
        value, slope = self.numbers.expm1(a.constant), self.numbers.exp(a.constant)
        return self._exponential(a, lambda k: slope if k else value)

    def _log_of(self, base: int) -> Callable[[Series], Series]:
        def log(a: Series) -> Series:
            value = self.log(a)
            return self.div(value, still(self.numbers.log(self.numbers.number(base))))

        return log

    # Powers and roots

    def _power(self, a: Series, p: Fraction, name: str = "pow") -> Series:
        """a**p = (c·t^e)^p·(1 + w)^p, c·t^e being a's first term."""
        if p == 0:
            if self._lead(a)[0] != 0:
                self.notes.singular.add(name)  # 0·a^(-1), for whoever follows the rule
            return still(ONE)
        if a.nothing:
            if p < 0:
                raise OutsideDomain
            self._note_singular(name, p)
            return a
        lead, first, sign = self._lead(a)
        if lead != 0 and p < 0:
            raise OutsideDomain
        if lead != 0 and p.denominator != 1:
            self.notes.sided = True
            self._note_singular(name, p)
        if sign == 0:
            return Series({}, lead * p)
        if sign < 0 and p.denominator != 1:
            raise OutsideDomain
        if lead == 0:
            moving = self._moving(a)
            count = self._count(moving)
            return self._composed(self._binomials(first, p, count), moving)
        rest = self._cut(
            {e - lead: self.numbers.div(c, first) for e, c in a.terms.items() if e > lead},
            a.order - lead,
        )
        series = self._composed(self._binomials(ONE, p, self._count(rest)), rest)
        factor = self.numbers.power(first, p)
        shift = _plain(lead * p)
        return Series(
            {_plain(e + shift): self.numbers.mul(c, factor) for e, c in series.terms.items()},
            series.order + shift,
        )

    def _binomials(self, first: Ball, p: Fraction, count: int) -> list[Ball]:
        """The coefficients of (first + w)^p: first^p, p·first^(p-1), …"""
        outer, coefficient = [], Fraction(1)
        value, whole = self.numbers.power(first, p), p.denominator == 1
        for k in range(count):
            if k:
                coefficient *= (p - k + 1) / k
            if coefficient == 0:
                outer.append(ZERO)
                continue
            if whole:
                power = self.numbers.power(first, p - k)
            else:
                power = self.numbers.div(value, self.numbers.power(first, Fraction(k)))
            outer.append(self.numbers.mul(self.numbers.number(coefficient), power))
        return outer

    def _note_singular(self, name: str, p: Fraction) -> None:
        if 0 < p < 1:
            self.notes.singular.add(name)

    def sqrt(self, a: Series) -> Series:
        return self._power(a, HALF, "sqrt")

    def cbrt(self, a: Series) -> Series:
        if self._lead(a)[2] < 0:
            return self.neg(self._power(self.neg(a), Fraction(1, 3), "cbrt"))
        return self._power(a, Fraction(1, 3), "cbrt")

    def pow(self, a: Series, b: Series) -> Series:
        exponent = b.constant
        sign = self.numbers.sign(exponent)
        if b.still and (exponent.radius == EXACT or not sign):
            return self._power(a, fraction(exponent) if sign else Fraction(0))
        lead, _, positive = self._lead(a)
        if lead == 0 and positive > 0:
            return self.exp(self.mul(b, self.log(a)))
        if lead == 0:
            raise OutsideDomain
        # The base is zero, or begins there.
        self.notes.singular.add("pow")
        self.notes.sided = True
        ahead = sign or self._lead(b)[2]
        if sign < 0 or ahead < 0 or positive < 0:
            raise OutsideDomain
        if a.nothing:
            return a
        power = fraction(exponent).limit_denominator(10**9) if sign else Fraction(0)
        if b.still:
            return self._power(a, power)
        # t^(b₀ + δ) = t^b₀·(1 + δ·log t + …): what follows is smaller by about δ.
        leading = self._power(a, power)
        unknown = lead * power + self._moving(b).lowest
        return self._cut(leading.terms, min(leading.order, unknown))

    # Functions that saturate: written so that what is left of them keeps its digits

    def _tail(self, a: Series) -> tuple[int, Series]:
        """The sign of the argument, and exp(-|a|)."""
        sign = self.numbers.sign(a.constant)
        return sign, self.exp(self.neg(a) if sign >= 0 else a)

    def _saturates(self, tail: Series) -> None:
        self.notes.saturated = min(self.notes.saturated, tail.constant.bound)

    def tanh(self, a: Series) -> Series:
        if a.constant.size <= 0:
            return self.div(self.sinh(a), self.cosh(a))
        sign, tail = self._tail(self.add(a, a))
        self._saturates(tail)
        one = still(ONE)
        part = self.div(self.add(tail, tail), self.add(one, tail))
        return self.sub(one, part) if sign > 0 else self.sub(part, one)

    def sigmoid(self, a: Series) -> Series:
        sign, tail = self._tail(a)
        one = still(ONE)
        if sign >= 0:
            self._saturates(tail)
        return self.div(one if sign >= 0 else tail, self.add(one, tail))

    def softplus(self, a: Series) -> Series:
        sign, tail = self._tail(a)
        return self.add(a, self.log1p(tail)) if sign >= 0 else self.log1p(tail)

    def atan(self, a: Series) -> Series:
        slope = self.div(still(ONE), self.add(still(ONE), self._power(a, Fraction(2))))
        return self._integrated(self.numbers.atan(a.constant), slope, a)

    def asin(self, a: Series) -> Series:
        one = still(ONE)
        inside = self.mul(self.sub(one, a), self.add(one, a))
        lead, _, sign = self._lead(inside)
        if sign < 0:
            raise OutsideDomain
        if lead != 0:  # at an end of its range: π/2 − 2·asin(√((1 − a)/2))
            self.notes.singular.add("asin")
            up = self.numbers.sign(a.constant) > 0
            gap = self.scaled(self.sub(one, a if up else self.neg(a)), self.numbers.number(0.5))
            small = self.asin(self.sqrt(gap))
            quarter = still(self.numbers.div(self.numbers.pi(), self.numbers.number(2)))
            whole = self.sub(quarter, self.add(small, small))
            return whole if up else self.neg(whole)
        slope = self._power(inside, -HALF)
        return self._integrated(self.numbers.asin(a.constant, slope.constant.bound + 1), slope, a)

    def acos(self, a: Series) -> Series:
        quarter = still(self.numbers.div(self.numbers.pi(), self.numbers.number(2)))
        found = self.sub(quarter, self.asin(a))
        # At its upper end acos is exactly zero.
        if self._lead(self.sub(still(ONE), a))[0] != 0:
            found = Series({e: c for e, c in found.terms.items() if e != 0}, found.order)
        return found

    def atan2(self, y: Series, x: Series) -> Series:
        """The angle of the point (x, y), from −π to π; on the cut it is π, and 0 at the origin."""
        if y.nothing and x.nothing:
            return y
        start = min(self._lead(y)[0], self._lead(x)[0])
        if start != 0:  # from the origin: the direction alone counts
            self.notes.sided = True
            y, x = self._shifted(y, -start), self._shifted(x, -start)
        right, up = self.numbers.sign(x.constant), self.numbers.sign(y.constant)
        if right > 0:
            return self.atan(self.div(y, x))
        if up and not right:
            quarter = self.numbers.div(self._half_turn(up), self.numbers.number(2))
            return self.sub(still(quarter), self.atan(self.div(x, y)))
        if not up and not y.nothing:
            self.notes.sided = True  # on the cut
            up = self._lead(y)[2]
        return self.add(still(self._half_turn(up or 1)), self.atan(self.div(y, x)))

    def _half_turn(self, sign: int) -> Ball:
        return self.numbers.pi() if sign > 0 else self.numbers.neg(self.numbers.pi())

    def _shifted(self, a: Series, by: Any) -> Series:
        """The series times t^by."""
        return Series({_plain(e + by): c for e, c in a.terms.items()}, _plain(a.order + by))

    def asinh(self, a: Series) -> Series:
        slope = self._power(self.add(still(ONE), self._power(a, Fraction(2))), -HALF)
        return self._integrated(self.numbers.asinh(a.constant), slope, a)

    def acosh(self, a: Series) -> Series:
        """2·asinh √((a − 1)/2), which holds at the end of its range too."""
        gap = self.scaled(self._gap(a, still(ONE)), self.numbers.number(0.5))
        small = self.asinh(self._power(gap, HALF, "acosh"))
        return self.add(small, small)

    def atanh(self, a: Series) -> Series:
        one = still(ONE)
        inside = self.mul(self._gap(one, a), self._gap(a, self.neg(one)))
        lead, _, sign = self._lead(inside)
        if lead != 0 or sign <= 0:
            raise OutsideDomain
        slope = self._power(inside, Fraction(-1))
        value = self.numbers.atanh(a.constant, slope.constant.bound + 1)
        return self._integrated(value, slope, a)

    def _bell(self, a: Series) -> Series:
        """The slope of erf: 2/√π·exp(−a²)."""
        top = self.numbers.div(self.numbers.number(2), self.numbers.root(self.numbers.pi(), 2))
        return self.scaled(self.exp(self.neg(self._power(a, Fraction(2)))), top)

    def erf(self, a: Series) -> Series:
        tail = self.numbers.sign(a.constant) >= 0
        self._saturates(
            still(self.numbers.erfc(a.constant if tail else self.numbers.neg(a.constant)))
        )
        return self._integrated(self.numbers.erf(a.constant), self._bell(a), a)

    def erfc(self, a: Series) -> Series:
        return self._integrated(self.numbers.erfc(a.constant), self.neg(self._bell(a)), a)

    def _integrated(self, value: Ball, slope: Series, a: Series) -> Series:
        """value + ∫ slope·da."""
        rate = Series(
            {
                _plain(e - 1): self.numbers.mul(c, self.numbers.number(Fraction(e)))
                for e, c in a.terms.items()
                if e != 0
            },
            a.order - 1,
        )
        product = self.mul(slope, rate)
        terms = {
            _plain(e + 1): self.numbers.div(c, self.numbers.number(Fraction(e + 1)))
            for e, c in product.terms.items()
        }
        return self._cut(terms | ({} if value.is_zero else {0: value}), product.order + 1)

    # Kinks: the side decides

    def _side(self, name: str, a: Series) -> int:
        """Which side of its kink at zero a function is on for t > 0; 0 for on the kink itself."""
        lead, _, sign = self._lead(a)
        if lead != 0:
            self.notes.ties.add(name)
        return sign

    def _told(self, a: Series) -> None:
        """Asks for more terms where all that are there have vanished."""
        if self._lead(a)[2] == 0 and not a.nothing and not self.numbers.final:
            raise Unsure

    def abs(self, a: Series) -> Series:
        return self.neg(a) if self._side("abs", a) < 0 else a

    def relu(self, a: Series) -> Series:
        return Series({}) if self._side("relu", a) < 0 else a

    def sign(self, a: Series) -> Series:
        self._told(a)
        return still(self.numbers.number(self._side("sign", a)))

    def step(self, a: Series) -> Series:
        self._told(a)
        return still(ONE) if self._side("step", a) > 0 else Series({})

    def max(self, *arguments: Series) -> Series:
        return self._extreme("max", arguments, 1)

    def min(self, *arguments: Series) -> Series:
        return self._extreme("min", arguments, -1)

    def _extreme(self, name: str, arguments: Iterable[Series], sign: int) -> Series:
        best, *others = arguments
        tied = 0
        for other in others:
            lead, _, side = self._lead(self._gap(other, best))
            if lead == 0:
                best, tied = (other, 0) if side == sign else (best, tied)
            else:
                best, tied = (other if side == sign else best), tied + 1
        if tied:
            self.notes.ties.add(name)
        return best

    def _gap(self, a: Series, b: Series) -> Series:
        """a − b, asked for only to compare: what cancels here is not lost to anybody."""
        lost = self.notes.lost
        gap = self.sub(a, b)
        self.notes.lost = lost
        return gap


def _plain(exponent: Any) -> Any:
    """A whole number as an int, so that exponents meet each other quickly."""
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return int(exponent)
    return exponent
