"""The functions of a calculus course over one-sided series, roots at zero included."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from mpmath import libmp

from gdcore.court.balls import EXACT, ONE, Ball, OutsideDomain, fraction
from gdcore.court.series import HALF, Algebra, Series, plain, still


class Elementary(Algebra):
    """Exponentials, logarithms, powers, circular and hyperbolic functions and their inverses."""

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

    # Inverses, from their slopes

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
        angle = self.sub(quarter, self.asin(a))
        # At its upper end acos is exactly zero.
        if self._lead(self.sub(still(ONE), a))[0] != 0:
            angle = Series({e: c for e, c in angle.terms.items() if e != 0}, angle.order)
        return angle

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

    def _integrated(self, value: Ball, slope: Series, a: Series) -> Series:
        """value + ∫ slope·da."""
        rate = Series(
            {
                plain(e - 1): self.numbers.mul(c, self.numbers.number(Fraction(e)))
                for e, c in a.terms.items()
                if e != 0
            },
            a.order - 1,
        )
        product = self.mul(slope, rate)
        terms = {
            plain(e + 1): self.numbers.div(c, self.numbers.number(Fraction(e + 1)))
            for e, c in product.terms.items()
        }
        return self._cut(terms | ({} if value.is_zero else {0: value}), product.order + 1)

    def _gap(self, a: Series, b: Series) -> Series:
        """a − b, asked for only to compare: what cancels here is not lost to anybody."""
        lost = self.notes.lost
        gap = self.sub(a, b)
        self.notes.lost = lost
        return gap
