"""Gradient descent on any loss: loss + start + method -> Trajectory, in one place.

Formulas (`gdcore.descent.formulas`) and models (`gdcore.models`) come in through here. One run is
a batch of one, and many runs differ in their starts and learning rates alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from gdcore.backends import Loss, Raw, Request, engine
from gdcore.descent.stops import stop_reason
from gdcore.descent.trajectory import Trajectory
from gdcore.formula import Formula
from gdcore.ground.losses import of_loss
from gdcore.ground.terrain import Ground
from gdcore.rules.interval import Interval, numeric
from gdcore.rules.method import Method
from gdcore.words.texts import Problem

# Steps of a run that keeps every one of them.
MOST_UPDATES = 200_000

Start = Mapping[str, float] | Sequence[float] | np.ndarray
Limit = Callable[[], float | None]


def _unknown() -> None:
    """The largest stable rate where no theory knows one."""


def descend(
    loss: Loss,
    start: Start,
    method: Method,
    steps: int = 150,
    *,
    batches: np.ndarray | None = None,
    per_epoch: int = 1,
    limit: Limit = _unknown,
    everywhere: bool = False,
    run: Callable[[Request], Raw] | None = None,
) -> Trajectory:
    """Descend on a loss from `start` and keep every step.

    start: a number for each weight, by its name or in the order of `loss.names`.
    batches: (steps+1, size) rows of `loss.data` that each step sees, None for all of them.
    per_epoch: how many steps make a pass over the data. limit: tells the largest stable rate where
    theory knows one; asked only where a sentence needs it. everywhere: whether the loss is known
    to have a value everywhere and a bottom; where not, a run that ends early has its ground looked
    at. run: what takes the steps in place of the method's backend.
    Divergence is no exception: the run ends, `stop` says when and why, the finite part is kept.
    Raises Problem for what cannot run.
    """
    first = at(loss, start)[:, None]
    asked, raw = batch(loss, first, method, steps, batches=batches, run=run)
    ground = None if everywhere else of_loss(loss)
    epochs = np.arange(steps + 1) / per_epoch if per_epoch > 1 else None
    return to_trajectory(asked, raw, 0, method, limit, ground, epochs)


def at(loss: Loss, start: Start) -> np.ndarray:
    """(n,): the start as numbers in the order of the loss's names. Raises Problem for another."""
    if isinstance(start, Mapping):
        for name in loss.names:
            if name not in start:
                raise Problem("settings.no_start", name=name)
        start = [start[name] for name in loss.names]
    if not numeric(start) or np.shape(start) != (len(loss.names),):
        raise Problem("settings.start", count=len(loss.names), names=", ".join(loss.names))
    return np.asarray(start, np.float64)


def batch(
    loss: Loss,
    start: np.ndarray,
    method: Method,
    steps: int,
    learning_rates: np.ndarray | None = None,
    batches: np.ndarray | None = None,
    run: Callable[[Request], Raw] | None = None,
) -> tuple[Request, Raw]:
    """Many runs as one array, as they come from the backend.

    start (n, batch), learning_rates (batch,) in place of the method's own, the rest as in
    `descend`.
    """
    if not loss.names:
        raise Problem("settings.no_variable")
    Interval(0, MOST_UPDATES, whole=True).check("steps", steps)
    asked = Request(
        loss=loss,
        optimizer=method.rule,
        hyperparameters=dict(method.knobs),
        start=start,
        rates=method.rates(int(steps), learning_rates),
        batches=batches,
        dtype=method.dtype,
        mode=method.mode,
    )
    chosen = engine(method.backend, method.mode)
    return asked, (run or chosen.run)(asked)


def to_trajectory(
    asked: Request,
    raw: Raw,
    column: int,
    method: Method,
    limit: Limit = _unknown,
    ground: Ground | None = None,
    epochs: np.ndarray | None = None,
    formula: Formula | None = None,
) -> Trajectory:
    """Column `column` of a batch as a Trajectory, cut where it blew up.

    limit: see `descend`. ground: of the loss, None where it has a value everywhere and a bottom.
    epochs: (steps+1,) passes over the data, None where each step is one.
    """
    weights, gradients = raw.weights[:, :, column], raw.gradients[:, :, column]
    losses, names = raw.losses[:, column], asked.loss.names
    rates = asked.rates if asked.rates.ndim == 1 else asked.rates[:, column]
    steady = limit if method.schedule == "constant" else _unknown
    stop = stop_reason(weights, losses, gradients, names, float(rates[0]), steady, ground)
    keep = slice(None, stop.step + 1) if stop.kind == "diverged" else slice(None)
    return Trajectory(
        names=names,
        weights=weights[keep],
        gradients=gradients[keep],
        losses=losses[keep],
        learning_rates=rates[keep],
        stop=stop,
        epochs=(np.arange(len(losses)) if epochs is None else epochs)[keep],
        method=method,
        formula=formula,
    )
