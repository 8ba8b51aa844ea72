"""What is foretold of a fit beside what came true: paces, the gap, why it blew up, other rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdcore.models.fit import Fit
from gdcore.theory.paths import Divergence, diverging_direction, eigen_errors, final_losses

# Foretold and measured losses differ by rounding once a loss has come down to this share of the
# first one: errors of some hundred steps of float64 on numbers of the first loss's size.
ROUNDING = 1e-9
# A weight is named among those that break away where it makes up this part of the direction (a
# vector of length 1): a third of it or more, so that three are named at the most.
HEAVY, MOST_NAMED = 0.3, 3
# The curve of final losses: from a rate so many times below the best one to well beyond the limit.
SLOWER, BEYOND, RATES = 300, 1.5, 160
# Where an error is exactly 0 a logarithmic axis shows this.
NOTHING = 1e-16


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How many steps a way needs until a share of every error is left.

    way: `this_run`, `at_best` or `momentum`. rate, momentum: with which. steps: inf for never,
    NaN where no formula knows.
    """

    way: str
    rate: float
    momentum: float
    steps: float


def paces(fit: Fit, share: float) -> list[Pace]:
    """This run, its best constant rate, and the best rate with the best momentum."""
    forecast = fit.forecast
    mine = forecast.momentum or 0.0
    rate, momentum = forecast.best_momentum
    # A schedule or small batches go a way of their own.
    here = forecast.steps_to(share) if fit.foreseeable else np.nan
    # Nesterov's rule has a best rate, but no formula for its steps.
    best = np.nan if forecast.momentum is None else forecast.steps_with(forecast.best, mine, share)
    ways = (
        ("this_run", forecast.rate, mine, here),
        ("at_best", forecast.best, mine, best),
        ("momentum", rate, momentum, forecast.steps_with(rate, momentum, share)),
    )
    return [Pace(way=way, rate=r, momentum=m, steps=steps) for way, r, m, steps in ways]


def forecastable(fit: Fit) -> bool:
    """Whether there is a limit and a best rate to speak of."""
    return fit.forecast.limit is not None and fit.forecast.best > 0


def typed_rate(best: float) -> float:
    """The best rate in three digits. Cut and not rounded: in a long valley the limit lies right
    behind it."""
    digit = 10.0 ** (np.floor(np.log10(best)) - 2)
    return float(f"{np.floor(best / digit) * digit:.3g}")


def facts(fit: Fit) -> dict[str, float | np.ndarray]:
    """What the curvature says of a forecastable fit, in the order in which it is read.

    condition: number of the Hessian; eigenvalues (m,), ascending; limit: largest stable rate;
    best: constant rate.
    """
    forecast = fit.forecast
    assert forecast.limit is not None
    return {
        "condition": forecast.condition_number,
        "eigenvalues": forecast.eigenvalues,
        "limit": forecast.limit,
        "best": forecast.best,
    }


def gap(fit: Fit) -> float | None:
    """The largest relative difference between foretold and measured losses, None without the first.

    Where a loss has come down to rounding it is held against `ROUNDING` of the first one.
    """
    if fit.foretold is None:
        return None
    measured = fit.trajectory.losses.astype(np.float64)
    with np.errstate(all="ignore"):
        scale = np.maximum(np.abs(measured), ROUNDING * measured[0])
        gaps = np.abs(fit.foretold - measured) / scale
    return float(np.nanmax(np.where(fit.foretold == measured, 0.0, gaps), initial=0.0))


def why_diverged(fit: Fit) -> Divergence | None:
    """Along which direction a diverged run breaks away, None where theory does not know."""
    forecast = fit.forecast
    if fit.trajectory.stop.kind != "diverged" or not fit.foreseeable or forecast.momentum is None:
        return None
    return diverging_direction(
        fit.matrix,
        fit.trajectory.method.learning_rate,
        fit.minimum,
        fit.trajectory.weights[0],
        forecast.momentum,
        max(fit.trajectory.steps, 1),
    )


def heavy(direction: np.ndarray) -> list[int]:
    """The places of the weights that make up most of a direction (n,), the largest first."""
    size = np.abs(direction)
    return [int(i) for i in np.argsort(-size)[:MOST_NAMED] if size[i] > HEAVY]


def ends_by_rate(fit: Fit) -> tuple[np.ndarray, np.ndarray] | None:
    """Rates (RATES,) and the loss at the end of a run with each, None where no formula knows."""
    forecast, run = fit.forecast, fit.trajectory
    if fit.foretold is None or forecast.momentum is None or not forecast.best > 0:
        return None
    rates = np.geomspace(forecast.best / SLOWER, (forecast.limit or forecast.best) * BEYOND, RATES)
    ends = final_losses(
        fit.matrix,
        fit.minimum,
        run.weights[0],
        fit.reference.loss,
        rates,
        fit.setup.epochs,
        forecast.momentum,
    )
    return rates, ends


@dataclass(frozen=True, kw_only=True)
class Directions:
    """eigenvalues (m,), ascending, of some directions; errors (rows, m) along them."""

    eigenvalues: np.ndarray
    errors: np.ndarray


def directions(fit: Fit, most: int) -> Directions | None:
    """The sizes of the errors along at most `most` eigenvectors, spread over them all.

    None where the loss is no quadratic.
    """
    if not fit.quadratic:
        return None
    weights = fit.trajectory.weights.astype(np.float64)
    errors = np.abs(eigen_errors(weights, fit.minimum, fit.matrix))
    values = fit.forecast.eigenvalues
    shown = np.unique(np.linspace(0, len(values) - 1, most).round().astype(int))
    return Directions(eigenvalues=values[shown], errors=np.maximum(errors[:, shown], NOTHING))
