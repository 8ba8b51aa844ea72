"""Linear regression by gradient descent: batches, a share held out, early stopping.

Losses and penalties are records in `gdcore.models.losses`, which says what scikit-learn calls them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from gdcore.data.datasets import check
from gdcore.descent.descend import MOST_UPDATES, descend
from gdcore.descent.formulas import MOST_STEPS
from gdcore.descent.trajectory import StopReason
from gdcore.models.fit import Fit, theory
from gdcore.models.losses import DELTA, LOSSES, design_matrix, objective
from gdcore.models.quadratic import Theory
from gdcore.models.quadratic import closed_form as from_the_hessian
from gdcore.models.reference import mean, spread
from gdcore.models.setup import Scaling, Setup
from gdcore.rules.interval import Interval, choose
from gdcore.rules.method import Method
from gdcore.words.figures import plain
from gdcore.words.texts import Problem, Sentence


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
    count = int(np.ceil(test * n))
    if n - count < 2:
        raise Problem("settings.test")
    order = np.random.RandomState(seed).permutation(n) if count else np.arange(n)
    return np.sort(order[count:]), np.sort(order[:count])


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
    delta: float | None = None,
    ridge: float = 0.0,
    lasso: float = 0.0,
    shuffle: bool = True,
    test: float = 0.0,
    patience: int = 0,
    tolerance: float = 0.0,
    closed_form: bool = False,
    *,
    knobs: Mapping[str, float] | None = None,
    schedule_knobs: Mapping[str, float] | None = None,
    loss_knobs: Mapping[str, float] | None = None,
    **hyperparameters: float,
) -> Fit:
    """Fit y ≈ X·w + b by descending on the mean squared error, as the article does.

    X (n, k), y (n,). batch_size: rows per update, None for all of them. start: (k+1,) weights in
    the units that are descended in, zeros by default. A schedule runs over updates.
    loss: a name in LOSSES. loss_knobs: its knobs by name, each at its default where none is given.
    delta: the knob of that name, where Huber's loss turns from squares to sizes, in units of y; a
    loss without it takes no notice, and `loss_knobs` goes before.
    ridge, lasso: strengths of the penalties on the coefficients that are descended on, in units
    of the loss; the module says which alpha of scikit-learn they are.
    shuffle: whether mini-batches meet the rows in a fresh order every epoch.
    test: share of the rows that is held out, by the seed. patience: the run ends after so many
    epochs in which the test loss, or the loss where nothing is held out, did not get better by
    more than `tolerance`; 0 for never.
    closed_form: every iterate from the eigenvectors of the Hessian instead of a loop, however
    many samples there are; for plain descent and momentum at a constant rate, with all samples at
    every step, on the mean squared error without lasso.
    hyperparameters: knobs of the optimizer or the schedule by name; knobs, schedule_knobs: the same
    where a name stands for something else here, as `delta` and `seed` do.
    Raises DataError for data that cannot be fitted, Problem for settings that cannot run.
    """
    method = Method.of(
        learning_rate,
        optimizer,
        schedule,
        backend,
        dtype,
        mode,
        knobs=knobs,
        schedule_knobs=schedule_knobs,
        **hyperparameters,
    )
    front = {} if delta is None else {DELTA.name: DELTA.valid.check(DELTA.name, delta)}
    knob_names = {knob.name for knob in choose(LOSSES, loss, "loss").knobs}
    setup = Setup(
        epochs=epochs,
        batch_size=batch_size,
        scaling=scaling,
        shuffle=shuffle,
        seed=seed,
        loss=loss,
        loss_knobs={k: v for k, v in front.items() if k in knob_names} | dict(loss_knobs or {}),
        penalties={"ridge": ridge, "lasso": lasso},
        test=test,
        patience=patience,
        tolerance=tolerance,
    )
    return fit(X, y, method, setup, start, closed_form)


def fit(
    X: np.ndarray,
    y: np.ndarray,
    method: Method,
    setup: Setup,
    start: np.ndarray | None = None,
    closed_form: bool = False,
) -> Fit:
    """The fit of `fit_linear` from what its arguments are gathered in."""
    X, y = check(X, y)
    train, held_out = split(len(y), setup.test, setup.seed)
    X_test, y_test = X[held_out], y[held_out]
    if len(held_out):
        X, y = X[train], y[train]
    centre, scale = _scaling(X, setup.scaling)
    design = design_matrix(X, centre, scale)

    size = len(y) if setup.batch_size is None else setup.batch_size
    if not 1 <= size <= len(y):
        raise Problem("settings.batch", most=len(y))
    per_epoch = len(y) // size
    updates = setup.epochs * per_epoch
    Interval(0, MOST_STEPS).check("epochs", setup.epochs)
    if updates > MOST_UPDATES:
        raise Problem("settings.updates", updates=updates, most=MOST_UPDATES)
    batches = None
    if size < len(y):
        batches = batch_rows(len(y), size, setup.epochs, setup.seed, setup.shuffle)

    problem = objective(design, y, setup.record, setup.loss_knobs, setup.penalties)

    @cache
    def prediction() -> Theory:
        return theory(design, setup, method)

    trajectory = descend(
        problem,
        np.zeros(design.shape[1]) if start is None else start,
        method,
        updates,
        batches=batches,
        per_epoch=per_epoch,
        limit=lambda: prediction().limit,
        everywhere=True,
        run=(
            from_the_hessian(prediction(), design, y, setup.penalties["ridge"])
            if closed_form
            else None
        ),
    )
    fitted = Fit(
        trajectory=trajectory,
        setup=setup,
        X=X,
        y=y,
        centre=centre,
        scale=scale,
        X_test=X_test,
        y_test=y_test,
        held_out=held_out,
    )
    return stopped_early(fitted, setup.patience, setup.tolerance) if setup.patience else fitted


def _scaling(X: np.ndarray, scaling: str) -> tuple[np.ndarray, np.ndarray]:
    """What is subtracted from and divided out of the features, (k,) each."""
    if scaling == "none":
        return np.zeros(X.shape[1]), np.ones(X.shape[1])
    deviation = spread(X)
    return mean(X), np.where(deviation > 0, deviation, 1.0)
