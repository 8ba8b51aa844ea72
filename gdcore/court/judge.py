"""The judge: value, gradient and curvature of a formula at a point, with digits that are right.

A formula is expanded along each variable to the right and to the left (`series`), in numbers that
know their own error (`balls`). Where a kink is, the two sides differ; where nothing can be told
yet, the same is done again with more digits. The numbers of a formula are the float64 numbers
that every framework is given; pi, too, is float64's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import mpmath
import numpy as np

from gdcore.court.balls import ZERO, Ball, Field, OutsideDomain, Shallow, TooLarge, Unsure
from gdcore.court.functions import Calculus
from gdcore.court.series import Notes, Series
from gdcore.formula import Formula, count_nodes, evaluate, parse
from gdcore.words.texts import Problem

# Bits of the numbers, attempt by attempt; 2,400 hold every sum of float64 numbers. And how many
# more terms of a series are kept than are asked for.
PRECISIONS, DEPTHS = (256, 768, 2400), (0, 3, 8)
# A long formula is not asked a third time: an answer is to come while somebody waits.
LONG = 40
# Right digits that an answer must have: fifty and some.
BITS = 180
# What lies below this power of two is nothing to any format.
NOTHING = -2000
# What lies below this one could not even be written.
FARTHEST = -1e7

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Reference:
    """What is known of a formula at a point.

    kind: `smooth`; `kink` where the slope from the left is another than from the right; `jump`
    where a side does not tend to the value; `edge` where there is no slope on one side, or an
    infinite one; `unknown` where no number of terms decides; `outside` where there is no value;
    `overflow` where the numbers are too large to be told. value, gradient: fifty digits, None
    where there are none. slopes: for a kink, the variable and its slopes from the left and from
    the right; for a jump, where the sides tend. gap: by how much these differ. notes: what was
    met on the way.
    """

    kind: str
    value: Any = None
    gradient: Mapping[str, Any] | None = None
    slopes: tuple[str, float, float] | None = None
    gap: Any = None
    notes: Notes = field(default_factory=Notes)


@dataclass(frozen=True)
class Bend:
    """The curvature at a point.

    matrix: the (n, n) second derivatives, None where there are none. sides: where the curvature
    jumps along a variable, its name and the second derivatives from the left and from the right.
    """

    matrix: np.ndarray | None = None
    sides: tuple[str, float, float] | None = None


class Undecided(ArithmeticError):
    """No number of terms that was tried decides."""


class NoSlope(ArithmeticError):
    """One side has no finite derivative of the order that is asked for."""


def _settled(formula: Formula, work: Callable[[Field, int], Answer]) -> Answer:
    """The work with as many digits as it takes to decide."""
    tries = 2 if count_nodes(formula.tree) > LONG else 3
    finer = deeper = 0
    while True:
        last = tries - 1
        numbers = Field(PRECISIONS[min(finer, last)], finer > last, deeper > last)
        try:
            return work(numbers, DEPTHS[min(deeper, last)])
        except Unsure:
            finer += 1
        except Shallow:
            deeper += 1


def _number(ball: Ball, numbers: Field) -> Any:
    """The ball as a number of mpmath, if its digits are right. Raises Unsure if not."""
    if ball.radius > max(ball.size - BITS, NOTHING):
        if not numbers.final:
            raise Unsure
        if ball.size - 1 <= ball.radius:
            ball = ZERO
    if ball.size < FARTHEST or (ball.size < NOTHING and ball.radius > ball.size):
        ball = ZERO
    return mpmath.mp.make_mpf(ball.middle)


def _differ(a: Ball, b: Ball, numbers: Field) -> bool:
    """Whether two numbers are apart, by more than what is nothing to any format."""
    if a.middle == b.middle:  # to the last digit: the same steps on both sides
        return False
    gap = numbers.sub(a, b)
    return gap.bound > NOTHING and numbers.sign(gap) != 0


@dataclass(frozen=True)
class _Ray:
    """Expansions of one formula at one point, in one precision."""

    formula: Formula
    at: Mapping[str, float]
    numbers: Field
    depth: int

    def along(self, directions: Mapping[str, int]) -> tuple[Series, Notes]:
        calculus = Calculus(self.numbers, self.depth)
        values = {n: calculus.ray(v, directions.get(n, 0)) for n, v in self.at.items()}
        return evaluate(self.formula, calculus.operations(), values), calculus.notes

    def both(self, names: tuple[str, ...]) -> tuple[Series, Series, Notes]:
        """The left side, as t grows to the left, the right side, and what was met."""
        right, notes = self.along(dict.fromkeys(names, 1))
        if notes.ties or notes.singular or notes.sided:
            left, more = self.along(dict.fromkeys(names, -1))
            return left, right, _merged(notes, more)
        mirrored = {e: self.numbers.neg(c) if e % 2 else c for e, c in right.terms.items()}
        return Series(mirrored, right.order), right, notes

    def derivative(self, side: Series, order: int, notes: Notes) -> Ball:
        """The first (along t) or second derivative of one side, given that lower ones exist."""
        for exponent in sorted(side.terms):
            between = order - 1 < exponent < order
            if between and self.numbers.sign(side.terms[exponent]):
                raise NoSlope
        if side.order <= order:
            if not self.numbers.deepest:
                raise Shallow
            # Where a base of zero has a moving exponent, what follows is t·log t: infinitely steep.
            raise NoSlope if "pow" in notes.singular else Undecided
        return self.numbers.mul(side.terms.get(order, ZERO), self.numbers.number(order))


def _merged(*notes: Notes) -> Notes:
    return Notes(
        ties=set().union(*(n.ties for n in notes)),
        singular=set().union(*(n.singular for n in notes)),
        sided=any(n.sided for n in notes),
        lost=max(n.lost for n in notes),
        saturated=min(n.saturated for n in notes),
    )


def _checked(formula: str | Formula, at: Mapping[str, float]) -> Formula:
    parsed = parse(formula, tuple(at)) if isinstance(formula, str) else formula
    missing = [name for name in parsed.names if name not in at]
    if missing:
        raise Problem("settings.no_start", name=missing[0])
    return parsed


def reference(formula: str | Formula, at: Mapping[str, float]) -> Reference:
    """The value and the gradient to fifty digits, from both sides.

    Raises FormulaError for a text that cannot be read, and Problem for a variable without a place.
    """
    parsed = _checked(formula, at)
    point = {name: float(value) for name, value in at.items()}
    if not all(map(math.isfinite, point.values())):
        return Reference("outside")
    try:
        return _settled(parsed, lambda numbers, deeper: _judged(parsed, point, numbers, deeper))
    except (TooLarge, OverflowError):
        return Reference("overflow")


def _judged(formula: Formula, at: Mapping[str, float], numbers: Field, deeper: int) -> Reference:
    ray = _Ray(formula, at, numbers, 2 + deeper)
    try:
        here, notes = ray.along({})
    except OutsideDomain:
        return Reference("outside")
    if here.constant.size > 1024:
        return Reference("overflow")
    value = _number(here.constant, numbers)
    gradient: dict[str, Any] = {}
    answer = Reference("smooth", value=value, gradient=gradient)
    order = ("smooth", "kink", "unknown", "jump", "edge", "overflow")
    for name in at:
        try:
            left, right, met = ray.both((name,))
        except OutsideDomain:
            return Reference("edge", value=value, notes=notes)
        notes = _merged(notes, met)
        here_too = _one_variable(ray, name, here, left, right, met)
        if here_too.gradient:
            gradient |= here_too.gradient
        if order.index(here_too.kind) > order.index(answer.kind):
            answer = replace(here_too, value=value)
    return replace(answer, gradient=gradient if answer.kind == "smooth" else None, notes=notes)


def _one_variable(
    ray: _Ray, name: str, here: Series, left: Series, right: Series, notes: Notes
) -> Reference:
    numbers = ray.numbers
    before, after = left.constant, right.constant
    if any(_differ(limit, here.constant, numbers) for limit in (before, after)):
        return _sides("jump", name, before, after, numbers)
    try:
        down, up = (ray.derivative(side, 1, notes) for side in (left, right))
    except NoSlope:
        return Reference("edge")
    except Undecided:
        return Reference("unknown")
    down = numbers.neg(down)
    if max(down.size, up.size) > 1024:
        return Reference("overflow")
    if _differ(up, down, numbers):
        return _sides("kink", name, down, up, numbers)
    return Reference("smooth", gradient={name: _number(up, numbers)})


def _sides(kind: str, name: str, left: Ball, right: Ball, numbers: Field) -> Reference:
    both = (float(_number(left, numbers)), float(_number(right, numbers)))
    gap = _number(numbers.sub(right, left), numbers)
    return Reference(kind, slopes=(name, *both), gap=gap)


def bend(formula: str | Formula, at: Mapping[str, float]) -> Bend:
    """The second derivatives, variables in the order of `at`; where they jump, both sides."""
    parsed = _checked(formula, at)
    point = {name: float(value) for name, value in at.items()}
    try:
        return _settled(parsed, lambda numbers, deeper: _bent(parsed, point, numbers, deeper))
    except (ArithmeticError, ValueError):
        return Bend()


def curvature(formula: str | Formula, at: Mapping[str, float]) -> np.ndarray | None:
    """The (n, n) second derivatives; None where there are none."""
    return bend(formula, at).matrix


def _bent(formula: Formula, at: Mapping[str, float], numbers: Field, deeper: int) -> Bend:
    ray, names = _Ray(formula, at, numbers, 3 + deeper), tuple(at)
    entries: dict[tuple[str, ...], Ball] = {}
    slopes: dict[str, Ball] = {}
    here, _ = ray.along({})
    pairs = [(a,) for a in names] + [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    for pair in pairs:
        left, right, notes = ray.both(pair)
        if any(_differ(side.constant, here.constant, numbers) for side in (left, right)):
            return Bend()
        down, up = (ray.derivative(side, 1, notes) for side in (left, right))
        slope = slopes[pair[0]] = up if len(pair) == 1 else slopes[pair[0]]
        if len(pair) == 2:
            slope = numbers.add(slopes[pair[0]], slopes[pair[1]])
        # No tangent plane: the slopes of both sides, or of the variables, do not fit together.
        if any(_differ(slope, s, numbers) for s in (up, numbers.neg(down))):
            return Bend()
        below, above = (ray.derivative(side, 2, notes) for side in (left, right))
        if _differ(below, above, numbers):
            both = float(_number(below, numbers)), float(_number(above, numbers))
            return Bend(None, (pair[0], *both) if len(pair) == 1 else None)
        if len(pair) == 2:
            mixed = numbers.sub(above, numbers.add(entries[pair[:1]], entries[pair[1:]]))
            above = numbers.div(mixed, numbers.number(2))
        entries[pair] = above
    matrix = np.array(
        [
            [
                float(
                    _number(
                        entries[(a,) if a == b else tuple(sorted((a, b), key=names.index))], numbers
                    )
                )
                for b in names
            ]
            for a in names
        ]
    ).reshape(len(names), len(names))
    return Bend(matrix if np.isfinite(matrix).all() else None)


def left_out(formula: Formula, at: Mapping[str, float], name: str, h: float) -> float:
    """A bound on what a complex step of h leaves out of the slope: Σ |c_k|·h^(k-1), k = 3, 5, …"""
    ray = _Ray(formula, at, Field(PRECISIONS[0], True, True), 18)
    try:
        side, _ = ray.along({name: 1})
        bounds = [c.bound + (e - 1) * math.log2(h) for e, c in side.terms.items() if e >= 2]
        return float(2.0 ** max(bounds, default=-math.inf)) * 2
    except ArithmeticError:
        return 0.0
