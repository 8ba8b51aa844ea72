"""The ground that a run descends on as functions of many places at once, and how it lies there.

Level, tied, walled: what a place looks like from close by, told from losses and slopes at a small
distance to every side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.formula import Formula, derivative, evaluate

EPS = np.finfo(np.float64).eps


ROUNDING = 4 * EPS


Value = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Ground:
    """A loss over n weights as functions of many places at once.

    value: (n, batch) -> (batch,). gradient: -> (n, batch). hessian: -> (batch, n, n). What is not
    finite there is no ground.
    """

    value: Value
    gradient: Value
    hessian: Value


def of_formula(formula: Formula, names: tuple[str, ...]) -> Ground:
    """The ground of a formula, its derivatives by calculus."""
    ops = operations("float64")

    @cache  # most runs never ask for them
    def slopes() -> list[Formula]:
        return [derivative(formula, name) for name in names]

    @cache
    def bends() -> list[list[Formula]]:
        return [[derivative(slope, name) for name in names] for slope in slopes()]

    def over(part: Formula, w: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            values = np.asarray(evaluate(part, ops, dict(zip(names, w, strict=True))), w.dtype)
        return np.broadcast_to(values, w.shape[1:])

    def gradient(w: np.ndarray) -> np.ndarray:
        return np.stack([over(slope, w) for slope in slopes()])

    def hessian(w: np.ndarray) -> np.ndarray:
        rows = [np.stack([over(bend, w) for bend in row]) for row in bends()]
        return np.moveaxis(np.stack(rows), -1, 0)

    return Ground(lambda w: over(formula, w), gradient, hessian)


def places_around(w: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """(n, 2n·batch): the places at the distance `reach` (batch,) to every side of w (n, batch)."""
    n = len(w)
    moves = np.concatenate([np.eye(n), -np.eye(n)])[:, :, None] * reach
    return np.moveaxis(w + moves, 0, 1).reshape(n, -1)


def is_tied(ground: Ground, w: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """(batch,): whether rounding hides any difference of the loss at that distance."""
    around = ground.value(places_around(w, reach)).reshape(2 * len(w), -1)
    here = ground.value(w)
    return np.asarray((np.abs(around - here) <= ROUNDING * np.abs(here)).all(0))


def is_walled(ground: Ground, w: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """(batch,): whether the ground rises at the distance `reach` (batch,) to every side."""
    n = len(w)
    slopes = ground.gradient(places_around(w, reach)).reshape(n, 2, n, -1)
    own = slopes[np.arange(n), :, np.arange(n)]  # (n, 2, batch): of every side, along itself
    return np.asarray((own[:, 0] > 0).all(0) & (own[:, 1] < 0).all(0))


def is_plain(ground: Ground, w: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """(batch,): whether the ground is level as far as `reach` (batch,) to every side.

    The same loss alone is not enough: beside a large constant rounding makes a bowl look level.
    """
    n = len(w)
    slanted = (1 / np.arange(1, n + 1))[:, None] * reach  # along its axes x·y·z is level, too
    around = np.concatenate([places_around(w, reach), w + slanted, w - slanted], axis=1)
    with np.errstate(all="ignore"):
        same = ground.value(around).reshape(2 * n + 2, -1) == ground.value(w)
        plain = np.asarray(same.all(0))
        if plain.any():
            slopes = ground.gradient(around).reshape(n, 2 * n + 2, -1)
            plain &= (slopes == 0).all((0, 1)) & (ground.gradient(w) == 0).all(0)
    return plain
