"""Where the ground leads from here: the bottom of the hollow around a place, or none.

What a run has still to go cannot be told from its slope: that is small on a plateau and beside an
astronomically steep start, and large at the tip of a kink. So the bottom is looked for, by a
descent that never climbs: Newton's step where the ground is smooth, a look around where it is not,
both no farther than a radius that grows while it pays and shrinks where it does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdcore.ground.bottomless import falls_endlessly
from gdcore.ground.terrain import EPS, ROUNDING, Ground, is_plain, is_tied, is_walled

ITERATIONS = 90
# Growth of the radius after a step that paid to its full length; its fall after one that did not.
GROW, SHRINK = 4.0, 0.25
# A move is looked at in so many places on its way.
LOOKS = 4
# A place is found to this share of its own size; float64 tells no more near a minimum.
FINEST = 1e-13
# Newton steps after the search, at the most; to a degenerate bottom each goes a third of the way.
POLISHING = 12
# Newton steps to a place without a slope; to a degenerate one each goes half of the way.
STATIONARY = 25


@dataclass(frozen=True, kw_only=True)
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
    level = is_plain(ground, place, felt)
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
            tied = is_tied(ground, here, r) & (ground.gradient(here) != 0).any(0)
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
        polished = _polish(ground, place, np.maximum(moved, felt))
        settled |= polished
        bottomless = falls_endlessly(ground, start, place, loss, settled)
        near = 1e-2 * np.maximum(moved, felt)
        plain = ~bottomless & is_plain(ground, place, near)
        # What rounding makes level is a bottom only if the slopes around it say so.
        settled &= polished | ~is_tied(ground, place, near) | is_walled(ground, place, near)
    return Hollow(
        place=place,
        loss=loss,
        bottom=settled & ~bottomless & ~plain,
        level=level,
        plain=plain,
        bottomless=bottomless,
    )


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
    finite = np.asarray(np.isfinite(hessian).all((1, 2)) & np.isfinite(gradient).all(0))
    hessian = np.where(finite[:, None, None], hessian, 0.0)
    values, vectors = np.linalg.eigh((hessian + np.swapaxes(hessian, 1, 2)) / 2)
    along = np.einsum("bij,ib->bj", vectors, np.where(finite, gradient, 0.0))
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
    finite = np.asarray(np.isfinite(bends).all((1, 2)))
    values = np.linalg.eigvalsh(np.where(finite[:, None, None], bends, 0.0))
    upward = finite & (values[:, 0] > len(place) * EPS * np.abs(values[:, -1]))
    step = np.linalg.norm(_newton(ground, place, reach), axis=0)
    return np.asarray(upward & (step <= 1e-6 * reach) & is_walled(ground, place, 1e-6 * reach))


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


def stationary(ground: Ground, w: np.ndarray) -> np.ndarray:
    """(n, batch): the place without a slope that Newton's method finds from w, nan where none.

    It may be a bottom, a top or a saddle.
    """
    place = w.astype(np.float64).copy()
    with np.errstate(all="ignore"):
        for _ in range(STATIONARY):
            gradient, hessian = ground.gradient(place), ground.hessian(place)
            finite = np.asarray(np.isfinite(hessian).all((1, 2)) & np.isfinite(gradient).all(0))
            solved = np.linalg.pinv(np.where(finite[:, None, None], hessian, 0.0), hermitian=True)
            step = np.einsum("bij,jb->ib", solved, np.where(finite, gradient, 0.0))
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
