"""Gradient descent on a formula: landscape + rule + schedule + backend -> Trajectory."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gdcore.backends import BACKENDS, DTYPES, Operations, Raw, Request, choose
from gdcore.descent.stops import stop_reason
from gdcore.descent.trajectory import Trajectory
from gdcore.formula import Formula, derivative, evaluate, parse
from gdcore.ground.hollow import Ground, of_formula
from gdcore.rules.interval import Interval, numeric
from gdcore.rules.optimizers import NOT_NEGATIVE, OPTIMIZERS, Optimizer
from gdcore.rules.schedules import SCHEDULES, Schedule
from gdcore.theory.quadratics import largest_stable_rate
from gdcore.words.texts import Problem

MOST_STEPS = 100_000


@dataclass(frozen=True)
class FormulaLoss:
    """A typed formula as a loss over its variables, see `gdcore.backends.Loss`."""

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


@dataclass(frozen=True)
class Derivative:
    """What `differentiate` found: the value and one gradient entry per variable."""

    value: float
    gradient: dict[str, float]


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
    parsed = parse(formula, tuple(at)) if isinstance(formula, str) else formula
    names = _names(parsed, at)
    choose(dict.fromkeys(DTYPES, True), dtype, "dtype")
    # A framework differentiates along something: without variables, along one that does nothing.
    point = np.array([[float(at[name])] for name in names] or [[0.0]])
    module = choose(BACKENDS, backend, "backend").module
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
    parsed = parse(formula, tuple(at)) if isinstance(formula, str) else formula
    names = _names(parsed, at)
    choose(dict.fromkeys(DTYPES, True), dtype, "dtype")
    module = choose(BACKENDS, backend, "backend").module
    if not names:
        return np.zeros((0, 0), dtype)
    point = np.array([[float(at[name])] for name in names])
    return np.asarray(module.hessian(FormulaLoss(parsed, names), point, dtype))


def prepare(optimizer: str, schedule: str, hyperparameters: Mapping[str, float]):
    """The optimizer, its knobs, the schedule and its knobs, split from one mapping.

    Raises Problem for a name that neither of the two knows, and for a value that a knob cannot
    have.
    """
    rule: Optimizer = choose(OPTIMIZERS, optimizer, "optimizer")
    course = choose(SCHEDULES, schedule, "schedule")
    unknown = [n for n in hyperparameters if n not in rule.defaults() | course.defaults()]
    if unknown:
        known = ", ".join(rule.defaults() | course.defaults()) or "-"
        raise Problem("settings.unknown", setting=optimizer, name=unknown[0], known=known)

    def pick(record: Optimizer | Schedule) -> dict[str, float]:
        return {
            knob.name: knob.valid.check(knob.name, hyperparameters.get(knob.name, knob.default))
            for knob in record.hyperparameters
        }

    return rule, pick(rule), course, pick(course)


def check_numbers(learning_rate: Any, steps: int, dtype: str) -> None:
    """Refuses settings with which no loop should begin."""
    choose(dict.fromkeys(DTYPES, True), dtype, "dtype")
    for rate in dict.fromkeys(np.ravel(learning_rate).tolist()):
        NOT_NEGATIVE.check("learning_rate", rate)
    Interval(0, MOST_STEPS, whole=True).check("steps", steps)


def to_trajectory(
    raw: Raw,
    column: int,
    names: tuple[str, ...],
    rates: np.ndarray,
    settings: dict[str, Any],
    limit: float | None,
    epochs: np.ndarray | None = None,
    ground: Ground | None = None,
) -> Trajectory:
    """Column `column` of a batch as a Trajectory, cut where it blew up.

    limit: the largest stable rate of the whole run where theory knows one. ground: of the loss,
    None where it has a value everywhere and a bottom.
    """
    weights, gradients = raw.weights[:, :, column], raw.gradients[:, :, column]
    losses = raw.losses[:, column]
    base = float(rates[0] if rates.ndim == 1 else rates[0, column])
    stop = stop_reason(weights, losses, gradients, names, base, limit, ground)
    keep = slice(None, stop.step + 1) if stop.kind == "diverged" else slice(None)
    return Trajectory(
        names=names,
        weights=weights[keep],
        gradients=gradients[keep],
        losses=losses[keep],
        learning_rates=(rates if rates.ndim == 1 else rates[:, column])[keep],
        stop=stop,
        epochs=(np.arange(len(losses)) if epochs is None else epochs)[keep],
        settings=settings,
    )


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
    **hyperparameters: float,
) -> Trajectory:
    """Descend on a formula from `start` and keep every step.

    hyperparameters: knobs of the optimizer or the schedule by name (momentum=0.8, gamma=0.9 …).
    mode: TensorFlow's `eager`, `graph` or `xla`; the other backends have one loop each.
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
    **hyperparameters: float,
) -> list[Trajectory]:
    """Many runs as one array: starts and learning rates, each of length 1 or of the batch."""
    parsed = parse(formula, tuple(start)) if isinstance(formula, str) else formula
    names = tuple(start)
    request, raw = batch(
        parsed,
        start,
        learning_rate,
        steps,
        optimizer,
        schedule,
        backend,
        dtype,
        mode,
        **hyperparameters,
    )
    _, knobs, _, course_knobs = prepare(optimizer, schedule, hyperparameters)
    settings = {
        "formula": parsed.text,
        "optimizer": optimizer,
        "schedule": schedule,
        "backend": backend,
        "dtype": dtype,
        "mode": mode,
        "steps": steps,
        "hyperparameters": knobs | course_knobs,
    }
    limit = largest_stable_rate(parsed, names, optimizer, knobs)
    base = np.broadcast_to(np.asarray(learning_rate, np.float64), request.start.shape[1:])
    ground = of_formula(parsed, names)
    return [
        to_trajectory(
            raw,
            column,
            names,
            request.rates,
            settings | {"learning_rate": float(base[column])},
            limit if schedule == "constant" else None,
            ground=ground,
        )
        for column in range(request.start.shape[1])
    ]


def batch(
    formula: str | Formula,
    start: Mapping[str, Sequence[float] | np.ndarray],
    learning_rate: Sequence[float] | np.ndarray,
    steps: int = 150,
    optimizer: str = "sgd",
    schedule: str = "constant",
    backend: str = "numpy",
    dtype: str = "float64",
    mode: str = "graph",
    **hyperparameters: float,
) -> tuple[Request, Raw]:
    """What `descend_many` computes, as it comes from the backend: arrays over the whole batch."""
    parsed = parse(formula, tuple(start)) if isinstance(formula, str) else formula
    names = _names(parsed, start)
    if not names:
        raise Problem("settings.no_variable")
    check_numbers(learning_rate, steps, dtype)
    rule, knobs, course, course_knobs = prepare(optimizer, schedule, hyperparameters)
    engine = choose(BACKENDS, backend, "backend")
    if engine.modes:
        choose(dict.fromkeys(engine.modes, True), mode, "mode")
    columns = np.broadcast_arrays(
        *(np.asarray(v, np.float64) for v in start.values()), np.asarray(learning_rate, np.float64)
    )
    rates = course.rates(columns[-1], steps, **course_knobs)
    request = Request(
        FormulaLoss(parsed, names), rule, knobs, np.stack(columns[:-1]), rates, None, dtype, mode
    )
    return request, engine.module.run(request)
