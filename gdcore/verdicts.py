"""How a run went, in one word: converges, crawls, oscillates, diverges, stuck, or flat.

The words are decided on whole batches at once, so that a table of six runs and a map of thousands
use the same rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.formula import Formula, evaluate
from gdcore.trajectory import Trajectory

VERDICTS = ("converges", "crawls", "oscillates", "diverges", "stuck", "flat")
# A run has arrived when all but this share of the way down lies behind it.
WITHIN = 0.01


def arrivals(losses: np.ndarray, best: float) -> np.ndarray:
    """From which step on each run stays within 1 % of the way to `best`; inf if it never does.

    losses: (steps+1, batch), the loss at every step. Returns (batch,).
    """
    with np.errstate(all="ignore"):
        reach = best + WITHIN * np.abs(losses[0] - best) + 1e-12 * (1 + abs(best))
        away = ~(losses <= reach)
    last_away = len(losses) - np.argmax(away[::-1], axis=0)
    steps = np.where(away.any(0), last_away, 0)
    return np.where(steps >= len(losses), np.inf, steps)


def least(
    formula: Formula, names: Sequence[str], domain: Sequence[tuple[float, float]],
    minima: Sequence[tuple[float, ...]] = (), points: int = 201,
) -> float:  # fmt: skip
    """The smallest loss known: at the given places and on a grid over the domain.

    Around the lowest place the grid is laid again and again, a cell wide at a time, so that what
    a descent can reach is not below it.
    """
    known = np.array(list(minima), dtype=float).reshape(-1, len(names)).T
    box = np.array(domain, dtype=float)
    best = np.inf
    while True:
        axes = [np.linspace(low, high, points) for low, high in box]
        grids = np.stack([axis.ravel() for axis in np.meshgrid(*axes)])
        places = np.hstack([grids, known])
        values = _values(formula, names, places)
        if not np.isfinite(values).any():
            break
        lowest = int(np.nanargmin(np.where(np.isfinite(values), values, np.nan)))
        settled = values[lowest] >= best
        best = min(best, float(values[lowest]))
        cell = (box[:, 1] - box[:, 0]) / (points - 1)
        if settled or (cell <= 1e-15 * (1 + np.abs(box).max(1))).all():
            break
        middle, known, points = places[:, lowest], known[:, :0], min(points, 41)
        inside = np.clip(middle, *np.array(domain, dtype=float).T)
        box = np.stack([np.minimum(middle, inside - cell), np.maximum(middle, inside + cell)], 1)
    return best


def _values(formula: Formula, names: Sequence[str], w: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        found = evaluate(formula, operations("float64"), dict(zip(names, w, strict=True)))
    return np.broadcast_to(found, w.shape[1:])


def judge(
    weights: np.ndarray, gradients: np.ndarray, losses: np.ndarray, best: float,
    value: Callable[[np.ndarray], np.ndarray] | None = None,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """The verdict and the arrival of every run of a batch.

    weights, gradients: (steps+1, n, batch); losses: (steps+1, batch), as in `Raw`.
    best: the smallest loss there is. value: the loss at weights (n, batch), to look around where
    a run stands still; None where there is one valley only. Returns indices into VERDICTS
    (batch,) and arrivals (batch,).
    """
    with np.errstate(all="ignore"):
        arrival = arrivals(losses, best)
        finite = np.isfinite(losses).all(0) & np.isfinite(weights).all((0, 1))
        diverges = ~finite | (losses[-1] > losses[0] * (1 + 1e-9) + 1e-12)
        slope, steepest = np.abs(gradients[-1]).max(0), np.abs(gradients).max((0, 1))
        bottom = np.full(len(slope), np.nan)
        if value is not None:
            bottom = _bottom(weights[-1], gradients[-1], losses[-1], value)
        gap = losses[-1] - best
        stuck = (slope <= 1e-2 * steepest + 1e-12) & (gap > 1e-9 * (1 + np.abs(best)))
        # What is left to the bottom of this hollow is little beside what it lies above the best.
        stuck &= losses[-1] - bottom < 0.1 * gap
        still = slope <= 1e-6 * np.maximum(steepest, 1e-6)
        nowhere = (steepest <= 1e-12) & np.isnan(bottom) & (value is not None)
        late = len(weights) // 2
        moves = np.sign(np.diff(weights[late:], axis=0))
        turns = (moves[1:] * moves[:-1] < 0).mean(0).max(0) if len(moves) > 1 else 0.0 * slope
        # What only creeps goes down all the time.
        rises = (np.diff(losses[late:], axis=0) > 0).mean(0) if len(moves) else 0.0 * slope
    arrival = np.where(stuck | nowhere, np.inf, arrival)
    cases = {
        "diverges": diverges, "stuck": stuck, "converges": np.isfinite(arrival),
        "flat": still | nowhere, "oscillates": (turns >= 0.6) | (rises >= 0.25),
    }  # fmt: skip
    verdict = np.select(
        list(cases.values()), [VERDICTS.index(word) for word in cases], VERDICTS.index("crawls")
    )
    return verdict, arrival


def verdict(run: Trajectory, formula: Formula | None, best: float) -> tuple[str, float]:
    """The verdict of one run, a word of VERDICTS, and its arrival in steps (inf if never).

    formula: of the landscape, None where it has one valley only.
    """
    if run.stop.kind == "diverged":
        return "diverges", np.inf

    value = partial(_values, formula, run.names) if formula else None
    word, arrival = judge(run.weights[..., None], run.gradients[..., None],
                          run.losses[:, None], best, value)  # fmt: skip
    return VERDICTS[int(word[0])], float(arrival[0])


def _bottom(
    w: np.ndarray, gradient: np.ndarray, loss: np.ndarray,
    value: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:  # fmt: skip
    """The loss (batch,) at the bottom of the hollow around w (n, batch), by one step of Newton's
    method on differences; NaN where the ground bends upwards in not every direction: on a slope,
    a plateau, a saddle.
    """
    n, batch = w.shape
    reach = 1e-3 * (1 + np.abs(w))

    def beside(i: int, j: int, a: int, b: int) -> np.ndarray:
        moved = w.copy()
        moved[i] += a * reach[i]
        moved[j] += b * reach[j]
        return value(moved)

    curvature = np.zeros((batch, n, n))
    for i in range(n):
        for j in range(i + 1):
            if i == j:
                bend = (beside(i, i, 1, 0) - 2 * loss + beside(i, i, -1, 0)) / reach[i] ** 2
            else:
                corners = [a * b * beside(i, j, a, b) for a in (-1, 1) for b in (-1, 1)]
                bend = np.sum(corners, axis=0) / (4 * reach[i] * reach[j])
            curvature[:, i, j] = curvature[:, j, i] = bend
    known = np.isfinite(curvature).all((1, 2))
    curvature[~known] = 0
    round_ = np.linalg.eigvalsh(curvature)[:, 0] > 1e-9
    curvature[~round_] = np.eye(n)
    step = np.linalg.solve(curvature, gradient.T[..., None])[..., 0]
    return np.where(round_, loss - (gradient.T * step).sum(1) / 2, np.nan)
