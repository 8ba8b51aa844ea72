"""Linear regression by gradient descent, and scikit-learn's answer beside it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from gdcore.backends import BACKENDS, Operations, Request, choose
from gdcore.datasets import check
from gdcore.descent import check_numbers, prepare, to_trajectory
from gdcore.texts import Problem
from gdcore.theory import Forecast, forecast
from gdcore.trajectory import Trajectory

# Rows of a run with mini-batches: one per update, each with the loss over all data.
MOST_UPDATES = 200_000
Scaling = Literal["none", "standardise"]


@dataclass(frozen=True)
class SquaredError:
    """Mean squared error of a linear model, see `gdcore.backends.Loss`.

    data: the design (n, k+1), whose last column of ones belongs to the intercept, and y (n, 1).
    """

    names: tuple[str, ...]
    data: tuple[np.ndarray, ...]

    @property
    def key(self) -> Hashable:
        return "mean squared error"

    def value(self, ops: Operations, w: Any, *data: Any) -> Any:
        design, y = data
        error = y - design @ w
        return ops["mean"](error * error)

    def by_calculus(self, ops: Operations, w: Any, *data: Any) -> tuple[Any, Any]:
        design, y = data
        error = design @ w - y
        return np.einsum("ij,ij->j", error, error) / len(y), 2 / len(y) * (design.T @ error)


@dataclass(frozen=True)
class Reference:
    """scikit-learn's LinearRegression on the same data."""

    coef_: np.ndarray
    intercept_: float
    r2: float
    rmse: float


@dataclass(frozen=True)
class Fit:
    """A finished fit. Coefficients are in the data's own units, whatever the scaling.

    trajectory: the weights that were descended on, coefficients first, then the intercept; with
    scaling="standardise" they belong to the standardised features. `weights` maps every row back.
    centre, scale: (k,), what was subtracted from and divided out of the features.
    """

    trajectory: Trajectory
    X: np.ndarray
    y: np.ndarray
    centre: np.ndarray
    scale: np.ndarray

    @cached_property
    def weights(self) -> np.ndarray:
        """(rows, k+1): every row's coefficients and intercept in the data's own units."""
        with np.errstate(all="ignore"):
            coef = self.trajectory.weights[:, :-1] / self.scale
            return np.column_stack([coef, self.trajectory.weights[:, -1] - coef @ self.centre])

    @property
    def coef_(self) -> np.ndarray:
        return self.weights[-1, :-1]

    @property
    def intercept_(self) -> float:
        return float(self.weights[-1, -1])

    def predict(self, X: np.ndarray) -> np.ndarray:
        """(n, k) features to (n,) predictions of the last row's weights."""
        return np.asarray(X) @ self.coef_ + self.intercept_

    @property
    def rmse(self) -> float:
        """Root mean squared error on the data, in units of y."""
        return float(np.sqrt(np.mean((self.y - self.predict(self.X)) ** 2)))

    @property
    def r2(self) -> float:
        """Share of the variance of y that the model explains; 1 is perfect."""
        return float(1 - np.sum((self.y - self.predict(self.X)) ** 2) / _variation(self.y))

    @cached_property
    def reference(self) -> Reference:
        """scikit-learn's answer; computed when first asked for."""
        from sklearn.linear_model import LinearRegression  # late: a second to import

        model = LinearRegression().fit(self.X, self.y)
        error = self.y - model.predict(self.X)
        return Reference(
            model.coef_,
            float(model.intercept_),
            float(1 - np.sum(error**2) / _variation(self.y)),
            float(np.sqrt(np.mean(error**2))),
        )

    @cached_property
    def forecast(self) -> Forecast:
        """What the curvature of this loss says about the learning rate that was used."""
        settings = self.trajectory.settings
        return forecast(
            hessian((self.X - self.centre) / self.scale),
            settings["learning_rate"],
            settings["optimizer"],
            settings["hyperparameters"],
        )


def _variation(y: np.ndarray) -> float:
    return float(np.sum((y - y.mean()) ** 2)) or np.nan


def design_matrix(X: np.ndarray) -> np.ndarray:
    """X (n, k) with a column of ones behind it (n, k+1): the intercept is one more weight."""
    return np.column_stack([X, np.ones(len(X))])


def hessian(X: np.ndarray) -> np.ndarray:
    """The (k+1, k+1) Hessian of the mean squared error, 2/n·AᵀA with A the design matrix."""
    design = design_matrix(X)
    return 2 / len(X) * design.T @ design


def slice_of_surface(fit: Fit) -> tuple[np.ndarray, np.ndarray, float]:
    """The loss over the first two coefficients, all other weights at their best for the pair.

    Returns its (2, 2) Hessian, the point (2,) where it is least, and the loss there. Eliminating
    the other weights is the Schur complement of their block of the full Hessian.
    """
    full = hessian(fit.X)
    inner, mixed, others = full[:2, :2], full[:2, 2:], full[2:, 2:]
    matrix = inner - mixed @ np.linalg.lstsq(others, mixed.T, rcond=None)[0]
    return matrix, fit.reference.coef_[:2], fit.reference.rmse**2


def weight_names(features: int) -> tuple[str, ...]:
    """w, b for one feature; w1, w2, …, b for more."""
    return ("w", "b") if features == 1 else (*(f"w{i + 1}" for i in range(features)), "b")


def shuffled_batches(n: int, size: int, epochs: int, seed: int) -> np.ndarray:
    """Row numbers of every update, (updates+1, size): each epoch visits a fresh shuffle.

    The remainder of an epoch that does not fill a batch is left out, as with `drop_last`; the
    last row belongs to the recorded gradient at the final weights.
    """
    random = np.random.default_rng(seed)
    per_epoch = n // size
    order = [random.permutation(n)[: per_epoch * size] for _ in range(epochs)]
    batches = np.concatenate(order).reshape(-1, size) if order else np.empty((0, size), int)
    return np.vstack([batches, random.permutation(n)[:size]]).astype(np.int64)


def fit_linear(
    X: np.ndarray,
    y: np.ndarray,
    epochs: int = 40,
    learning_rate: float = 0.1,
    optimizer: str = "sgd",
    schedule: str = "constant",
    batch_size: int | None = None,
    scaling: Scaling = "none",
    backend: str = "numpy",
    dtype: str = "float64",
    mode: str = "graph",
    seed: int = 0,
    start: np.ndarray | None = None,
    **hyperparameters: float,
) -> Fit:
    """Fit y ≈ X·w + b by descending on the mean squared error, as the article does.

    X (n, k), y (n,). batch_size: rows per update, None for all of them. start: (k+1,) weights in
    the units that are descended in, zeros by default. A schedule runs over updates.
    Raises DataError for data that cannot be fitted, Problem for settings that cannot run.
    """
    X, y = check(X, y)
    choose({"none": 1, "standardise": 1}, scaling, "scaling")
    rule, knobs, course, course_knobs = prepare(optimizer, schedule, hyperparameters)
    engine = choose(BACKENDS, backend, "backend")
    if engine.modes:
        choose(dict.fromkeys(engine.modes, True), mode, "mode")
    centre, scale = np.zeros(X.shape[1]), np.ones(X.shape[1])
    if scaling == "standardise":
        centre, spread = X.mean(axis=0), X.std(axis=0)
        scale = np.where(spread > 0, spread, 1.0)
    names = weight_names(X.shape[1])
    design = design_matrix((X - centre) / scale)

    size = len(y) if batch_size is None else int(batch_size)
    if not 1 <= size <= len(y):
        raise Problem("settings.batch", most=len(y))
    per_epoch = len(y) // size
    updates = epochs * per_epoch
    check_numbers(learning_rate, min(updates, epochs), dtype)
    if updates > MOST_UPDATES:
        raise Problem("settings.updates", updates=updates, most=MOST_UPDATES)
    batches = None if size == len(y) else shuffled_batches(len(y), size, epochs, seed)

    first = np.zeros(len(names)) if start is None else np.asarray(start, np.float64)
    rates = course.rates(learning_rate, updates, **course_knobs)
    request = Request(
        SquaredError(names, (design, y[:, None])), rule, knobs, first[:, None], rates, batches,
        dtype, mode,
    )  # fmt: skip
    raw = engine.module.run(request)
    settings = {
        "learning_rate": float(learning_rate), "optimizer": optimizer, "schedule": schedule,
        "backend": backend, "dtype": dtype, "mode": mode, "epochs": epochs, "seed": seed,
        "batch_size": batch_size, "scaling": scaling, "hyperparameters": knobs | course_knobs,
    }  # fmt: skip
    limit = forecast(hessian((X - centre) / scale), learning_rate, optimizer, knobs).limit
    trajectory = to_trajectory(
        raw, 0, names, rates, settings, limit, np.arange(updates + 1) / per_epoch
    )
    return Fit(trajectory, X, y, centre, scale)
