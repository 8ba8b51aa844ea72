"""Thousands of runs as one array: a map of learning rates and starts, and basins of attraction."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.descent.formulas import FormulaLoss, batch
from gdcore.descent.verdicts import judge, thrown_out
from gdcore.formula import Formula
from gdcore.ground.terrain import of_formula
from gdcore.rules.interval import Interval
from gdcore.rules.method import Method

if TYPE_CHECKING:
    import pandas as pd

MOST_STEPS = 1_000


@dataclass(frozen=True)
class Sweep:
    """Every learning rate with every start.

    rates (r,), starts (s,). verdict: indices into VERDICTS, arrival: steps to within 1 % of the
    minimum (inf if it never arrived); both (s, r).
    """

    rates: np.ndarray
    starts: np.ndarray
    verdict: np.ndarray
    arrival: np.ndarray


def rate_sweep(
    formula: Formula,
    name: str,
    rates: np.ndarray,
    starts: np.ndarray,
    best: float,
    steps: int = 150,
    optimizer: str = "sgd",
    schedule: str = "constant",
    **hyperparameters: float,
) -> Sweep:
    """Descends from every start with every rate in one vectorised run of at most 1,000 steps.

    best: the smallest loss there is, see `gdcore.ground.sight.least`.
    """
    rate, start = (axis.ravel() for axis in np.meshgrid(rates, starts))
    method = Method.of(0.0, optimizer, schedule, **cast(Any, hyperparameters))
    request, raw = batch(formula, {name: start}, rate, method, min(steps, MOST_STEPS))
    verdict, arrival, _ = judge(
        raw.weights,
        raw.losses,
        request.rates,
        best,
        of_formula(formula, (name,)),
        thrown_out(formula, (name,), optimizer, schedule, method.knobs),
    )
    shape = len(starts), len(rates)
    return Sweep(rates, starts, verdict.reshape(shape), arrival.reshape(shape))


@dataclass(frozen=True)
class Basins:
    """Where descents end, from every start on a grid.

    first (m,), second (n,): the starts. label (n, m): which of `ends` a start leads to, -1 where
    the descent is still on its way, -2 where it left for good. ends: (k, 2) points.
    """

    first: np.ndarray
    second: np.ndarray
    label: np.ndarray
    ends: np.ndarray

    def rectangles(self) -> pd.DataFrame:
        """The map as rows of one colour each: columns u, u2, v, v2, label."""
        import pandas as pd

        du, dv = self.first[1] - self.first[0], self.second[1] - self.second[0]
        rows = []
        for v, labels in zip(self.second, self.label, strict=True):
            edges = np.r_[0, np.flatnonzero(np.diff(labels)) + 1, len(labels)]
            for begin, end in itertools.pairwise(edges):
                rows.append(
                    (
                        self.first[begin] - du / 2,
                        self.first[end - 1] + du / 2,
                        v - dv / 2,
                        v + dv / 2,
                        int(labels[begin]),
                    )
                )
        return pd.DataFrame(rows, columns=["u", "u2", "v", "v2", "label"])


ON_THE_WAY, LEFT = -1, -2
# A place is an end of its own if at least this share of all descents comes together there.
FEWEST = 0.002


def basins(
    formula: Formula,
    names: Sequence[str],
    domain: Sequence[tuple[float, float]],
    rate: float,
    steps: int = 150,
    optimizer: str = "sgd",
    minima: Sequence[tuple[float, ...]] = (),
    points: int = 100,
    **hyperparameters: float,
) -> Basins:
    """Descends from points × points starts at once and gathers where they end.

    minima: ends known beforehand; others are found where many descents come together.
    """
    method = Method.of(rate, optimizer, **cast(Any, hyperparameters))
    Interval(0, whole=True).check("steps", steps)
    first, second = (np.linspace(low, high, points) for low, high in domain)
    u, v = np.meshgrid(first, second)
    ends = _endings(
        formula,
        names,
        np.stack([u.ravel(), v.ravel()]),
        method,
        min(steps, MOST_STEPS),
    )
    size = np.array([high - low for low, high in domain])
    centre = np.array([(low + high) / 2 for low, high in domain])
    with np.errstate(all="ignore"):
        inside = (np.abs(ends - centre[:, None]) < 5 * size[:, None]).all(0)
    label = np.where(inside, ON_THE_WAY, LEFT)
    attractors = [np.asarray(point, dtype=float) for point in minima]
    for number, point in enumerate(attractors):
        label[_near(ends, point, size) & inside] = number
    lost = label == ON_THE_WAY
    while lost.sum() >= FEWEST * label.size:
        crowd = _crowd(ends[:, lost], size)
        members = _near(ends, crowd, size / 4) & lost
        if members.sum() < FEWEST * label.size:
            break
        lost &= ~members
        apart = not any(_near(crowd[:, None], end, 3 * size)[0] for end in attractors)
        if apart and _is_minimum(formula, names, crowd, size):
            label[members] = len(attractors)
            attractors.append(crowd)
    return Basins(first, second, label.reshape(u.shape), np.array(attractors).reshape(-1, 2))


def _endings(
    formula: Formula,
    names: Sequence[str],
    w: np.ndarray,
    method: Method,
    steps: int,
) -> np.ndarray:
    """Where the descents from w (n, batch) end. Keeps no step: a thousand of them would not fit."""
    rule, rate, knobs = method.rule, method.learning_rate, dict(method.knobs)
    loss, ops = FormulaLoss(formula, tuple(names)), operations("float64")
    state: Any = rule.init(w)
    with np.errstate(all="ignore"):
        for t in range(steps):
            _, gradient = loss.by_calculus(ops, w)
            w, state = rule.update(w, gradient, rate, t + 1, state, **knobs)
    return w


def _near(ends: np.ndarray, point: np.ndarray, size: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.asarray((np.abs(ends - point[:, None]) < 0.02 * size[:, None]).all(0))


def _is_minimum(
    formula: Formula, names: Sequence[str], point: np.ndarray, size: np.ndarray
) -> bool:
    """Whether every way out of the place leads up; along a valley some do not."""
    angle = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    around = point[:, None] + 0.02 * size[:, None] * np.stack([np.cos(angle), np.sin(angle)])
    loss, ops = FormulaLoss(formula, tuple(names)), operations("float64")
    with np.errstate(all="ignore"):
        return bool(np.all(loss.value(ops, around) > loss.value(ops, point[:, None])))


def _crowd(ends: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The middle of the place where most of the ends lie together."""
    cells = np.round(ends / (0.005 * size[:, None])).T
    _kinds, member, count = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(np.median(ends[:, member.ravel() == np.argmax(count)], axis=1))
