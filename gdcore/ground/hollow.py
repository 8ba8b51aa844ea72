"""Where the ground leads from here: the bottom of the hollow around a place, or none.

What a run has still to go cannot be told from its slope: that is small on a plateau and beside an
astronomically steep start, and large at the tip of a kink. So the bottom is looked for, by a
descent that never climbs: Newton's step where the ground is smooth, a look around where it is not,
both no farther than a radius that grows while it pays and shrinks where it does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.formula import Formula, derivative, evaluate

ITERATIONS = 90
# Growth of the radius after a step that paid to its full length; its fall after one that did not.
GROW, SHRINK = 4.0, 0.25
# A move is looked at in so many places on its way.
LOOKS = 4
# A place is found to this share of its own size; float64 tells no more near a minimum.
FINEST = 1e-13
ROUNDING = 4 * np.finfo(np.float64).eps
# Doublings along a ray: from one to 1e60.
FAR = 200
# Newton steps to a place without a slope; to a degenerate one each goes half of the way.
STATIONARY = 25

Value = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Ground:
    """A loss over n weights as functions of many places at once.

    value: (n, batch) -> (batch,). gradient: -> (n, batch). hessian: -> (batch, n, n). What is not
    finite there is no ground.
    """

    value: Value
    gradient: Value
    hessian: Value


def of_formula(formula: Formula, names: tuple[str, ...]) -> Ground:
    """The ground of a formula, its derivatives by calculus."""
    ops = operations("float64")

    @cache  # most runs never ask for them
    def slopes() -> list[Formula]:
        return [derivative(formula, name) for name in names]

    @cache
    def bends() -> list[list[Formula]]:
        return [[derivative(slope, name) for name in names] for slope in slopes()]

    def over(part: Formula, w: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            found = evaluate(part, ops, dict(zip(names, w, strict=True)))
        return np.broadcast_to(np.asarray(found, np.float64), w.shape[1:])

    def gradient(w: np.ndarray) -> np.ndarray:
        return np.stack([over(slope, w) for slope in slopes()])

    def hessian(w: np.ndarray) -> np.ndarray:
        rows = [np.stack([over(bend, w) for bend in row]) for row in bends()]
        return np.moveaxis(np.stack(rows), -1, 0)

    return Ground(lambda w: over(formula, w), gradient, hessian)


@dataclass(frozen=True)
class Hollow:
    """What was found from each place of a batch.

    place (n, batch) and loss (batch,): the lowest that was reached without climbing. bottom
    (batch,): whether that is a bottom, from which every way leads up. level: whether the ground is
    exactly level to every side of the place that was asked about, plain: of the one that was
    reached, so that there is no bottom but the loss sinks no further. bottomless: whether the
    loss falls without end, as far as float64 reaches. Where none of them holds nothing is known.
    """

    place: np.ndarray
    loss: np.ndarray
    bottom: np.ndarray
    level: np.ndarray
    plain: np.ndarray
    bottomless: np.ndarray


def search(ground: Ground, w: np.ndarray, reach: np.ndarray) -> Hollow:
    """The hollow around every place.

    w: (n, batch). reach: (batch,), how far to feel at first, such as the size of the last step.
    """
    n, _ = w.shape
    place, loss = w.astype(np.float64), ground.value(w.astype(np.float64)).copy()
    start, before, cap = place.copy(), place.copy(), np.full(len(loss), np.inf)
    tiny = np.finfo(np.float64).tiny
    size = np.abs(place).max(0)
    # Level is what is level as far as a thousandth of the size of things; at 0 that of a unit.
    felt = np.maximum(reach, 1e-3 * np.where((size == 0) & (reach == 0), 1.0, size))
    level = is_level(ground, place, felt)
    radius = np.where(reach > 0, np.maximum(reach, 1e-9 * size), 1e-3 * felt)
    polls = np.concatenate([np.eye(n), -np.eye(n)])[:, :, None]
    active = np.isfinite(loss) & ~level
    with np.errstate(all="ignore"):
        for _ in range(ITERATIONS):
            columns = np.flatnonzero(active)
            if not len(columns):
                break
            here, r = place[:, columns], radius[columns]
            trend = here - before[:, columns]  # along a crooked valley the way so far is the way on
            trend *= r / np.maximum(np.linalg.norm(trend, axis=0), tiny)
            moves = np.stack(
                [
                    _newton(ground, here, r),
                    trend,
                    _smoothed(ground, here, r),
                    *(polls * r),
                ]
            )
            tried, lowest = _downhill(ground, here, loss[columns], moves)
            tied = is_level(ground, here, r, ROUNDING) & (ground.gradient(here) != 0).any(0)
            better = lowest < loss[columns]
            gained = columns[better]
            length = np.linalg.norm(tried - here, axis=0)
            before[:, gained] = here[:, better]
            place[:, gained], loss[gained] = tried[:, better], lowest[better]
            # A full step that paid asks for more; a short one says how far to look. Where rounding
            # hides the slope a longer step may show it, unless it is known to be too long.
            capped = np.where(better, np.inf, np.where(tied, cap[columns], r))
            longer = np.where(GROW * r < capped, GROW * r, 0.0)
            radius[columns] = np.where(
                better,
                np.where(length >= 0.9 * r, GROW * r, np.maximum(2 * length, SHRINK * r)),
                np.where(tied, longer, SHRINK * r),
            )
            cap[columns] = capped
            moved = np.linalg.norm(place - start, axis=0)
            size = np.maximum(np.abs(place).max(0), np.maximum(moved, felt))
            active &= (radius > FINEST * size) & np.isfinite(loss)
    _polish(ground, place, radius)
    moved = np.linalg.norm(place - start, axis=0)
    settled = radius <= 1e-6 * np.maximum(np.abs(place).max(0), np.maximum(moved, felt))
    bottomless = _endless(ground, start, place, loss, settled)
    plain = ~bottomless & is_level(ground, place, 1e-2 * np.maximum(moved, felt))
    return Hollow(place, loss, settled & ~bottomless & ~plain, level, plain, bottomless)


def _downhill(
    ground: Ground, here: np.ndarray, loss: np.ndarray, moves: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The lowest place on any of the moves as far as it leads down all the way, and its loss.

    here (n, batch), loss (batch,), moves (m, n, batch). What lies behind a rise is another hollow.
    """
    shares = np.arange(1, LOOKS + 1)[:, None, None, None] / LOOKS
    tried = here + shares * moves  # (looks, m, n, batch)
    looks, m, n, batch = tried.shape
    values = ground.value(np.moveaxis(tried, 2, 0).reshape(n, -1)).reshape(looks, m, batch)
    values = np.where(np.isfinite(values) | (values == -np.inf), values, np.inf)
    falls = np.diff(np.concatenate([np.broadcast_to(loss, (1, m, batch)), values]), axis=0) < 0
    values = np.where(np.logical_and.accumulate(falls, axis=0), values, np.inf)
    best = np.argmin(values.reshape(looks * m, batch), axis=0)
    columns = np.arange(batch)
    lowest = values.reshape(looks * m, batch)[best, columns]
    return tried.reshape(looks * m, n, batch)[best, :, columns].T, lowest


def _newton(ground: Ground, w: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """(n, batch): Newton's step away from maxima and saddles, no longer than the radius."""
    gradient, hessian = ground.gradient(w), ground.hessian(w)
    known = np.asarray(np.isfinite(hessian).all((1, 2)) & np.isfinite(gradient).all(0))
    hessian = np.where(known[:, None, None], hessian, 0.0)
    values, vectors = np.linalg.eigh((hessian + np.swapaxes(hessian, 1, 2)) / 2)
    along = np.einsum("bij,ib->bj", vectors, np.where(known, gradient, 0.0))
    # Where the ground does not bend the step goes as far as it may.
    bend = np.maximum(np.abs(values), np.abs(along) / radius[:, None])
    step = -np.einsum(
        "bij,bj->ib", vectors, np.divide(along, bend, where=bend > 0, out=np.zeros_like(along))
    )
    length = np.linalg.norm(step, axis=0)
    return step * np.minimum(1.0, radius / np.where(length > 0, length, 1.0))


def _polish(ground: Ground, place: np.ndarray, radius: np.ndarray) -> None:
    """Newton's last steps, in place: comparing losses leaves half of the digits of a bottom."""
    size = np.abs(place).max(0)
    with np.errstate(all="ignore"):
        for _ in range(3):
            step = _newton(ground, place, np.maximum(1e-6 * size, radius))
            small = np.linalg.norm(step, axis=0) <= 1e-7 * size
            place += np.where(small & np.isfinite(step).all(0), step, 0.0)


def _smoothed(ground: Ground, w: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """(n, batch): against the mean of the slopes around, which is the way along a kink.

    Source: the idea of gradient sampling, Burke, Lewis & Overton 2005.
    """
    n = len(w)
    around = w + np.concatenate([np.eye(n), -np.eye(n)])[:, :, None] * radius  # (2n, n, batch)
    slopes = ground.gradient(np.moveaxis(around, 0, 1).reshape(n, -1)).reshape(n, 2 * n, -1)
    mean = np.where(np.isfinite(slopes), slopes, 0.0).mean(1)
    length = np.linalg.norm(mean, axis=0)
    return -mean * radius / np.where(length > 0, length, 1.0)


def is_level(
    ground: Ground, w: np.ndarray, reach: np.ndarray, tolerance: float = 0.0
) -> np.ndarray:
    """(batch,): whether the loss is the same at the distance `reach` (batch,) to every side.

    tolerance: how much of its size it may differ by.
    """
    n = len(w)
    moves = np.concatenate([np.eye(n), -np.eye(n)])[:, :, None] * reach
    around = ground.value(np.moveaxis(w + moves, 0, 1).reshape(n, -1)).reshape(2 * n, -1)
    here = ground.value(w)
    with np.errstate(all="ignore"):
        return np.asarray((np.abs(around - here) <= tolerance * np.abs(here)).all(0))


def _endless(
    ground: Ground, start: np.ndarray, place: np.ndarray, loss: np.ndarray, settled: np.ndarray
) -> np.ndarray:
    """(batch,): whether the loss falls without end on the way that the search has taken.

    Along a ray where it did not settle, else towards an edge of the domain, ever farther or
    closer by a factor of two: a loss that has an end falls less and less, one that has none does
    not tire.
    """
    found = np.asarray(loss == -np.inf)
    way = place - start
    moved = np.linalg.norm(way, axis=0) > 0
    doubling = 2.0 ** np.arange(FAR)
    for column in np.flatnonzero(moved & ~found & np.isfinite(loss)):
        if settled[column]:
            found[column] = _edge_falls(ground, place[:, column], way[:, column])
        else:
            ray = start[:, [column]] + way[:, [column]] * doubling
            found[column] = _tireless(ground.value(ray))
    return found


def _tireless(losses: np.ndarray) -> bool:
    """Whether a loss at ever doubled distances goes on falling without tiring."""
    ends = np.flatnonzero(~np.isfinite(losses))
    end = int(ends[0]) if len(ends) else len(losses)
    if end < len(losses) and losses[end] != -np.inf:
        return False  # it ends at an edge or a wall
    falls = -np.diff(losses[:end])
    if len(falls) < 8 or not (falls[-8:] > 0).all():
        return False
    # Rounding of the loss itself is no fall.
    small = 1e-12 * np.abs(losses[end - 1])
    return bool(falls[-1] > small and falls[-1] >= 0.9 * falls[-8])


def _edge_falls(ground: Ground, place: np.ndarray, way: np.ndarray) -> bool:
    """Whether the loss falls without end towards the edge of its domain beyond a place."""
    size = float(np.linalg.norm(way))
    unit, inside, outside = way / size, 0.0, 0.0
    for reach in 10.0 ** np.arange(-12, 1):  # the edge lies close by or is not the matter
        if not np.isfinite(ground.value((place + reach * way)[:, None])[0]):
            outside = reach * size
            break
    if not outside:
        return False
    for _ in range(200):
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            break
        good = np.isfinite(ground.value((place + middle * unit)[:, None])[0])
        inside, outside = (middle, outside) if good else (inside, middle)
    edge = place + outside * unit
    closer = edge[:, None] - unit[:, None] * size * 2.0 ** -np.arange(2, 42)
    losses = ground.value(closer)
    losses = losses[np.isfinite(losses)]
    falls = -np.diff(losses)
    return bool(len(falls) > 10 and (falls[-8:] > 0).all() and falls[-1] >= 0.9 * falls[-8])


def stationary(ground: Ground, w: np.ndarray) -> np.ndarray:
    """(n, batch): the place without a slope that Newton's method finds from w, nan where none.

    It may be a bottom, a top or a saddle.
    """
    place = w.astype(np.float64).copy()
    with np.errstate(all="ignore"):
        for _ in range(STATIONARY):
            gradient, hessian = ground.gradient(place), ground.hessian(place)
            known = np.asarray(np.isfinite(hessian).all((1, 2)) & np.isfinite(gradient).all(0))
            solved = np.linalg.pinv(np.where(known[:, None, None], hessian, 0.0), hermitian=True)
            step = np.einsum("bij,jb->ib", solved, np.where(known, gradient, 0.0))
            place -= step
            if (np.abs(step) <= ROUNDING * np.abs(place)).all():
                break
        first, last = ground.gradient(w), ground.gradient(place)
        slope = np.linalg.norm(np.stack([first, last]), axis=1)
        near = np.linalg.norm(place - w, axis=0) <= 2 * ROUNDING * np.abs(w).max(0)
        there = near & (hessian != 0).any((1, 2))  # a straight slope has nowhere to go
    return np.where((slope[1] <= 1e-4 * slope[0]) | there, place, np.nan)
