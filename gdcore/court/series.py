"""One-sided expansions: what a formula does just beside a point, exactly.

Along a ray x₀ + t·v, t > 0, a formula is a generalised power series Σ cᵢ·t^eᵢ. Truncated series
are forward-mode automatic differentiation of higher order (Griewank & Walther 2008, ch. 13), and
because only one side is looked at, kinks are no trouble: |u| is u or −u, by the sign of u's
first coefficient that is not zero. Exponents may be fractions, so that roots at zero have series
too. Nothing is differenced, so there is no step and no truncation error to be taken for a slope.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from gdcore.court.balls import (
    ONE,
    ZERO,
    Ball,
    Field,
    OutsideDomain,
)

HALF = Fraction(1, 2)
# A series that begins below this exponent is not expanded: no slope can come of it.
LOWEST = Fraction(1, 8)


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


class Algebra:
    """Sums, products and powers of one-sided series over `numbers`.

    depth: how many orders beyond a series' first one are kept.
    """

    def __init__(self, numbers: Field, depth: int):
        self.numbers, self.depth, self.notes = numbers, depth, Notes()

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
        if moving.nothing or moving.lowest < LOWEST:
            return 1
        return math.ceil(self.depth / moving.lowest) + 1

    def _composed(self, outer: Sequence[Ball], moving: Series) -> Series:
        """Σ outer[k]·moving^k, the series of an outer function in what its argument moves by."""
        if moving.nothing:
            return still(outer[0])
        total = still(outer[-1])
        for coefficient in reversed(outer[:-1]):
            total = self.add(self.mul(total, moving), still(coefficient))
        return self._cut(total.terms, min(total.order, len(outer) * moving.lowest))

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
        shift = plain(lead * p)
        return Series(
            {plain(e + shift): self.numbers.mul(c, factor) for e, c in series.terms.items()},
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


def plain(exponent: Any) -> Any:
    """A whole number as an int, so that exponents meet each other quickly."""
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return int(exponent)
    return exponent
