"""A typed formula as a loss: its derivatives, and descents on it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np

from gdcore.backends import DTYPES, Operations, Raw, Request, engine
from gdcore.descent import descend as loops
from gdcore.descent.trajectory import Trajectory
from gdcore.formula import Formula, derivative, evaluate, parse
from gdcore.ground.terrain import of_formula
from gdcore.rules.interval import Interval, choose, numeric
from gdcore.rules.method import Method
from gdcore.rules.optimizers import NOT_NEGATIVE
from gdcore.theory.curvature import largest_stable_rate
from gdcore.words.texts import Problem

MOST_STEPS = 100_000


@dataclass(frozen=True)
class FormulaLoss:
    """A typed formula as a loss over its variables, see `gdcore.backends.engine.BentLoss`."""

    formula: Formula
    names: tuple[str, ...]
    data: tuple[np.ndarray, ...] = ()

    @property
    def key(self) -> Hashable:
        return self.formula.tree, self.names

    @cached_property
    def derivatives(self) -> tuple[Formula, ...]:
        return tuple(derivative(self.formula, name) for name in self.names)

    def value(self, ops: Operations, w: Any, *data: Any) -> Any:
        return evaluate(self.formula, ops, self._rows(w))

    def _rows(self, w: Any) -> dict[str, Any]:
        return {name: w[i] for i, name in enumerate(self.names)}

    def by_calculus(self, ops: Operations, w: Any, *data: Any) -> tuple[Any, Any]:
        values = self._rows(w)
        gradient = np.empty_like(w)
        for row, partial in zip(gradient, self.derivatives, strict=True):
            row[...] = evaluate(partial, ops, values)
        return evaluate(self.formula, ops, values), gradient

    def bend_by_calculus(self, ops: Operations, w: Any, *data: Any) -> Any:
        values = self._rows(w[:, 0])
        return [
            [evaluate(derivative(slope, name), ops, values) for name in self.names]
            for slope in self.derivatives
        ]


@dataclass(frozen=True)
class Derivative:
    """What `differentiate` found: the value and one gradient entry per variable."""

    value: float
    gradient: dict[str, float]


def read(formula: str | Formula, names: Sequence[str]) -> Formula:
    """The formula over variables with these names, parsed where it is still a text."""
    return parse(formula, tuple(names)) if isinstance(formula, str) else formula


def _names(formula: Formula, given: Mapping[str, Any]) -> tuple[str, ...]:
    for name, values in given.items():
        if not numeric(values):
            raise Problem("settings.not_finite", setting=name)
    missing = [name for name in formula.names if name not in given]
    if missing:
        raise Problem("settings.no_start", name=missing[0])
    return tuple(given)


def differentiate(
    formula: str | Formula,
    at: Mapping[str, float],
    backend: str = "numpy",
    dtype: str = "float64",
) -> Derivative:
    """Value and gradient of a formula at a point, by the named framework in the named precision.

    Raises FormulaError for a formula that cannot be read.
    """
    parsed = read(formula, tuple(at))
    names = _names(parsed, at)
    choose(dict.fromkeys(DTYPES), dtype, "dtype")
    # A framework differentiates along something: without variables, along one that does nothing.
    point = np.array([[float(at[name])] for name in names] or [[0.0]])
    module = engine(backend)
    loss = FormulaLoss(parsed, names or ("",))
    value, gradient = module.value_and_gradient(loss, point, dtype)
    return Derivative(
        float(np.ravel(value)[0]),
        {name: float(gradient[i, 0]) for i, name in enumerate(names)},
    )


def second_derivatives(
    formula: str | Formula,
    at: Mapping[str, float],
    backend: str = "numpy",
    dtype: str = "float64",
) -> np.ndarray:
    """The (n, n) Hessian of a formula at a point, variables in the order of `at`.

    Raises FormulaError for a formula that cannot be read.
    """
    parsed = read(formula, tuple(at))
    names = _names(parsed, at)
    choose(dict.fromkeys(DTYPES), dtype, "dtype")
    module = engine(backend)
    if not names:
        return np.zeros((0, 0), dtype)
    point = np.array([[float(at[name])] for name in names])
    return np.asarray(module.hessian(FormulaLoss(parsed, names), point, dtype))


def descend(
    formula: str | Formula,
    start: Mapping[str, float],
    learning_rate: float = 0.1,
    steps: int = 150,
    optimizer: str = "sgd",
    schedule: str = "constant",
    backend: str = "numpy",
    dtype: str = "float64",
    mode: str = "graph",
    *,
    knobs: Mapping[str, float] | None = None,
    schedule_knobs: Mapping[str, float] | None = None,
    **hyperparameters: float,
) -> Trajectory:
    """Descend on a formula from `start` and keep every step.

    hyperparameters: knobs of the optimizer or the schedule by name (momentum=0.8, gamma=0.9 …);
    knobs, schedule_knobs: the same where a name stands for something else here.
    mode: TensorFlow's `eager`, `step`, `graph` or `xla`; the other backends have one loop each.
    Divergence is no exception: the run ends, `stop` says when and why, the finite part is kept.
    Raises FormulaError for a formula that cannot be read, Problem for settings that cannot run.
    """
    (run,) = descend_many(
        formula,
        {name: [value] for name, value in start.items()},
        [learning_rate],
        steps,
        optimizer,
        schedule,
        backend,
        dtype,
        mode,
        knobs=knobs,
        schedule_knobs=schedule_knobs,
        **hyperparameters,
    )
    return run


def descend_many(
    formula: str | Formula,
    start: Mapping[str, Sequence[float] | np.ndarray],
    learning_rate: Sequence[float] | np.ndarray,
    steps: int = 150,
    optimizer: str = "sgd",
    schedule: str = "constant",
    backend: str = "numpy",
    dtype: str = "float64",
    mode: str = "graph",
    *,
    knobs: Mapping[str, float] | None = None,
    schedule_knobs: Mapping[str, float] | None = None,
    **hyperparameters: float,
) -> list[Trajectory]:
    """Many runs as one array: starts and learning rates, each of length 1 or of the batch."""
    parsed, names = read(formula, tuple(start)), tuple(start)
    method = Method.of(
        0.0,
        optimizer,
        schedule,
        backend,
        dtype,
        mode,
        knobs=knobs,
        schedule_knobs=schedule_knobs,
        **hyperparameters,
    )
    asked, raw = batch(parsed, start, learning_rate, method, steps)
    ground = of_formula(parsed, names)

    @cache  # one curvature for all of them
    def limit() -> float | None:
        return largest_stable_rate(parsed, names, optimizer, method.knobs)

    return [
        loops.to_trajectory(
            asked,
            raw,
            column,
            replace(method, learning_rate=float(rate)),
            limit,
            ground,
            formula=parsed,
        )
        for column, rate in enumerate(np.broadcast_to(learning_rate, asked.start.shape[1:]))
    ]


def batch(
    formula: Formula,
    start: Mapping[str, Sequence[float] | np.ndarray],
    learning_rate: Sequence[float] | np.ndarray,
    method: Method,
    steps: int = 150,
) -> tuple[Request, Raw]:
    """What `descend_many` computes, as it comes from the backend: arrays over the whole batch.

    learning_rate: stands in place of the method's own.
    """
    names = _names(formula, start)
    if not names:
        raise Problem("settings.no_variable")
    for rate in dict.fromkeys(np.ravel(learning_rate).tolist()):
        NOT_NEGATIVE.check("learning_rate", rate)
    Interval(0, MOST_STEPS, whole=True).check("steps", steps)
    *places, rates = np.broadcast_arrays(
        *(np.asarray(v, np.float64) for v in start.values()), np.asarray(learning_rate, np.float64)
    )
    loss = FormulaLoss(formula, names)
    return loops.batch(loss, np.stack(places), method, steps, rates)
