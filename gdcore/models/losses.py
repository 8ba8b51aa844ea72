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

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdcore.backends import Operations
from gdcore.backends.numpy_ import operations
from gdcore.models.solvers import Solution, solve_absolute, solve_smoothly, solve_squared
from gdcore.rules.optimizers import NOT_NEGATIVE, POSITIVE, Hyperparameter

# Numbers held at once while the losses of all rows are computed: 16 MB.
BLOCK = 2_000_000


@dataclass(frozen=True, kw_only=True)
class DataLoss:
    """How much an error, prediction minus y, counts; the loss is the mean over the samples.

    each(ops, error, *knobs): the loss of every error, in the arithmetic of any framework.
    slope(error, *knobs): its derivative by the error, divided by `factor`, in NumPy.
    solve(Z, t, ridge, lasso, rounding, *knobs): another library's minimum, see
        `gdcore.models.solvers`.
    degree: the loss of c times the error is c**degree times the loss, knobs that are lengths of
    errors taken along.
    quadratic: whether the curvature is the same everywhere, so that theory knows the whole run.
    symbol: the sum over the samples in plain characters.
    """

    name: str
    title: str
    knobs: tuple[Hyperparameter, ...]
    each: Callable[..., Any]
    slope: Callable[..., Any]
    factor: float
    degree: int
    solve: Callable[..., Solution]
    quadratic: bool
    symbol: str
    latex: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Penalty:
    """What is added to the loss, times its strength, of the coefficients (k, batch).

    value(ops, coef): in the arithmetic of any framework. slope(coef): its derivative, in NumPy.
    symbol: the term in plain characters. quadratic: whether its curvature is the same everywhere.
    """

    strength: Hyperparameter
    value: Callable[[Operations, Any], Any]
    slope: Callable[[Any], Any]
    symbol: str
    latex: str
    source: str
    quadratic: bool


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


DELTA = Hyperparameter(
    name="delta",
    default=1.0,
    low=1e-3,
    high=1e6,
    symbol=r"\delta",
    logarithmic=True,
    valid=POSITIVE,
    length=True,
)

LOSSES: dict[str, DataLoss] = {
    loss.name: loss
    for loss in (
        DataLoss(
            name="mse",
            title="MSE",
            knobs=(),
            each=_square,
            slope=_error,
            factor=2.0,
            degree=2,
            solve=solve_squared,
            quadratic=True,
            symbol="Σ(y − ŷ)²",
            latex=r"\frac1n \sum_i e_i^2",
            source="Legendre 1805; Gauss 1809",
        ),
        DataLoss(
            name="mae",
            title="MAE",
            knobs=(),
            each=_absolute,
            slope=np.sign,
            factor=1.0,
            degree=1,
            solve=solve_absolute,
            quadratic=False,
            symbol="Σ|y − ŷ|",
            latex=r"\frac1n \sum_i |e_i|",
            source="Boscovich 1757; Koenker & Bassett 1978",
        ),
        DataLoss(
            name="huber",
            title="Huber",
            knobs=(DELTA,),
            each=_huber,
            slope=_clipped,
            factor=1.0,
            degree=2,
            solve=solve_smoothly,
            quadratic=False,
            symbol="Σ h(y − ŷ)",
            latex=r"\frac1n \sum_i \begin{cases} \tfrac12 e_i^2 & |e_i| \le \delta \\"
            r" \delta\,(|e_i| - \tfrac12\delta) & |e_i| > \delta \end{cases}",
            source="Huber 1964",
        ),
    )
}


PENALTIES: dict[str, Penalty] = {
    penalty.strength.name: penalty
    for penalty in (
        Penalty(
            strength=Hyperparameter(
                name="ridge",
                default=0.0,
                low=0.0,
                high=10.0,
                symbol=r"\lambda_2",
                valid=NOT_NEGATIVE,
            ),
            value=_sum_of_squares,
            slope=_twice,
            symbol="λ₂ Σw²",
            latex=r"\lambda_2 \sum_j w_j^2",
            source="Hoerl & Kennard 1970",
            quadratic=True,
        ),
        Penalty(
            strength=Hyperparameter(
                name="lasso",
                default=0.0,
                low=0.0,
                high=10.0,
                symbol=r"\lambda_1",
                valid=NOT_NEGATIVE,
            ),
            value=_sum_of_sizes,
            slope=np.sign,
            symbol="λ₁ Σ|w|",
            latex=r"\lambda_1 \sum_j |w_j|",
            source="Tibshirani 1996",
            quadratic=False,
        ),
    )
}


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

    def losses(self, weights: np.ndarray) -> np.ndarray:
        """The loss (rows,) at many weights (n, rows), in NumPy, a block of rows at a time."""
        blocks = np.array_split(weights, 1 + weights.shape[1] * len(self.data[1]) // BLOCK, axis=1)
        ops = operations("float64")
        return np.concatenate([self.value(ops, block, *self.data) for block in blocks])


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
