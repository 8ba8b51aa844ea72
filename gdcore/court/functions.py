"""Every function of a formula over one-sided series: those that saturate, and kinks, as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from gdcore.court.balls import EXACT, ONE, VANISHING, Ball, Shallow, joined
from gdcore.court.elementary import Elementary
from gdcore.court.exact import in_mpmath
from gdcore.court.series import Series, plain, still
from gdcore.formula import FUNCTIONS, Call, Formula, Variable, derivative, evaluate
from gdcore.formula.operation import Operation


class Calculus(Elementary):
    """Every function of a formula, over one-sided series."""

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
        expansions = {name: getattr(self, name) for name in own} | named
        other = {
            name: self._by_slopes(record)
            for name, record in FUNCTIONS.items()
            if name not in expansions and record.meaning is None
        }
        return expansions | other

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
            series = Series(still(start).terms, moving.lowest)
            for _ in range(self._count(moving)):
                work[record.name] = lambda b, series=series: series if b is a else expansion(b)
                series = self._integrated(start, evaluate(slope, work, {"x": a}), a)
            return series

        def value(ball: Ball) -> Ball:
            raw = in_mpmath(record, ball.middle, self.numbers.bits + 16)
            size = float(raw[2] + raw[3]) if raw[1] else VANISHING
            image = Ball(raw, size - self.numbers.bits)
            if ball.radius == EXACT:
                return image
            work = self.operations() | {record.name: lambda b: still(image)}
            steep = evaluate(slope, work, {"x": still(ball)}).constant.bound
            return Ball(raw, joined(ball.radius + steep + 1, image.radius))

        return expansion

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

    # The angle of a point

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
        return Series({plain(e + by): c for e, c in a.terms.items()}, plain(a.order + by))

    # Kinks: the side decides

    def _side(self, name: str, a: Series) -> int:
        """Which side of its kink at zero a function is on for t > 0; 0 for on the kink itself."""
        lead, _, sign = self._lead(a)
        if lead != 0:
            self.notes.ties.add(name)
        return sign

    def _told(self, a: Series) -> None:
        """Asks for more terms where all that are there have vanished."""
        if self._lead(a)[2] == 0 and not a.nothing and not self.numbers.deepest:
            raise Shallow

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
