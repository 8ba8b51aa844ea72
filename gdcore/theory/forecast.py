"""What is known before the first step: condition number, best rates, predicted steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gdcore.theory.curvature import growth, spectral_radius, stability_limit


def steps_until(accuracy: float, factor: float) -> float:
    """Steps until an error that shrinks by `factor` is `accuracy` of what it was; inf for never."""
    if factor == 0:
        return 1.0
    return float(np.ceil(np.log(accuracy) / np.log(factor))) if 0 < factor < 1 else np.inf


# More steps of momentum than these are counted by their pace alone.
MOST_COUNTED = 20_000


def momentum_steps(values: np.ndarray, rate: float, momentum: float, accuracy: float) -> float:
    """Steps of Polyak's momentum, from rest, until every error stays within a share of its first.

    values: the curvatures (n,). accuracy: the share. Momentum falls into its pace late, so the
    steps are gone through one by one; where they are very many, the pace tells.
    """
    paced = steps_until(accuracy, float(spectral_radius(values, rate, momentum).max()))
    if not 3 * paced + 100 < MOST_COUNTED:
        return paced
    error = before = np.ones(len(values))
    within = 0
    for step in range(1, int(3 * paced + 100)):
        error, before = error + momentum * (error - before) - rate * values * error, error
        if np.abs(error).max() > accuracy:
            within = step
    return float(within + 1)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What the curvature of a quadratic loss foretells for a learning rate.

    eigenvalues: ascending, of the Hessian. limit: the largest stable rate or None. best: the best
    constant rate of plain descent, 2/(λ_min + λ_max), or of the run's own momentum μ, 1 + μ times
    that; for Nesterov's it is looked for. steps: how many steps plain descent needs until the
    slowest direction has 1 % of its error left; inf where it never will. rate, momentum: of the
    run that is foretold; momentum is 0 for plain descent and None for rules whose convergence no
    formula tells.

    Directions whose curvature float64 cannot tell from none are `flat`: descent does not move
    along them, and best rates and steps leave them out.
    """

    eigenvalues: np.ndarray
    limit: float | None
    best: float
    steps: float
    rate: float = np.nan
    momentum: float | None = None

    @property
    def curved(self) -> np.ndarray:
        """The eigenvalues that are not `flat`."""
        return _curved(self.eigenvalues)

    @property
    def flat(self) -> int:
        """In how many directions there is no curvature to speak of."""
        return len(self.eigenvalues) - len(self.curved)

    @property
    def condition_number(self) -> float:
        """λ_max / λ_min: how much steeper the steepest direction is than the flattest."""
        with np.errstate(all="ignore"):
            return float(self.eigenvalues[-1] / self.eigenvalues[0])

    @property
    def factor(self) -> float:
        """By which a step of this run shrinks the error of the slowest direction, in the end."""
        if self.momentum is None:
            return np.nan
        return float(spectral_radius(self.curved, self.rate, self.momentum).max(initial=0.0))

    def steps_to(self, accuracy: float) -> float:
        """Steps of this run until every direction has the share `accuracy` left; inf, nan."""
        return (
            np.nan if self.momentum is None else self.steps_with(self.rate, self.momentum, accuracy)
        )

    def steps_with(self, rate: float, momentum: float, accuracy: float) -> float:
        """The same for another rate and momentum."""
        if momentum:
            return momentum_steps(self.curved, rate, momentum, accuracy)
        return steps_until(accuracy, float(np.abs(1 - rate * self.curved).max(initial=0.0)))

    @property
    def best_momentum(self) -> tuple[float, float]:
        """Rate and momentum that converge fastest, each step by √momentum; Polyak 1964.

        η = (2/(√λ_max + √λ_min))², μ = ((√λ_max - √λ_min)/(√λ_max + √λ_min))².
        """
        if not len(self.curved):
            return np.nan, np.nan
        low, high = np.sqrt(self.curved[[0, -1]])
        return float((2 / (high + low)) ** 2), float(((high - low) / (high + low)) ** 2)


def forecast(
    matrix: np.ndarray,
    rate: float,
    optimizer: str = "sgd",
    knobs: Mapping[str, float] | None = None,
) -> Forecast:
    """The forecast for a quadratic loss with the Hessian `matrix` (n, n)."""
    values = np.maximum(np.linalg.eigvalsh(matrix), 0.0)
    largest = float(values[-1])
    knobs = knobs or {}
    momentum = {"sgd": 0.0, "momentum": knobs.get("momentum", 0.0)}.get(optimizer)
    least = _curved(values).min(initial=np.inf)
    with np.errstate(all="ignore"):
        best = float(2 * (1 + (momentum or 0.0)) / (least + largest))
        if optimizer == "nesterov":
            best = _best_for_nesterov(_curved(values), knobs)
        steps = steps_until(0.01, float(np.abs(1 - rate * _curved(values)).max(initial=0.0)))
    return Forecast(
        eigenvalues=values,
        limit=stability_limit(largest, optimizer, knobs),
        best=best,
        steps=steps,
        rate=rate,
        momentum=momentum,
    )


def _best_for_nesterov(values: np.ndarray, knobs: Mapping[str, float]) -> float:
    """The constant rate at which the slowest error shrinks fastest, looked for below the limit.

    No formula is known for all momenta; the slowest factor falls and then rises with the rate.
    """
    limit = stability_limit(float(values.max(initial=0.0)), "nesterov", knobs)
    if limit is None:
        return np.nan

    def slowest(rates: np.ndarray) -> np.ndarray:
        factors = growth(values[:, None], rates, "nesterov", knobs)
        assert factors is not None
        return np.asarray(factors.max(0))

    rates = limit * np.geomspace(1e-4, 1, 200)
    for _ in range(4):
        at = int(np.argmin(slowest(rates)))
        rates = np.linspace(rates[max(at - 1, 0)], rates[min(at + 1, len(rates) - 1)], 41)
    return float(rates[int(np.argmin(slowest(rates)))])


def _curved(values: np.ndarray) -> np.ndarray:
    return values[values > len(values) * np.finfo(np.float64).eps * values.max(initial=0.0)]
