"""What is known before the first step: curvature, stability, condition number, predicted steps.

For a quadratic loss with Hessian H, plain gradient descent multiplies the error along the
eigenvector of λ by (1 - ηλ) at every step. All that stands here follows from that factor; see
Goh, "Why Momentum Really Works", Distill 2017, and Polyak 1964 for momentum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.formula import Formula, derivative, evaluate


def hessian(formula: Formula, names: Sequence[str], at: Mapping[str, float]) -> np.ndarray:
    """The (n, n) matrix of second derivatives at a point, by calculus."""
    ops = operations("float64")
    with np.errstate(all="ignore"):
        return np.array([
            [float(evaluate(derivative(derivative(formula, a), b), ops, at)) for b in names]
            for a in names
        ])  # fmt: skip


def constant_hessian(formula: Formula, names: Sequence[str]) -> np.ndarray | None:
    """The Hessian of a quadratic formula, None where it depends on the point."""
    seconds = [derivative(derivative(formula, a), b) for a in names for b in names]
    if any(second.names for second in seconds):
        return None
    return hessian(formula, names, dict.fromkeys(names, 0.0))


def stability_limit(largest: float, optimizer: str, knobs: Mapping[str, float]) -> float | None:
    """The largest constant rate that converges on curvature `largest`, None where none is known.

    2/λ for plain descent, (2+2μ)/λ with Polyak's momentum, (2+2μ)/((1+2μ)λ) with Nesterov's.
    """
    if not (np.isfinite(largest) and largest > 0):
        return None
    mu = knobs.get("momentum", 0.0)
    if optimizer in ("sgd", "momentum"):
        return (2 + 2 * mu) / largest
    if optimizer == "nesterov":
        return (2 + 2 * mu) / ((1 + 2 * mu) * largest)
    return None


def largest_stable_rate(
    formula: Formula, names: Sequence[str], optimizer: str, knobs: Mapping[str, float]
) -> float | None:
    """The stability limit of a quadratic formula, None for any other."""
    matrix = constant_hessian(formula, names)
    if matrix is None or not np.isfinite(matrix).all():
        return None
    return stability_limit(float(np.linalg.eigvalsh(matrix)[-1]), optimizer, knobs)


@dataclass(frozen=True)
class Forecast:
    """What the curvature of a quadratic loss foretells for a learning rate.

    eigenvalues: ascending, of the Hessian. limit: the largest stable rate or None. best: the best
    constant rate of plain descent, 2/(λ_min + λ_max). steps: how many steps plain descent needs
    until the slowest direction has 1 % of its error left; inf where it never will.
    """

    eigenvalues: np.ndarray
    limit: float | None
    best: float
    steps: float

    @property
    def condition_number(self) -> float:
        """λ_max / λ_min: how much steeper the steepest direction is than the flattest."""
        return float(self.eigenvalues[-1] / self.eigenvalues[0])


def forecast(
    matrix: np.ndarray,
    rate: float,
    optimizer: str = "sgd",
    knobs: Mapping[str, float] | None = None,
) -> Forecast:
    """The forecast for a quadratic loss with the Hessian `matrix` (n, n)."""
    values = np.maximum(np.linalg.eigvalsh(matrix), 0.0)
    largest = float(values[-1])
    with np.errstate(all="ignore"):
        best = float(2 / (values[0] + largest))
        factor = float(np.abs(1 - rate * values).max())
        steps = np.log(0.01) / np.log(factor) if 0 < factor < 1 else (0 if factor == 0 else np.inf)
    limit = stability_limit(largest, optimizer, knobs or {})
    return Forecast(values, limit, best, float(np.ceil(steps)))
