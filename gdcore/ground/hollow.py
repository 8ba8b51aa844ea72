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
EPS = np.finfo(np.float64).eps
ROUNDING = 4 * EPS
# Newton steps after the search, at the most; to a degenerate bottom each goes a third of the way.
POLISHING = 12
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
            found = np.asarray(evaluate(part, ops, dict(zip(names, w, strict=True))), w.dtype)
        return np.broadcast_to(found, w.shape[1:])

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
    level = _is_plain(ground, place, felt)
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
            tied = _is_tied(ground, here, r) & (ground.gradient(here) != 0).any(0)
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
    with np.errstate(all="ignore"):
        moved = np.linalg.norm(place - start, axis=0)
        settled = radius <= 1e-6 * np.maximum(np.abs(place).max(0), np.maximum(moved, felt))
        known = _polish(ground, place, np.maximum(moved, felt))
        settled |= known
        bottomless = _endless(ground, start, place, loss, settled)
        near = 1e-2 * np.maximum(moved, felt)
        plain = ~bottomless & _is_plain(ground, place, near)
        # What rounding makes level is a bottom only if the slopes around it say so.
        settled &= known | ~_is_tied(ground, place, near) | _is_walled(ground, place, near)
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


def _polish(ground: Ground, place: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Newton's last steps, in place, and (batch,) whether they ended at a bottom.

    Comparing losses leaves half of the digits of a bottom, and none where a large constant hides
    the rest. So a step is taken where it makes the slope smaller and no loss greater but for
    rounding. A place is a bottom where the ground bends up to every side, the next step is
    nothing and the slopes beside it say the same. reach (batch,): how far a step may lead.
    """
    for _ in range(POLISHING):
        step = _newton(ground, place, reach)
        there = place + step
        slope, after = (np.linalg.norm(ground.gradient(at), axis=0) for at in (place, there))
        now, then = ground.value(place), ground.value(there)
        good = (after < slope) & (then - now <= ROUNDING * np.abs(now)) & np.isfinite(then)
        if not good.any():
            break
        place += np.where(good, step, 0.0)
    bends = ground.hessian(place)
    known = np.asarray(np.isfinite(bends).all((1, 2)))
    values = np.linalg.eigvalsh(np.where(known[:, None, None], bends, 0.0))
    upward = known & (values[:, 0] > len(place) * EPS * np.abs(values[:, -1]))
    step = np.linalg.norm(_newton(ground, place, reach), axis=0)
    return np.asarray(upward & (step <= 1e-6 * reach) & _is_walled(ground, place, 1e-6 * reach))


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


def _around(w: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """(n, 2n·batch): the places at the distance `reach` (batch,) to every side of w (n, batch)."""
    n = len(w)
    moves = np.concatenate([np.eye(n), -np.eye(n)])[:, :, None] * reach
    return np.moveaxis(w + moves, 0, 1).reshape(n, -1)


def _is_tied(ground: Ground, w: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """(batch,): whether rounding hides any difference of the loss at that distance."""
    around = ground.value(_around(w, reach)).reshape(2 * len(w), -1)
    here = ground.value(w)
    return np.asarray((np.abs(around - here) <= ROUNDING * np.abs(here)).all(0))


def _is_walled(ground: Ground, w: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """(batch,): whether the ground rises at the distance `reach` (batch,) to every side."""
    n = len(w)
    slopes = ground.gradient(_around(w, reach)).reshape(n, 2, n, -1)
    own = slopes[np.arange(n), :, np.arange(n)]  # (n, 2, batch): of every side, along itself
    return np.asarray((own[:, 0] > 0).all(0) & (own[:, 1] < 0).all(0))


def _is_plain(ground: Ground, w: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """(batch,): whether the ground is level as far as `reach` (batch,) to every side.

    The same loss alone is not enough: beside a large constant rounding makes a bowl look level.
    """
    n = len(w)
    slanted = (1 / np.arange(1, n + 1))[:, None] * reach  # along its axes x·y·z is level, too
    around = np.concatenate([_around(w, reach), w + slanted, w - slanted], axis=1)
    with np.errstate(all="ignore"):
        same = ground.value(around).reshape(2 * n + 2, -1) == ground.value(w)
        found = np.asarray(same.all(0))
        if found.any():
            slopes = ground.gradient(around).reshape(n, 2 * n + 2, -1)
            found &= (slopes == 0).all((0, 1)) & (ground.gradient(w) == 0).all(0)
    return found


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
    asked = (np.linalg.norm(way, axis=0) > 0) & ~found & np.isfinite(loss)
    falling = np.flatnonzero(asked & ~settled)
    for column in falling:
        ray = start[:, [column]] + way[:, [column]] * 2.0 ** np.arange(FAR)
        found[column] = _tireless(ground.value(ray))
    resting = np.flatnonzero(asked & settled)
    if len(resting):
        found[resting] = _falls_towards(ground, place[:, resting], way[:, resting])
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


def _falls_towards(ground: Ground, place: np.ndarray, way: np.ndarray) -> np.ndarray:
    """(batch,): whether the loss falls without end towards a pole, or an edge of the domain.

    place (n, batch): where a search ended on the way (n, batch). The pole is that place, or the
    edge lies close behind it.
    """
    size = np.linalg.norm(way, axis=0)
    unit, batch = way / size, len(size)
    beyond = place[:, None] + way[:, None] * 10.0 ** np.arange(-12, 1)[:, None]  # (n, 13, batch)
    outside = ~np.isfinite(ground.value(beyond.reshape(len(place), -1)).reshape(-1, batch))
    edge = place.copy()
    for column in np.flatnonzero(outside.any(0)):
        reach = 10.0 ** (-12.0 + np.argmax(outside[:, column])) * size[column]
        edge[:, column] = _edge(ground, place[:, column], unit[:, column], float(reach))
    closer = edge[:, None] - way[:, None] * 2.0 ** -np.arange(2, 42)[:, None]  # (n, 40, batch)
    losses = ground.value(closer.reshape(len(place), -1)).reshape(-1, batch)
    found = np.zeros(batch, dtype=bool)
    for column in np.flatnonzero(losses[20] < losses[0]):
        line = losses[:, column]
        falls = -np.diff(line[np.isfinite(line)])
        if len(falls) > 10:
            falls = falls[:-4]  # so close to a pole rounding decides where it is
            found[column] = (falls[-8:] > 0).all() and falls[-1] >= 0.9 * falls[-8]
    return found


def _edge(ground: Ground, place: np.ndarray, unit: np.ndarray, reach: float) -> np.ndarray:
    """(n,): the first place along `unit` (n,) without a value; there is one at `reach`."""
    inside, outside = 0.0, reach
    for _ in range(200):
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            break
        good = np.isfinite(ground.value((place + middle * unit)[:, None])[0])
        inside, outside = (middle, outside) if good else (inside, middle)
    return np.asarray(place + outside * unit)


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
        # A straight slope has nowhere to go: the bend has to account for all of it.
        straight = last - np.einsum("bij,bjk,kb->ib", hessian, solved, last)
        bent = np.linalg.norm(straight, axis=0) <= 1e-4 * slope[0]
        there = near & bent & (hessian != 0).any((1, 2))
    return np.where((slope[1] <= 1e-4 * slope[0]) | there, place, np.nan)
