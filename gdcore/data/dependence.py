"""Which features can be computed from others: exactly, as far as rounding lets one see, or nearly.

Judged by the singular values of the standardised features, so that units do not matter, and not by
their correlations, whose eigenvalues are the squares and lose half of the digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

EPSILON = float(np.finfo(float).eps)
# Features that vary in their last digits alone are no reason to cut more than this off.
COARSEST = 1e-3
# Features are nearly dependent beyond this condition number. The curvature of the loss has its
# square: of two weights, descent moves one a million times faster than the other.
NEARLY = 1e3
# A feature takes part in a combination where its share is larger, and well above what is left over.
PART = 1e-6


@dataclass(frozen=True)
class Dependence:
    """exact, near: the numbers of the features that take part. condition: of all directions but
    the exact ones, the largest singular value by the smallest."""

    exact: tuple[int, ...]
    near: tuple[int, ...]
    condition: float


def cut_off(features: int, rounding: float) -> float:
    """The share of the largest singular value below which there is only rounding.

    rounding: of the entries of the standardised features, which is large where they are far from 0
    in their own units. The factors leave room for the rounding of the decomposition itself.
    """
    return max(16 * (features + 1) * EPSILON, min(4 * rounding, COARSEST))


def depend(X: np.ndarray) -> Dependence:
    """How the columns of X (n, k) depend on each other beside an intercept; none is constant."""
    most = np.abs(X).max(axis=0)
    most = np.where(most > 0, most, 1.0)
    with np.errstate(under="ignore"):
        centre = sum(np.sum(block / most, axis=0) for block in _blocks(X)) / len(X)
        triangle = np.zeros((0, X.shape[1]))
        for block in _blocks(X):  # the triangle of all rows, without a copy of them
            rows = np.vstack([triangle, block / most - centre])
            triangle = np.asarray(np.linalg.qr(rows, mode="r"))
    size = np.linalg.norm(triangle, axis=0)
    size = np.where(size > 0, size, 1.0)
    _, values, vectors = np.linalg.svd(triangle / size, full_matrices=False)
    rounding = float(np.max(EPSILON * np.sqrt(len(X)) / size))
    shares = values / (values[0] or 1.0)
    cut = cut_off(X.shape[1], rounding)
    free = shares <= cut
    near = ~free & (shares < 1 / NEARLY)
    nonzero = shares[~free]
    takes_part = np.abs(vectors) > np.maximum(10 * np.maximum(shares, cut), PART)[:, None]
    exact, nearly = (
        tuple(int(i) for i in np.flatnonzero(takes_part[which].any(axis=0)))
        for which in (free, near)
    )
    return Dependence(exact, nearly, 1 / float(nonzero[-1]) if len(nonzero) else 1.0)


def _blocks(X: np.ndarray, rows: int = 20_000) -> Iterator[np.ndarray]:
    return (X[start : start + rows] for start in range(0, len(X), rows))
