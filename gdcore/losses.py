"""The losses and penalties of a linear model, one record each, and who else minimises them.

The loss is the mean over the samples of a loss of each error, and penalties on the coefficients,
never on the intercept:

    mean(each(X·w + b - y)) + ridge·Σ w_j² + lasso·Σ |w_j|

scikit-learn scales the same losses differently. On n samples its answer is the same with
Ridge(alpha=n·ridge), Lasso(alpha=lasso/2), ElasticNet(alpha=ridge + lasso/2,
l1_ratio=lasso/2/alpha) for the mean squared error, QuantileRegressor(quantile=0.5, alpha=lasso/2)
and SVR(kernel="linear", epsilon=0, C=1/(2·n·ridge)) for the mean absolute error, and
HuberRegressor(epsilon, alpha) where it arrives at scale_ for delta = epsilon·scale_ and
ridge = alpha·scale_/(2n). SGDRegressor takes the same steps with eta0 = factor·learning_rate and
alpha = 2·ridge/factor, where `factor` is the one in LOSSES.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdcore.backends import Operations
from gdcore.optimizers import Hyperparameter

# Samples up to which scikit-learn's linear program for the mean absolute error takes seconds.
MOST_LINEAR = 3_000


# Name of the solver, coefficients (k,), intercept.
Solution = tuple[str, np.ndarray, float]


@dataclass(frozen=True)
class DataLoss:
    """How much an error, prediction minus y, counts; the loss is the mean over the samples.

    each(ops, error, *knobs): the loss of every error, in the arithmetic of any framework.
    slope(error, *knobs): its derivative by the error, divided by `factor`, in NumPy.
    solve(X, y, ridge, lasso, *knobs): another library's minimum, see `Fit.reference`.
    quadratic: whether the curvature is the same everywhere, so that theory knows the whole run.
    symbol: the sum over the samples in plain characters.
    """

    name: str
    title: str
    knobs: tuple[Hyperparameter, ...]
    each: Callable[..., Any]
    slope: Callable[..., Any]
    factor: float
    solve: Callable[..., Solution]
    quadratic: bool
    symbol: str
    latex: str
    source: str


@dataclass(frozen=True)
class Penalty:
    """What is added to the loss, times its strength, of the coefficients (k, batch).

    value(ops, coef): in the arithmetic of any framework. slope(coef): its derivative, in NumPy.
    symbol: the term in plain characters.
    """

    strength: Hyperparameter
    value: Callable[[Operations, Any], Any]
    slope: Callable[[Any], Any]
    symbol: str
    latex: str
    source: str


def _square(ops: Operations, error: Any) -> Any:
    return error * error


def _error(error: Any) -> Any:
    return error


def _absolute(ops: Operations, error: Any) -> Any:
    return ops["abs"](error)


def _huber(ops: Operations, error: Any, delta: Any) -> Any:
    size = ops["abs"](error)
    inner = ops["min"](size, delta)
    return inner * (size - inner / 2)  # e²/2 up to delta, delta·(|e| - delta/2) beyond


def _clipped(error: Any, delta: Any) -> Any:
    return np.clip(error, -delta, delta)


def _sum_of_squares(ops: Operations, coef: Any) -> Any:
    return ops["mean"](coef * coef) * coef.shape[0]


def _twice(coef: Any) -> Any:
    return 2 * coef


def _sum_of_sizes(ops: Operations, coef: Any) -> Any:
    return ops["mean"](ops["abs"](coef)) * coef.shape[0]


def _solve_squared(X: np.ndarray, y: np.ndarray, ridge: float, lasso: float) -> Solution:
    from sklearn import linear_model as sk  # late: a second to import

    model: Any
    exact = {"tol": 1e-12, "max_iter": 100_000}
    if lasso and ridge:
        alpha = ridge + lasso / 2
        model = sk.ElasticNet(alpha=alpha, l1_ratio=lasso / 2 / alpha, **exact)
    elif lasso:
        model = sk.Lasso(alpha=lasso / 2, **exact)
    elif ridge:
        model = sk.Ridge(alpha=len(y) * ridge, solver="svd")
    else:
        model = sk.LinearRegression()
    return _solved(model, X, y)


def _solve_absolute(X: np.ndarray, y: np.ndarray, ridge: float, lasso: float) -> Solution:
    from sklearn.linear_model import QuantileRegressor

    if ridge or len(y) > MOST_LINEAR:  # no linear program any more, or one that takes minutes
        return _solve_smoothly(X, y, ridge, lasso)
    return _solved(QuantileRegressor(quantile=0.5, alpha=lasso / 2), X, y)


def _solve_smoothly(
    X: np.ndarray, y: np.ndarray, ridge: float, lasso: float, delta: float | None = None
) -> Solution:
    """Where scikit-learn has no such model: Newton's method in a trust region, by SciPy.

    Kinks, of the absolute error (delta None) and of lasso, are rounded off by Huber losses whose
    deltas shrink to 1e-9 of the size of y and of the coefficients.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    design, k = design_matrix(X), X.shape[1]
    coefficients = np.diag(np.append(np.ones(k), 0.0))
    w = np.linalg.lstsq(design, y, rcond=None)[0]
    reach = 1 + 10 * float(np.abs(w).max())
    options = {"gtol": 1e-13, "initial_trust_radius": reach, "max_trust_radius": 100 * reach}

    def terms(w: np.ndarray, rounding: float) -> list[tuple[np.ndarray, np.ndarray, float, float]]:
        """Every sum of Huber losses: matrix, errors, delta, weight."""
        width = rounding * (float(y.std()) or 1.0) if delta is None else delta
        error = design @ w - y
        found = [(design, error, width, 1 / len(y) / (width if delta is None else 1.0))]
        if lasso:
            found.append(
                (coefficients, coefficients @ w, rounding * reach, lasso / rounding / reach)
            )
        return found

    def value(w: np.ndarray, rounding: float) -> tuple[float, np.ndarray]:
        total, slope = ridge * w @ coefficients @ w, 2 * ridge * coefficients @ w
        for matrix, error, width, weight in terms(w, rounding):
            inner = np.clip(error, -width, width)
            total += weight * inner @ (error - inner / 2)
            slope += weight * (matrix.T @ inner)
        return total, slope

    def curvature(w: np.ndarray, rounding: float) -> np.ndarray:
        second = 2 * ridge * coefficients
        for matrix, error, width, weight in terms(w, rounding):
            inside = matrix[np.abs(error) <= width]
            second = second + weight * (inside.T @ inside)
        return second

    for rounding in [1.0] if delta and not lasso else 10.0 ** -np.arange(10):
        w = minimize(value, w, (rounding,), "trust-exact", True, curvature, options=options).x
    return "scipy.optimize.minimize", w[:-1], float(w[-1])


def _solved(model: Any, X: np.ndarray, y: np.ndarray) -> Solution:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the very last digits were not reached
        model.fit(X, y)
    return type(model).__name__, np.ravel(model.coef_), float(model.intercept_)


LOSSES: dict[str, DataLoss] = {
    loss.name: loss
    for loss in (
        DataLoss(
            "mse", "MSE", (), _square, _error, 2.0, _solve_squared, True, "Σ(y − ŷ)²",
            r"\frac1n \sum_i e_i^2",
            "Legendre 1805; Gauss 1809",
        ),
        DataLoss(
            "mae", "MAE", (), _absolute, np.sign, 1.0, _solve_absolute, False, "Σ|y − ŷ|",
            r"\frac1n \sum_i |e_i|",
            "Boscovich 1757; Koenker & Bassett 1978",
        ),
        DataLoss(
            "huber", "Huber", (Hyperparameter("delta", 1.0, 1e-2, 1e3, r"\delta", True),),
            _huber, _clipped, 1.0, _solve_smoothly, False, "Σ h(y − ŷ)",
            r"\frac1n \sum_i \begin{cases} \tfrac12 e_i^2 & |e_i| \le \delta \\"
            r" \delta\,(|e_i| - \tfrac12\delta) & |e_i| > \delta \end{cases}",
            "Huber 1964",
        ),
    )
}  # fmt: skip


PENALTIES: dict[str, Penalty] = {
    penalty.strength.name: penalty
    for penalty in (
        Penalty(
            Hyperparameter("ridge", 0.0, 0.0, 10.0, r"\lambda_2"), _sum_of_squares, _twice,
            "λ₂ Σw²",
            r"\lambda_2 \sum_j w_j^2", "Hoerl & Kennard 1970",
        ),
        Penalty(
            Hyperparameter("lasso", 0.0, 0.0, 10.0, r"\lambda_1"), _sum_of_sizes, np.sign,
            "λ₁ Σ|w|",
            r"\lambda_1 \sum_j |w_j|", "Tibshirani 1996",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class LinearLoss:
    """The loss of a linear model with its penalties, see `gdcore.backends.Loss`.

    data: the design (n, k+1), whose last column of ones belongs to the intercept, y (n, 1), and
    then the knobs of the loss and the strengths of the penalties as numbers (). They are data and
    not constants so that a slider on them changes no traced graph.
    """

    names: tuple[str, ...]
    data: tuple[np.ndarray, ...]
    loss: DataLoss
    penalties: tuple[Penalty, ...] = ()

    @property
    def key(self) -> Hashable:
        return self.loss.name, *(penalty.strength.name for penalty in self.penalties)

    def _numbers(self, data: Sequence[Any]) -> tuple[Sequence[Any], list[tuple[Penalty, Any]]]:
        """The knobs, and every penalty with its strength."""
        if len(data) == 2:
            return (), []
        end = 2 + len(self.loss.knobs)
        return data[2:end], list(zip(self.penalties, data[end:], strict=True))

    def value(self, ops: Operations, w: Any, *data: Any) -> Any:
        knobs, penalties = self._numbers(data)
        value = ops["mean"](self.loss.each(ops, data[0] @ w - data[1], *knobs))
        for penalty, strength in penalties:
            value = value + strength * penalty.value(ops, w[:-1])
        return value

    def by_calculus(self, ops: Operations, w: Any, *data: Any) -> tuple[Any, Any]:
        design, y = data[:2]
        knobs, penalties = self._numbers(data)
        error = design @ w - y
        value = self.loss.each(ops, error, *knobs).sum(axis=0) / len(y)
        gradient = self.loss.factor / len(y) * (design.T @ self.loss.slope(error, *knobs))
        for penalty, strength in penalties:
            value = value + strength * penalty.value(ops, w[:-1])
            gradient[:-1] += strength * penalty.slope(w[:-1])
        return value, gradient


def design_matrix(
    X: np.ndarray, centre: np.ndarray | float = 0.0, scale: np.ndarray | float = 1.0
) -> np.ndarray:
    """(X - centre) / scale (n, k) with a column of ones behind it (n, k+1), for the intercept.

    Its columns lie in one piece each: products with a vector are then several times faster.
    """
    design = np.ones((len(X), X.shape[1] + 1), order="F")
    np.subtract(X, centre, out=design[:, :-1])
    design[:, :-1] /= scale
    return design


def weight_names(features: int) -> tuple[str, ...]:
    """w, b for one feature; w1, w2, …, b for more."""
    return ("w", "b") if features == 1 else (*(f"w{i + 1}" for i in range(features)), "b")


def objective(
    design: np.ndarray,
    y: np.ndarray,
    loss: DataLoss,
    knobs: Mapping[str, Any],
    strengths: Mapping[str, Any],
) -> LinearLoss:
    """The loss on these samples; a penalty of no strength is left out, and costs nothing."""
    numbers = [np.array(float(knobs[knob.name])) for knob in loss.knobs]
    active = [penalty for name, penalty in PENALTIES.items() if strengths.get(name)]
    numbers += [np.array(float(strengths[penalty.strength.name])) for penalty in active]
    names = weight_names(design.shape[1] - 1)
    return LinearLoss(names, (design, y[:, None], *numbers), loss, tuple(active))
