"""Curvature and what it allows: Hessians of formulas, the largest stable rate, the pace of a step.

For a quadratic loss with Hessian H, plain gradient descent multiplies the error along the
eigenvector of λ by (1 - ηλ) at every step. All that stands here follows from that factor; see
Goh, "Why Momentum Really Works", Distill 2017, and Polyak 1964 for momentum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.formula import Formula, derivative, evaluate


def hessian(formula: Formula, names: Sequence[str], at: Mapping[str, float]) -> np.ndarray:
    """The (n, n) matrix of second derivatives at a point, by calculus."""
    ops = operations("float64")
    with np.errstate(all="ignore"):
        return np.array(
            [
                [float(evaluate(derivative(derivative(formula, a), b), ops, at)) for b in names]
                for a in names
            ]
        )


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


def spectral_radius(values: np.ndarray, rate: np.ndarray | float, momentum: float) -> np.ndarray:
    """By which factor a step shrinks the error along directions of curvature `values`, in the end.

    The largest root in size of z² - (1 + μ - ηλ)z + μ, the characteristic polynomial of the
    companion matrix of Polyak's momentum; |1 - ηλ| without momentum. Shapes are broadcast.
    Source: Goh, Distill 2017.
    """
    trace = 1 + momentum - np.asarray(rate) * values
    inside = trace**2 - 4 * momentum
    real = (np.abs(trace) + np.sqrt(np.maximum(inside, 0.0))) / 2
    return np.where(inside >= 0, real, np.sqrt(momentum))


def growth(
    values: np.ndarray, rate: np.ndarray | float, optimizer: str, knobs: Mapping[str, float]
) -> np.ndarray | None:
    """By which factor a step changes the error along directions of curvature `values`, in the end.

    The spectral radius of one step for plain descent, Polyak's momentum and Nesterov's in the
    form of `gdcore.rules.optimizers`; None for rules whose convergence no formula tells. Unlike in
    `spectral_radius` values may be negative. Shapes are broadcast.
    """
    if optimizer not in ("sgd", "momentum", "nesterov"):
        return None
    pull = np.asarray(rate) * values
    if optimizer == "sgd":
        return np.asarray(np.abs(1 - pull))
    # What a step does to the error e and to ηv: (ηv)' = μηv + pull·e, and e' = e - (ηv)', or
    # e' = e - pull·e - μ(ηv)' for Nesterov's.
    mu = np.full_like(pull, knobs.get("momentum", 0.0))
    ahead = mu if optimizer == "nesterov" else np.zeros_like(mu)
    kept = mu * ahead if optimizer == "nesterov" else mu
    error = np.stack([1 - pull * (1 + ahead), -kept], -1)
    steps = np.stack([error, np.stack([pull, mu], -1)], -2)
    return np.asarray(np.abs(np.linalg.eigvals(steps)).max(-1))
