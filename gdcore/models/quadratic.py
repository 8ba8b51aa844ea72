"""What theory knows of a descent whose loss is a quadratic, or would be but for a penalty.

One matrix, the Hessian, says it all. Any model that has one may bring it here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gdcore.backends import Raw, Request
from gdcore.descent.trajectory import Trajectory
from gdcore.models.losses import design_matrix
from gdcore.rules.method import Method
from gdcore.theory.forecast import Forecast, forecast
from gdcore.theory.paths import quadratic_path
from gdcore.words.texts import Problem

# The rules whose every step a closed form knows.
FORESEEN = ("sgd", "momentum")


def hessian(X: np.ndarray) -> np.ndarray:
    """The (k+1, k+1) Hessian of the mean squared error, 2/n·AᵀA with A the design matrix."""
    return curvature(design_matrix(X))


def curvature(design: np.ndarray, ridge: float | np.ndarray = 0.0) -> np.ndarray:
    """The Hessian of the mean squared error with a ridge penalty; ridge () or (k,)."""
    matrix = 2 / len(design) * (design.T @ design)
    matrix[np.diag_indices(len(matrix) - 1)] += 2 * ridge
    return matrix


@dataclass(frozen=True, kw_only=True)
class Theory:
    """What can be foretold of a run from the curvature of its loss.

    matrix (n, n): the Hessian. constant: whether it is that of the loss wherever there is one.
    quadratic: whether the loss is nothing else besides, no kinks. whole: whether every step sees
    all of the data.
    """

    matrix: np.ndarray
    method: Method
    constant: bool
    quadratic: bool
    whole: bool

    @cached_property
    def forecast(self) -> Forecast:
        """What the curvature says about the learning rate, without what it cannot know.

        Where it is not constant no limit and no steps are foretold; with kinks, no steps.
        """
        method = self.method
        prediction = forecast(self.matrix, method.learning_rate, method.optimizer, method.knobs)
        if not self.constant:
            return replace(prediction, limit=None, best=np.nan, steps=np.nan, momentum=None)
        return prediction if self.quadratic else replace(prediction, steps=np.nan, momentum=None)

    @property
    def limit(self) -> float | None:
        """The largest stable rate, None where none is known."""
        return self.forecast.limit

    @property
    def foreseeable(self) -> bool:
        """Whether a closed form knows the run."""
        steady = self.method.schedule == "constant" and self.method.optimizer in FORESEEN
        return self.quadratic and self.whole and steady

    def foretold(self, run: Trajectory, minimum: np.ndarray, least: float) -> np.ndarray | None:
        """(rows,): the losses as theory knew them beforehand, None where it knows none.

        minimum (n,), least: where the loss is least and how much it is there.
        """
        momentum = self.forecast.momentum
        if not self.foreseeable or momentum is None:
            return None
        rate, start = self.method.learning_rate, run.weights[0]
        path = quadratic_path(self.matrix, minimum, start, rate, run.steps, momentum) - minimum
        with np.errstate(all="ignore"):
            return least + np.einsum("ti,ij,tj->t", path, self.matrix, path) / 2


def closed_form(
    theory: Theory, design: np.ndarray, y: np.ndarray, ridge: float
) -> Callable[[Request], Raw]:
    """What stands in for a backend's loop: every iterate from the Hessian alone.

    design (n, k+1), y (n,), ridge: of the loss. Raises Problem where no formula knows the run.
    """
    if not theory.foreseeable:
        raise Problem("settings.closed_form")
    matrix, method = theory.matrix, theory.method

    def run(asked: Request) -> Raw:
        best = np.linalg.lstsq(matrix, 2 / len(y) * (design.T @ y), rcond=None)[0]
        path = quadratic_path(
            matrix,
            best,
            asked.start[:, 0],
            method.learning_rate,
            len(asked.rates) - 1,
            method.knobs.get("momentum", 0.0),
        )
        with np.errstate(all="ignore"):
            away = path - best
            gradients = away @ matrix
            least = np.mean((design @ best - y) ** 2) + ridge * np.sum(best[:-1] ** 2)
            losses = least + np.einsum("ti,ti->t", away, gradients) / 2
        return Raw(path[..., None], gradients[..., None], losses[:, None])

    return run
