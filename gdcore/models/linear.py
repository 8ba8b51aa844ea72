"""Linear regression by gradient descent, and another library's answer beside it.

Losses and penalties are records in `gdcore.models.losses`, which says what scikit-learn calls them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from gdcore.backends import BACKENDS, Raw, Request, choose
from gdcore.backends.numpy_ import operations
from gdcore.data.datasets import check
from gdcore.descent.descend import check_numbers, prepare, to_trajectory
from gdcore.descent.trajectory import StopReason, Trajectory
from gdcore.models.losses import (
    LOSSES,
    PENALTIES,
    design_matrix,
    objective,
)
from gdcore.models.reference import Plain, Reference, mean, plainly, quality, refer, remarks, spread
from gdcore.rules.interval import Interval
from gdcore.theory.quadratics import Forecast, forecast, quadratic_path
from gdcore.words.figures import plain
from gdcore.words.texts import Problem, Sentence

# Rows of a run with mini-batches: one per update, each with the loss over all data.
MOST_UPDATES = 200_000
# Numbers held at once while the losses of all rows are computed: 16 MB.
BLOCK = 2_000_000
Scaling = Literal["none", "standardise"]


@dataclass(frozen=True)
class Fit:
    """A finished fit. Coefficients are in the data's own units, whatever the scaling.

    trajectory: the weights that were descended on, coefficients first, then the intercept; with
    scaling="standardise" they belong to the standardised features. `weights` maps every row back.
    X, y: the samples that were descended on. X_test, y_test: those that were held out, and
    held_out (m,) their row numbers in the data that were given, ascending.
    centre, scale: (k,), what was subtracted from and divided out of the features.
    """

    trajectory: Trajectory
    X: np.ndarray
    y: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    held_out: np.ndarray

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

    @cached_property
    def _quality(self) -> tuple[float, float]:
        design = design_matrix(self.X, self.centre, self.scale)
        with np.errstate(all="ignore"):
            error = design @ self.trajectory.weights[-1].astype(np.float64) - self.y
        return quality(error, self.y)

    @property
    def rmse(self) -> float:
        """Root mean squared error on the data, in units of y."""
        return self._quality[1]

    @property
    def r2(self) -> float:
        """Share of the variance of y that the model explains; 1 is perfect.

        NaN where y is the same everywhere: there is no variance to explain.
        """
        return self._quality[0]

    @property
    def quadratic(self) -> bool:
        """Whether the loss is a quadratic: then a matrix describes it everywhere."""
        settings = self.trajectory.settings
        return LOSSES[settings["loss"]].quadratic and not settings["lasso"]

    @cached_property
    def train_losses(self) -> np.ndarray:
        """(rows,): the loss of the samples that were descended on, without penalties."""
        settings = self.trajectory.settings
        if not any(settings[name] for name in PENALTIES):
            return self.trajectory.losses
        return self._data_losses(self.X, self.y)

    @cached_property
    def test_losses(self) -> np.ndarray | None:
        """(rows,): the loss of the samples that were held out, without penalties, or None."""
        return self._data_losses(self.X_test, self.y_test) if len(self.y_test) else None

    @property
    def watched_losses(self) -> np.ndarray:
        """(rows,): what early stopping watches: the test loss, else the loss descended on."""
        return self.trajectory.losses if self.test_losses is None else self.test_losses

    @property
    def best_row(self) -> int:
        """The row with the least watched loss."""
        return int(np.argmin(self.watched_losses))

    def _data_losses(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The loss (rows,) of other samples without penalties, a block of rows at a time."""
        settings = self.trajectory.settings
        loss = LOSSES[settings["loss"]]
        problem = objective(design_matrix(X, self.centre, self.scale), y, loss, settings, {})
        weights = self.trajectory.weights.astype(np.float64).T
        blocks = np.array_split(weights, 1 + weights.shape[1] * len(y) // BLOCK, axis=1)
        ops = operations("float64")
        return np.concatenate([problem.value(ops, block, *problem.data) for block in blocks])

    @cached_property
    def reference(self) -> Reference:
        """Another library's answer to the same problem; computed when first asked for.

        Penalties are laid on the coefficients that were descended on.
        """
        settings = self.trajectory.settings
        loss = LOSSES[settings["loss"]]
        return refer(self.X, self.y, loss, settings, self.centre, self.scale)

    @cached_property
    def plain_reference(self) -> Plain | None:
        """What `LinearRegression()` answers by itself, where that is not the least squares answer.

        None where it is, and where the loss is another one.
        """
        settings = self.trajectory.settings
        if not self.quadratic or settings["ridge"]:
            return None
        return plainly(self.X, self.y, self.reference)

    @property
    def remarks(self) -> list[Sentence]:
        """What has to be said about the reference, see `gdcore.models.reference.remarks`."""
        return remarks(self.reference, self.plain_reference)

    @property
    def minimum(self) -> np.ndarray:
        """(k+1,): the reference's weights in the units that were descended in."""
        return self.reference.at(self.centre, self.scale)

    @cached_property
    def matrix(self) -> np.ndarray:
        """(k+1, k+1): the Hessian in the units that were descended in, ridge included."""
        design = design_matrix(self.X, self.centre, self.scale)
        return _curvature(design, self.trajectory.settings["ridge"])

    @cached_property
    def foretold(self) -> np.ndarray | None:
        """(rows,): the losses as theory knew them beforehand, None where it knows none.

        For plain descent and Polyak's momentum on a quadratic loss, with all samples at every
        step and a constant learning rate.
        """
        settings = self.trajectory.settings
        momentum = self.forecast.momentum
        if not self.foreseeable or momentum is None:
            return None
        path = (
            quadratic_path(
                self.matrix,
                self.minimum,
                self.trajectory.weights[0],
                settings["learning_rate"],
                self.trajectory.steps,
                momentum,
            )
            - self.minimum
        )
        with np.errstate(all="ignore"):
            return self.reference.loss + np.einsum("ti,ij,tj->t", path, self.matrix, path) / 2

    @property
    def foreseeable(self) -> bool:
        """Whether a closed form knows this run."""
        settings = self.trajectory.settings
        size = settings["batch_size"]
        return bool(
            self.quadratic
            and settings["schedule"] == "constant"
            and settings["optimizer"] in ("sgd", "momentum")
            and (size is None or size >= len(self.y))
        )

    @cached_property
    def forecast(self) -> Forecast:
        """What the curvature of this loss says about the learning rate that was used.

        For MAE and Huber it is the curvature of the mean squared error: its condition number is
        that of the data, and no limit and no steps are foretold; with lasso, no steps.
        """
        settings = self.trajectory.settings
        return _forecast(self.matrix, settings, settings["hyperparameters"])


def hessian(X: np.ndarray) -> np.ndarray:
    """The (k+1, k+1) Hessian of the mean squared error, 2/n·AᵀA with A the design matrix."""
    return _curvature(design_matrix(X))


def _curvature(design: np.ndarray, ridge: float | np.ndarray = 0.0) -> np.ndarray:
    """The Hessian of the mean squared error with a ridge penalty; ridge () or (k,)."""
    matrix = 2 / len(design) * (design.T @ design)
    matrix[np.diag_indices(len(matrix) - 1)] += 2 * ridge
    return matrix


def _forecast(
    matrix: np.ndarray, settings: Mapping[str, Any], knobs: Mapping[str, float]
) -> Forecast:
    """The forecast, without what it cannot know for the loss in the settings."""
    known = forecast(matrix, settings["learning_rate"], settings["optimizer"], knobs)
    if not LOSSES[settings["loss"]].quadratic:
        return replace(known, limit=None, best=np.nan, steps=np.nan, momentum=None)
    return replace(known, steps=np.nan, momentum=None) if settings["lasso"] else known


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
            settings = fit.trajectory.settings
            design = design_matrix(fit.X[rows], fit.centre, fit.scale)
            problem = objective(design, fit.y[rows], LOSSES[settings["loss"]], settings, settings)
            ops = operations("float64")
            blocks = np.array_split(w, 1 + w.shape[1] * len(rows) // BLOCK, axis=1)
            losses = np.concatenate([problem.value(ops, b, *problem.data) for b in blocks])
    return first, second, losses.reshape(points, points)


def batch_rows(n: int, size: int, epochs: int, seed: int, shuffle: bool = True) -> np.ndarray:
    """Row numbers of every update, (updates+1, size): each epoch visits a fresh shuffle.

    The remainder of an epoch that does not fill a batch is left out, as with `drop_last`; the
    last row belongs to the recorded gradient at the final weights.
    """
    random = np.random.default_rng(seed)
    visited = n // size * size

    def epoch(count: int) -> np.ndarray:
        return (random.permutation(n) if shuffle else np.arange(n))[:count]

    batches = [epoch(visited).reshape(-1, size) for _ in range(epochs)]
    return np.vstack([*batches, epoch(size)]).astype(np.int64)


def split(n: int, test: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers to descend on and to hold out, both ascending.

    The rows that scikit-learn's train_test_split(test_size=test, random_state=seed) holds out.
    Raises Problem where less than two rows would be left to descend on.
    """
    count = int(np.ceil(test * n)) if 0 <= test < 1 else n
    if n - count < 2:
        raise Problem("settings.test")
    order = np.random.RandomState(seed).permutation(n) if count else np.arange(n)
    return np.sort(order[count:]), np.sort(order[:count])


def _check_settings(delta: float, patience: int, numbers: Mapping[str, float]) -> None:
    if not (np.isfinite(delta) and delta > 0):
        raise Problem("settings.delta")
    for name, value in numbers.items():
        if not (np.isfinite(value) and value >= 0):
            raise Problem("settings.negative", setting=name)
    if patience < 0:
        raise Problem("settings.negative", setting="patience")


def stopped_early(fit: Fit, patience: int, tolerance: float) -> Fit:
    """The fit as it ends once `patience` epochs have brought nothing; Prechelt 1998.

    The watched loss gets better only where it falls by more than `tolerance` below its least.
    The backends run whole loops, so the rows that early stopping would spare are cut off.
    """
    run = fit.trajectory
    ends = np.flatnonzero(run.epochs == np.floor(run.epochs))
    least, best, watched = np.inf, 0, fit.watched_losses[ends]
    for epoch, loss in enumerate(watched):
        if loss < least - tolerance:
            least, best = float(loss), epoch
        elif epoch - best >= patience:
            row = int(ends[epoch])
            values = {"epoch": epoch, "patience": patience, "best": best, "loss": plain(least)}
            stop = StopReason("finished", row, Sentence("stop.early", values))
            return replace(fit, trajectory=replace(run.take(np.arange(row + 1)), stop=stop))
    return fit


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
    loss: str = "mse",
    delta: float = 1.0,
    ridge: float = 0.0,
    lasso: float = 0.0,
    shuffle: bool = True,
    test: float = 0.0,
    patience: int = 0,
    tolerance: float = 0.0,
    closed_form: bool = False,
    **hyperparameters: float,
) -> Fit:
    """Fit y ≈ X·w + b by descending on the mean squared error, as the article does.

    X (n, k), y (n,). batch_size: rows per update, None for all of them. start: (k+1,) weights in
    the units that are descended in, zeros by default. A schedule runs over updates.
    loss: a name in LOSSES. delta: where Huber's loss turns from squares to sizes, in units of y.
    ridge, lasso: strengths of the penalties on the coefficients that are descended on, in units
    of the loss; the module says which alpha of scikit-learn they are.
    shuffle: whether mini-batches meet the rows in a fresh order every epoch.
    test: share of the rows that is held out, by the seed. patience: the run ends after so many
    epochs in which the test loss, or the loss where nothing is held out, did not get better by
    more than `tolerance`; 0 for never.
    closed_form: every iterate from the eigenvectors of the Hessian instead of a loop, however
    many samples there are; for plain descent and momentum at a constant rate, with all samples at
    every step, on the mean squared error without lasso.
    Raises DataError for data that cannot be fitted, Problem for settings that cannot run.
    """
    X, y = check(X, y)
    for setting, count in (("epochs", epochs), ("batch_size", batch_size or 0), ("seed", seed)):
        Interval(0, whole=True).check(setting, count)
    rule, knobs, course, course_knobs = prepare(optimizer, schedule, hyperparameters)
    engine = choose(BACKENDS, backend, "backend")
    if engine.modes:
        choose(dict.fromkeys(engine.modes, True), mode, "mode")
    strengths = {"ridge": float(ridge), "lasso": float(lasso)}
    _check_settings(delta, patience, strengths | {"tolerance": tolerance})
    train, held_out = split(len(y), test, seed)
    X_test, y_test = X[held_out], y[held_out]
    if len(held_out):
        X, y = X[train], y[train]
    centre, scale = _scaling(X, scaling)
    design = design_matrix(X, centre, scale)

    size = len(y) if batch_size is None else int(batch_size)
    if not 1 <= size <= len(y):
        raise Problem("settings.batch", most=len(y))
    per_epoch = len(y) // size
    updates = epochs * per_epoch
    check_numbers(learning_rate, min(updates, epochs), dtype)
    if updates > MOST_UPDATES:
        raise Problem("settings.updates", updates=updates, most=MOST_UPDATES)
    batches = None if size == len(y) else batch_rows(len(y), size, epochs, seed, shuffle)

    settings = {
        "learning_rate": float(learning_rate),
        "optimizer": optimizer,
        "schedule": schedule,
        "backend": backend,
        "dtype": dtype,
        "mode": mode,
        "epochs": epochs,
        "seed": seed,
        "batch_size": batch_size,
        "scaling": scaling,
        "hyperparameters": knobs | course_knobs,
        "loss": loss,
        "delta": float(delta),
        **strengths,
        "shuffle": shuffle,
        "test": test,
        "patience": patience,
        "tolerance": tolerance,
    }
    record = choose(LOSSES, loss, "loss")
    problem = objective(design, y, record, settings, strengths)
    first = np.zeros(design.shape[1]) if start is None else np.asarray(start, np.float64)
    rates = course.rates(learning_rate, updates, **course_knobs)
    if closed_form:
        if schedule != "constant" or batches is not None or not (record.quadratic and not lasso):
            raise Problem("settings.closed_form")
        raw = _in_closed_form(design, y, ridge, first, settings, updates, knobs)
    else:
        raw = engine.module.run(
            Request(problem, rule, knobs, first[:, None], rates, batches, dtype, mode)
        )
    limit = _forecast(_curvature(design, ridge), settings, knobs).limit
    trajectory = to_trajectory(
        raw, 0, problem.names, rates, settings, limit, np.arange(updates + 1) / per_epoch
    )
    fit = Fit(trajectory, X, y, centre, scale, X_test, y_test, held_out)
    return stopped_early(fit, patience, tolerance) if patience else fit


def _in_closed_form(
    design: np.ndarray,
    y: np.ndarray,
    ridge: float,
    first: np.ndarray,
    settings: dict[str, Any],
    updates: int,
    knobs: Mapping[str, float],
) -> Raw:
    """What the loop would leave behind, from the Hessian alone; see `theory.quadratic_path`."""
    if settings["optimizer"] not in ("sgd", "momentum"):
        raise Problem("settings.closed_form")
    matrix = _curvature(design, ridge)
    best = np.linalg.lstsq(matrix, 2 / len(y) * (design.T @ y), rcond=None)[0]
    path = quadratic_path(
        matrix, best, first, settings["learning_rate"], updates, knobs.get("momentum", 0.0)
    )
    with np.errstate(all="ignore"):
        away = path - best
        gradients = away @ matrix
        least = np.mean((design @ best - y) ** 2) + ridge * np.sum(best[:-1] ** 2)
        losses = least + np.einsum("ti,ti->t", away, gradients) / 2
    return Raw(path[..., None], gradients[..., None], losses[:, None])


def _scaling(X: np.ndarray, scaling: str) -> tuple[np.ndarray, np.ndarray]:
    """What is subtracted from and divided out of the features, (k,) each."""
    choose({"none": 1, "standardise": 1}, scaling, "scaling")
    if scaling == "none":
        return np.zeros(X.shape[1]), np.ones(X.shape[1])
    deviation = spread(X)
    return mean(X), np.where(deviation > 0, deviation, 1.0)
