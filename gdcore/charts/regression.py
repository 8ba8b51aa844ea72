"""What all pictures of a linear regression share: the steps that are drawn, and axes that rest."""

from __future__ import annotations

import numpy as np

from gdcore.charts.look import resting
from gdcore.charts.player import MOST_FRAMES, thin
from gdcore.descent.trajectory import Trajectory
from gdcore.models.fit import Fit


def loss_domain(run: Trajectory) -> list[float]:
    """An axis for the loss that rests: from zero to the loss at the start."""
    return resting(run.losses, [0.0, float(run.losses[0])])


def weight_domain(fit: Fit) -> list[float]:
    """An axis for the weights that rests: from where they start to where they belong."""
    goal = [*fit.reference.coef_, fit.reference.intercept_]
    return resting(fit.weights, [*fit.weights[0], *goal])


def frames(fit: Fit, most: int = MOST_FRAMES) -> np.ndarray:
    """The steps at which a fit is drawn, see `gdcore.charts.player.thin`."""
    run = fit.trajectory
    if run.steps < most:
        return thin(run.steps, most)
    others = (fit.train_losses, fit.test_losses, fit.foretold)
    return thin(
        run.steps,
        most,
        run.losses,
        fit.weights,
        *(course for course in others if course is not None),
    )
