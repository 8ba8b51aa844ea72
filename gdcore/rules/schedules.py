"""Learning-rate schedules, each one record.

A schedule is a pure function of the step: `factor(t, steps, …)` gives the number by which the
base learning rate is multiplied at step t (an array of steps gives an array). Only the rates
reach a backend, so every schedule runs on every backend and mode. Closed forms of the schedulers
in `torch.optim.lr_scheduler`, against which they are held in the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdcore.rules.interval import Interval
from gdcore.rules.optimizers import NOT_NEGATIVE, POSITIVE, Hyperparameter


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A named course of the learning rate; `latex` gives η_t with η for the base rate."""

    name: str
    hyperparameters: tuple[Hyperparameter, ...]
    factor: Callable[..., np.ndarray]
    latex: str

    def defaults(self) -> dict[str, float]:
        return {h.name: h.default for h in self.hyperparameters}

    def rates(self, learning_rate: Any, steps: int, **hyperparameters: float) -> np.ndarray:
        """The rate at each of the steps 0…steps: (steps+1,) or, for a batch, (steps+1, batch)."""
        factor = self.factor(np.arange(steps + 1.0), steps, **hyperparameters)
        return np.multiply.outer(factor, np.asarray(learning_rate, dtype=np.float64))


def _constant(t, steps):
    return np.ones_like(t)


def _step(t, steps, every, gamma):
    return gamma ** (t // every)


def _exponential(t, steps, gamma):
    return gamma**t


def _inverse_time(t, steps, decay):
    return 1 / (1 + decay * t)


def _cosine(t, steps):
    return (1 + np.cos(np.pi * t / max(steps, 1))) / 2


def _warmup_cosine(t, steps, warmup, start_factor):
    rise = start_factor + (1 - start_factor) * t / max(warmup, 1)
    fall = (1 + np.cos(np.pi * (t - warmup) / max(steps - warmup, 1))) / 2
    return np.where(t < warmup, rise, fall)


COUNT = Interval(1, whole=True)
GAMMA = Hyperparameter(
    name="gamma", default=0.97, low=0.5, high=1.0, symbol=r"\gamma", valid=POSITIVE
)

SCHEDULES: dict[str, Schedule] = {
    schedule.name: schedule
    for schedule in (
        Schedule(name="constant", hyperparameters=(), factor=_constant, latex=r"\eta_t = \eta"),
        Schedule(
            name="step",
            hyperparameters=(
                Hyperparameter(name="every", default=30, low=1, high=500, symbol="k", valid=COUNT),
                Hyperparameter(
                    name="gamma", default=0.5, low=0.05, high=1.0, symbol=r"\gamma", valid=POSITIVE
                ),
            ),
            factor=_step,
            latex=r"\eta_t = \eta\,\gamma^{\lfloor t/k \rfloor}",
        ),
        Schedule(
            name="exponential",
            hyperparameters=(GAMMA,),
            factor=_exponential,
            latex=r"\eta_t = \eta\,\gamma^{t}",
        ),
        Schedule(
            name="inverse_time",
            hyperparameters=(
                Hyperparameter(
                    name="decay", default=0.05, low=0.0, high=1.0, symbol="k", valid=NOT_NEGATIVE
                ),
            ),
            factor=_inverse_time,
            latex=r"\eta_t = \eta / (1 + k\,t)",
        ),
        Schedule(
            name="cosine",
            hyperparameters=(),
            factor=_cosine,
            latex=r"\eta_t = \tfrac{\eta}{2}\,(1 + \cos(\pi t/T))",
        ),
        Schedule(
            name="warmup_cosine",
            hyperparameters=(
                Hyperparameter(name="warmup", default=10, low=1, high=500, symbol="k", valid=COUNT),
                Hyperparameter(
                    name="start_factor",
                    default=0.1,
                    low=0.01,
                    high=1.0,
                    symbol="s",
                    valid=Interval(0, 1, low_open=True),
                ),
            ),
            factor=_warmup_cosine,
            latex=r"\eta_t = \eta\,(s + (1-s)\,t/k)\ (t<k), \quad"
            r" \tfrac{\eta}{2}\,(1 + \cos(\pi\tfrac{t-k}{T-k}))\ (t \ge k)",
        ),
    )
}
