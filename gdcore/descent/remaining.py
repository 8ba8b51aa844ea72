"""How many steps a run on its way still needs: counted, not extrapolated.

The pace of a run says little about what is to come: on x⁶ it slackens all the way, on √x it
quickens, and in a long valley the last direction is the slowest. So a quadratic is asked by its
closed form, and any other loss is run on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gdcore.descent.formulas import batch
from gdcore.descent.trajectory import Trajectory
from gdcore.formula import Formula
from gdcore.theory.curvature import constant_hessian

# So many steps are run on, which takes a few milliseconds; a run that is longer than the second
# number is not repeated to get there.
RUN_ON, REPEATED = 500, 2_000
# More steps than this are never.
NEVER = 1e15


def steps_left(
    run: Trajectory, formula: Formula, goal: np.ndarray, distance: float
) -> tuple[float, bool]:
    """Steps after the last until the run stays closer to the goal (n,) than `distance`.

    Returns the steps and True, or a number that they exceed and False; nan where nothing is known.
    """
    if run.method.schedule != "constant":
        return np.nan, False
    plain = run.method.optimizer == "sgd"
    matrix = constant_hessian(formula, run.names) if plain else None
    if matrix is not None and np.isfinite(matrix).all():
        error = run.weights[-1].astype(np.float64) - goal
        steps = _closed_form(matrix, float(run.learning_rates[0]), error, distance)
        return steps, bool(np.isfinite(steps))
    if not plain and run.steps > REPEATED:
        return np.nan, False
    return _counted(run, formula, goal, distance, plain)


def _closed_form(matrix: np.ndarray, rate: float, error: np.ndarray, distance: float) -> float:
    """Steps of plain descent until the error (n,) is shorter than `distance`; nan for never."""
    values, vectors = np.linalg.eigh(matrix)
    along, factors = np.abs(vectors.T @ error), np.abs(1 - rate * values)
    if (factors[along > 0] > 1).any():
        return np.nan

    def near(steps: float) -> bool:
        return bool(np.linalg.norm(along * factors**steps) <= distance)

    low, high = 0.0, 1.0
    while not near(high):
        low, high = high, 2 * high
        if high > NEVER:
            return np.nan
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if near(middle) else (middle, high)
    return high


def _counted(
    run: Trajectory, formula: Formula, goal: np.ndarray, distance: float, plain: bool
) -> tuple[float, bool]:
    """The same by running on; rules that remember start from the beginning."""
    start = run.weights[-1 if plain else 0]
    begin = 0 if plain else run.steps
    _, raw = batch(
        formula,
        {name: [float(value)] for name, value in zip(run.names, start, strict=True)},
        [run.method.learning_rate],
        replace(run.method, backend="numpy"),
        begin + RUN_ON,
    )
    path = raw.weights[begin:, :, 0].astype(np.float64)
    if not np.isfinite(path).all():  # it will not get there
        return np.nan, False
    with np.errstate(all="ignore"):
        away = np.flatnonzero(~(np.linalg.norm(path - goal, axis=1) <= distance))
    within = int(away[-1]) + 1 if len(away) else 1
    return (float(within), True) if within < len(path) else (float(RUN_ON), False)
