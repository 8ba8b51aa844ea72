"""What the curvature at a point says about learning rates, there and at the minimum nearby."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gdcore.court.judge import bend
from gdcore.descent.formulas import descend
from gdcore.formula import Formula

# Eigenvalues come out of a symmetric solver right to a few eps times the largest; what is smaller
# than this share of it has no sign to speak of.
LEVEL = 1e-9
# A Hessian by calculus in float64 that misses the judge's by more than this share shows fewer
# digits than the page does: its sums cancel.
CANCELLED = 1e-3
# How the minimum is looked for: as shares of the limit at the start, and steps. Half of it is the
# fastest way where the curvature stays; where it grows on the way a tenth of that still holds.
CAREFUL = ((0.5, 100), (0.05, 400))


@dataclass(frozen=True, kw_only=True)
class Stability:
    """The smallest and the largest eigenvalue of a Hessian, and the learning rate they allow.

    limit: 2/λ_max, the largest rate at which plain descent does not leave along the steepest
    direction; None where no direction curves upwards or 2/λ_max is no float64. saddle: whether
    another direction curves downwards.
    """

    least: float
    largest: float
    limit: float | None
    saddle: bool


@dataclass(frozen=True, kw_only=True)
class Minimum:
    """A minimum by variable, the largest curvature there, and the rate 2/λ_max that it allows."""

    place: Mapping[str, float]
    largest: float
    limit: float


def stability(eigenvalues: np.ndarray) -> Stability:
    """What ascending eigenvalues (n,) of a Hessian say."""
    least, largest = float(eigenvalues[0]), float(eigenvalues[-1])
    tiny = LEVEL * max(abs(least), abs(largest))
    with np.errstate(all="ignore"):
        limit = float(2 / np.float64(largest)) if largest > tiny else np.inf
    return Stability(
        least=least,
        largest=largest,
        limit=limit if np.isfinite(limit) else None,
        saddle=least < -tiny,
    )


def minimum_from(formula: Formula, at: Mapping[str, float], limit: float) -> Minimum | None:
    """The minimum that a careful descent from a point reaches, None where it reaches none.

    limit: the largest stable rate at the point. A place is a minimum where every eigenvalue of
    the judge's Hessian is positive beyond rounding.
    """
    for share, steps in CAREFUL:
        run = descend(formula, dict(at), share * limit, steps)
        if run.stop.kind != "converged":
            continue
        place = dict(zip(run.names, map(float, run.weights[-1]), strict=True))
        matrix = bend(formula, place).matrix
        if matrix is None:
            continue
        spectrum = stability(np.linalg.eigvalsh((matrix + matrix.T) / 2))
        if spectrum.limit is not None and spectrum.least > LEVEL * spectrum.largest:
            return Minimum(place=place, largest=spectrum.largest, limit=spectrum.limit)
    return None


def cancelled(computed: np.ndarray, exact: np.ndarray) -> bool:
    """Whether a computed Hessian (n, n) is so far from the exact one that a reader would see it."""
    return bool(np.abs(computed - exact).max() > CANCELLED * np.abs(exact).max())
