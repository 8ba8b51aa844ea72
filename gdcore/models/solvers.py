"""Other libraries' ways to the minimum of a loss of a linear model, whatever the units.

Every solver works in standard units, in which features and target have about the spread 1 and
the mean 0: there a cut-off, a tolerance or a step that a library measures in absolute numbers
means the same for populations as for years. `gdcore.models.reference` goes there and back.

    mean(each(Z·v + level - t)) + Σ ridge_j·v_j² + Σ lasso_j·|v_j|

solve(Z (n, k), t (n,), ridge (k,), lasso (k,), rounding, *knobs) returns a `Solution`. rounding: of
the entries of Z, which is large where features are far from 0 in their own units.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdcore.data.dependence import cut_off

# Samples up to which scikit-learn's linear program for the mean absolute error takes seconds.
MOST_LINEAR = 3_000
# Penalties on features whose sizes differ by more are beyond the tolerances of linear programs.
MOST_UNEVEN = 1e4
# An answer that a second, exact way moves by more than this share is not the minimum.
SAME = 1e-6


@dataclass(frozen=True)
class Solution:
    """Where the loss is least. v (k,), level: the prediction where all features are 0.

    name: who found it. rank: how many directions of the features are determined: all k, unless
    features depend on each other or there are too few samples.
    """

    name: str
    v: np.ndarray
    level: float
    rank: int


def solve_squared(
    Z: np.ndarray, t: np.ndarray, ridge: np.ndarray, lasso: np.ndarray, rounding: float
) -> Solution:
    """Least squares by scikit-learn's LinearRegression, Ridge, Lasso or ElasticNet.

    The penalised ones lay the same penalty on every feature, so they get the features in units
    in which it is the same. Where these differ too much for them, the exact way answers.
    """
    from sklearn import linear_model as sk  # late: a second to import

    count = Z.shape[1]
    cut = cut_off(count, rounding)
    if not (ridge.any() or lasso.any()):
        # `tol` is where it cuts singular values off; its default drops features in silence.
        model: Any = sk.LinearRegression(fit_intercept=False, tol=cut).fit(Z, t)
        v = np.ravel(model.coef_)
        return Solution("LinearRegression", v, float(np.mean(t - Z @ v)), int(model.rank_))
    units = np.sqrt(ridge / ridge.max()) if ridge.any() else lasso / lasso.max()
    two, one = float(ridge.max()), float(lasso.max())
    exact = {"tol": 1e-12, "max_iter": 100_000, "fit_intercept": False, "precompute": True}
    if one and two:
        alpha = two + one / 2
        model = sk.ElasticNet(alpha=alpha, l1_ratio=one / 2 / alpha, **exact)
    elif one:
        model = sk.Lasso(alpha=one / 2, **exact)
    else:
        model = sk.Ridge(alpha=len(t) * two, solver="svd", fit_intercept=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the very last digits were not reached
        theirs = np.ravel(model.fit(Z / units, t).coef_) / units
    v, rank = _on_its_side(Z, t, ridge, lasso, theirs, cut)
    same = np.linalg.norm(Z @ (theirs - v)) <= SAME * np.linalg.norm(Z @ v)
    name = type(model).__name__ if same else "numpy.linalg.svd"
    return Solution(name, v, float(np.mean(t - Z @ v)), rank)


def _on_its_side(
    Z: np.ndarray,
    t: np.ndarray,
    ridge: np.ndarray,
    lasso: np.ndarray,
    near: np.ndarray,
    cut: float,
) -> tuple[np.ndarray, int]:
    """The minimum, given the signs that `near` has with lasso: there the loss is a quadratic.

    Coefficients that would change their sign on the way are 0 instead, and those whose slope is
    above the penalty come back: the active sets of Osborne, Presnell & Turlach 2000.
    """
    count = Z.shape[1]
    sign = np.where(lasso > 0, np.sign(near), 1.0)
    v, missing = near, 0
    for _ in range(10 * count + 10):
        held = np.flatnonzero(sign)
        v = np.zeros(count)
        if len(held):
            v[held], missing = _quadratic(Z[:, held], t, ridge[held], (lasso * sign)[held], cut)
        turned = (lasso > 0) & (v * sign < 0)
        if turned.any():
            # The first to reach 0 on the straight way from where it was.
            share = np.where(turned, near / np.where(turned, near - v, 1.0), np.inf)
            first = int(np.argmin(share))
            near = np.where(np.arange(count) == first, 0.0, near + share[first] * (v - near))
            sign[first] = 0.0
            continue
        slope = 2 / len(t) * (Z.T @ (t - Z @ v))
        out = np.where(sign == 0, np.abs(slope) - lasso * (1 + 1e-9), -np.inf)
        if out.max() <= 1e-12:
            return v, count - missing
        back = int(np.argmax(out))
        sign[back], near = np.sign(slope[back]), v
    return v, count - missing


def _quadratic(
    Z: np.ndarray, t: np.ndarray, ridge: np.ndarray, tilt: np.ndarray, cut: float
) -> tuple[np.ndarray, int]:
    """The v (k,) of least mean((Z·v - t)²) + Σ ridge_j·v_j² + Σ tilt_j·v_j.

    And how many directions do not change it. A ridge penalty is as many rows below the data;
    columns are brought to one length.
    """
    n, k = Z.shape
    rows = np.vstack([Z / np.sqrt(n), np.diag(np.sqrt(ridge))])
    size = np.linalg.norm(rows, axis=0)
    size = np.where(size > 0, size, 1.0)
    target = np.append(t / np.sqrt(n), np.zeros(k))
    triangle = np.asarray(np.linalg.qr(np.column_stack([rows / size, target]), mode="r"))
    left, values, right = np.linalg.svd(triangle[:k, :k])
    kept = values > cut * values[0]
    values = np.where(kept, values, np.inf)
    v = right.T @ (left.T @ triangle[:k, k] / values - right @ (tilt / size / 2) / values**2) / size
    # What is small beside the penalty has lost digits; they are in the slope, as long as it falls.
    slope, best = np.inf, v
    for _ in range(3):
        pull = (Z.T @ (t - Z @ v) / n - ridge * v - tilt / 2) / size
        if not float(np.linalg.norm(pull)) < slope:
            break
        slope, best = float(np.linalg.norm(pull)), v
        v = v + right.T @ (right @ pull / values**2) / size
    return best, int((~kept).sum())


def solve_absolute(
    Z: np.ndarray, t: np.ndarray, ridge: np.ndarray, lasso: np.ndarray, rounding: float
) -> Solution:
    """The mean absolute error: scikit-learn's linear program, or Newton's method beyond it."""
    from sklearn.linear_model import QuantileRegressor

    one = float(lasso.max())
    uneven = bool(one) and one > MOST_UNEVEN * float(lasso.min())
    if ridge.any() or uneven or len(t) > MOST_LINEAR:
        return solve_smoothly(Z, t, ridge, lasso, rounding)
    units = lasso / one if one else np.ones(Z.shape[1])
    model = QuantileRegressor(quantile=0.5, alpha=one / 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(Z / units, t)
    return Solution(
        "QuantileRegressor", np.ravel(model.coef_) / units, float(model.intercept_), _rank(Z, ridge)
    )


def solve_smoothly(
    Z: np.ndarray,
    t: np.ndarray,
    ridge: np.ndarray,
    lasso: np.ndarray,
    rounding: float,
    delta: float = 0.0,
) -> Solution:
    """Where scikit-learn has no such model: Newton's method in a trust region, by SciPy.

    Huber's loss, or with delta 0 the mean absolute error. Kinks, of small errors and of lasso, are
    rounded off by Huber losses whose deltas shrink: to delta, and to 1e-9 of errors and
    coefficients.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    n, k = Z.shape
    design = np.column_stack([Z, np.ones(n)])
    # Where nearly every error is beyond delta, the loss is counted in units of delta.
    unit = min(delta, 1.0) or 1.0
    two, one = np.append(ridge, 0.0) / unit, np.append(lasso, 0.0) / unit
    w = np.append(_quadratic(Z, t, np.zeros(k), np.zeros(k), cut_off(k, rounding))[0], 0.0)
    reach = 1 + 10 * float(np.abs(w).max())
    options = {"gtol": 1e-13, "initial_trust_radius": reach, "max_trust_radius": 100 * reach}

    def value(w: np.ndarray, width: float, small: float) -> tuple[float, np.ndarray]:
        error = design @ w - t
        inner = np.clip(error, -width, width)
        part = np.clip(w, -small, small)
        weight = 1 / n / min(width, 1.0)
        total = weight * inner @ (error - inner / 2) + two @ (w * w)
        total += one @ (part * (w - part / 2)) / small
        return total, weight * (design.T @ inner) + 2 * two * w + one * part / small

    def curvature(w: np.ndarray, width: float, small: float) -> np.ndarray:
        inside = design[np.abs(design @ w - t) <= width]
        matrix = inside.T @ inside / n / min(width, 1.0)
        matrix[np.diag_indices(k + 1)] += 2 * two + one * (np.abs(w) <= small) / small
        return matrix

    stages = [(max(delta, 10.0**-i), 10.0**-i * reach) for i in range(10)]
    for width, small in stages:
        w = minimize(value, w, (width, small), "trust-exact", True, curvature, options=options).x
        if width == delta and not one.any():
            break  # nothing is left to be rounded off
    return Solution("scipy.optimize.minimize", w[:-1], float(w[-1]), _rank(Z, ridge))


def _rank(Z: np.ndarray, ridge: np.ndarray) -> int:
    if ridge.any():
        return Z.shape[1]
    return int(np.linalg.matrix_rank(Z, rtol=cut_off(Z.shape[1], 0.0)))
