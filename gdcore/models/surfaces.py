"""The loss of a fit over two of its weights: as a quadratic form, or point by point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gdcore.models.fit import Fit
from gdcore.models.losses import design_matrix, objective


def slice_of_quadratic(
    fit: Fit, pair: tuple[int, int], descended: bool = False, steps: Sequence[int] | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """The quadratic loss over two of the weights, all others as they are at each of m steps.

    Returns its (2, 2) Hessian, which no step changes, the points (m, 2) where it is least, and
    the losses (m,) there; None where the loss is no quadratic or has no such point. Without steps,
    at the end of the run. After a divergence the others stand at the minimum. pair, descended: as
    in `surface`.
    """
    if not fit.quadratic:
        return None
    rows = [-1] if steps is None else steps
    best, matrix = fit.minimum, fit.matrix
    weights = fit.trajectory.weights[rows].astype(np.float64)
    if not descended:  # own units -> units of the descent, and the quadratic form along with it
        way = np.diag(np.append(fit.scale, 1.0))
        way[-1, :-1] = fit.centre
        matrix = way.T @ matrix @ way
        weights = fit.weights[rows]
        best = np.append(fit.reference.coef_, fit.reference.intercept_)
    chosen = list(pair)
    others = [i for i in range(len(best)) if i not in chosen]
    inner = matrix[np.ix_(chosen, chosen)]
    away = (weights - best)[:, others]
    if fit.trajectory.stop.kind == "diverged":  # then the others are nowhere; take their best
        away = np.zeros_like(away)
    with np.errstate(all="ignore"):
        if not np.linalg.eigvalsh(inner)[0] > 0 or not np.isfinite(away).all():
            return None
        rest = np.zeros((len(weights), len(best)))
        rest[:, others] = away
        rest[:, chosen] = -np.linalg.solve(inner, matrix[np.ix_(chosen, others)] @ away.T).T
        least = fit.reference.loss + np.einsum("mi,ij,mj->m", rest, matrix, rest) / 2
    return inner, best[chosen] + rest[:, chosen], least


# Samples that a surface over two weights is worked out from where no matrix describes it.
SURFACE_SAMPLES = 2_000


def surface(
    fit: Fit,
    pair: tuple[int, int],
    domains: Sequence[Sequence[float]],
    points: int = 60,
    descended: bool = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The loss over two of the weights, all others as they are at the end of the run.

    pair: columns of the weights, the last one being the intercept. descended: in the units that
    were descended in, otherwise in the data's own. Returns first (m,), second (m,), losses (m, m).
    """
    first, second = (np.linspace(low, high, points) for low, high in domains)
    u, v = (axis.ravel() for axis in np.meshgrid(first, second))
    last = fit.trajectory.weights[-1] if descended else fit.weights[-1]
    w = np.tile(np.asarray(last, np.float64)[:, None], (1, len(u)))
    w[pair[0]], w[pair[1]] = u, v
    if not descended:  # into the units of the descent, in which penalties are meant
        coef = w[:-1] * fit.scale[:, None]
        w = np.vstack([coef, w[-1] + fit.centre @ w[:-1]])
    with np.errstate(all="ignore"):
        if fit.quadratic:
            away = w - fit.minimum[:, None]
            losses = fit.reference.loss + np.einsum("ib,ij,jb->b", away, fit.matrix, away) / 2
        else:
            rows = np.unique(np.linspace(0, len(fit.y) - 1, SURFACE_SAMPLES).astype(int))
            setup, design = fit.setup, design_matrix(fit.X[rows], fit.centre, fit.scale)
            knobs, strengths = setup.loss_knobs, setup.penalties
            losses = objective(design, fit.y[rows], setup.record, knobs, strengths).losses(w)
    return first, second, losses.reshape(points, points)
