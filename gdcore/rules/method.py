"""How a descent goes: rate, rule, schedule and framework in one record that a run keeps.

The knobs of the optimizer and those of the schedule live apart, so that both may have one of the
same name, and so that either may have one that is called like another setting (`delta`, `seed`).
Whoever writes a call by hand writes knobs flat, as `momentum=0.8`; `Method.of` tells whose each
is, and `Method.keywords` writes them flat again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from gdcore.rules.interval import choose
from gdcore.rules.knobs import NOT_NEGATIVE, Hyperparameter
from gdcore.rules.optimizers import OPTIMIZERS, Optimizer
from gdcore.rules.schedules import SCHEDULES, Schedule
from gdcore.words.texts import Problem

DTYPES = ("float32", "float64")


class Knobs(Mapping[str, float]):
    """Numbers by name that nobody changes: they can be compared, hashed and sent to a worker."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, float] | None = None):
        self._values = dict(values or {})

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        return repr(self._values)


def turned(
    knobs: Collection[Hyperparameter], given: Mapping[str, float] | None, owner: str
) -> Knobs:
    """Every knob with its value, the default where none is given.

    owner: whose knobs they are. Raises Problem for a name that is none of them and for a value
    that a knob cannot have.
    """
    asked = {knob.name: knob.default for knob in knobs} | dict(given or {})
    valid = {knob.name: knob.valid for knob in knobs}
    for name in asked:
        if name not in valid:
            names = ", ".join(valid) or "-"
            raise Problem("settings.unknown", setting=owner, name=name, known=names)
    return Knobs({name: valid[name].check(name, value) for name, value in asked.items()})


@dataclass(frozen=True, kw_only=True)
class Method:
    """All that says how to descend, whatever the loss.

    knobs: of the optimizer, schedule_knobs: of the schedule; those that are not given stand at
    their defaults. backend: a name in `gdcore.backends.BACKENDS`, checked when it is first used.
    mode: for a backend that has several.
    Raises Problem for a name that is none and for a number that cannot be.
    """

    learning_rate: float = 0.1
    optimizer: str = "sgd"
    knobs: Mapping[str, float] = Knobs()
    schedule: str = "constant"
    schedule_knobs: Mapping[str, float] = Knobs()
    backend: str = "numpy"
    dtype: str = "float64"
    mode: str = "graph"

    def __post_init__(self) -> None:
        choose(dict.fromkeys(DTYPES), self.dtype, "dtype")
        rule = choose(OPTIMIZERS, self.optimizer, "optimizer")
        course = choose(SCHEDULES, self.schedule, "schedule")
        validated = {
            "learning_rate": NOT_NEGATIVE.check("learning_rate", self.learning_rate),
            "knobs": turned(rule.hyperparameters, self.knobs, rule.name),
            "schedule_knobs": turned(course.hyperparameters, self.schedule_knobs, course.name),
        }
        for name, value in validated.items():
            object.__setattr__(self, name, value)  # as a frozen record is filled in

    @classmethod
    def of(
        cls,
        learning_rate: float = 0.1,
        optimizer: str = "sgd",
        schedule: str = "constant",
        backend: str = "numpy",
        dtype: str = "float64",
        mode: str = "graph",
        *,
        knobs: Mapping[str, float] | None = None,
        schedule_knobs: Mapping[str, float] | None = None,
        **hyperparameters: float,
    ) -> Method:
        """The method of a call with flat knobs.

        hyperparameters: a knob of the optimizer if it has one of that name, else of the schedule.
        knobs, schedule_knobs: the same where a name would be taken for something else.
        """
        rule = choose(OPTIMIZERS, optimizer, "optimizer").defaults()
        course = choose(SCHEDULES, schedule, "schedule").defaults()
        for name in hyperparameters:
            if name not in rule | course:
                names = ", ".join(rule | course) or "-"
                raise Problem("settings.unknown", setting=optimizer, name=name, known=names)
        mine = {name: value for name, value in hyperparameters.items() if name in rule}
        rest = {name: value for name, value in hyperparameters.items() if name not in rule}
        return cls(
            learning_rate=learning_rate,
            optimizer=optimizer,
            knobs=mine | dict(knobs or {}),
            schedule=schedule,
            schedule_knobs=rest | dict(schedule_knobs or {}),
            backend=backend,
            dtype=dtype,
            mode=mode,
        )

    @property
    def rule(self) -> Optimizer:
        return OPTIMIZERS[self.optimizer]

    @property
    def course(self) -> Schedule:
        return SCHEDULES[self.schedule]

    def with_optimizer(self, name: str, **knobs: float) -> Method:
        """The same with another update rule at its own defaults; the schedule keeps its knobs."""
        return replace(self, optimizer=name, knobs=Knobs(knobs))

    def with_schedule(self, name: str, **knobs: float) -> Method:
        """The same with another schedule at its own defaults; the optimizer keeps its knobs."""
        return replace(self, schedule=name, schedule_knobs=Knobs(knobs))

    def rates(self, steps: int, learning_rate: Any = None) -> np.ndarray:
        """The learning rate at each of the steps 0…steps: (steps+1,).

        learning_rate: (batch,) base rates in place of the method's own; gives (steps+1, batch).
        """
        base = self.learning_rate if learning_rate is None else learning_rate
        return self.course.rates(base, steps, **self.schedule_knobs)

    def keywords(self, taken: Collection[str] = ()) -> dict[str, Any]:
        """The arguments that give this method to `gd.descend`, knobs flat where that is clear.

        taken: what the call's other arguments are named.
        """
        apart = ("knobs", "schedule_knobs")
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in apart}
        used = {*plain, *apart, *taken}
        written: dict[str, Any] = dict(plain)
        # A knob of the schedule that the optimizer knows too would be taken for the optimizer's.
        for place, knobs in zip(apart, (self.knobs, self.schedule_knobs), strict=True):
            hidden = {name: value for name, value in knobs.items() if name in used}
            written |= {name: value for name, value in knobs.items() if name not in used}
            written |= {place: hidden} if hidden else {}
            used |= set(knobs)
        return written
