"""A run on a quadratic loss without running it: every iterate, every error, why it blows up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdcore.theory.curvature import spectral_radius


def _companions(values: np.ndarray, rates: np.ndarray, momentum: float) -> np.ndarray:
    """(…, 2, 2): what one step does to the error e and the last move u along an eigenvector.

    Polyak's momentum is u' = μu + ηλe, e' = e - u'. rates and values are broadcast.
    """
    pull = np.asarray(rates) * values
    kept = np.full_like(pull, momentum)
    return np.stack([np.stack([1 - pull, -kept], -1), np.stack([pull, kept], -1)], -2)


def quadratic_path(
    matrix: np.ndarray,
    best: np.ndarray,
    start: np.ndarray,
    rate: float,
    steps: int,
    momentum: float = 0.0,
) -> np.ndarray:
    """Every iterate (steps+1, n) on a quadratic loss, without running it.

    matrix (n, n): its Hessian. best, start: (n,), the minimum and the first weights. Along each
    eigenvector the k-th error is that of the first times the k-th power of a 2×2 companion
    matrix. The powers are squared up and not taken from eigenvalues, so that coinciding and
    complex ones need no care. Source: Goh, Distill 2017.
    """
    values, vectors = np.linalg.eigh(matrix)
    power = _companions(values, np.asarray(rate), momentum)
    first = (np.asarray(start) - best) @ vectors
    states = np.zeros((1, len(values), 2))
    states[0, :, 0] = first
    with np.errstate(all="ignore"):
        while len(states) <= steps:  # power is the one of step len(states)
            states = np.concatenate([states, np.einsum("nij,tnj->tni", power, states)])
            power = power @ power
        return best + states[: steps + 1, :, 0] @ vectors.T


def eigen_errors(weights: np.ndarray, best: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """(rows, n): the error of every row of weights (rows, n) along each eigenvector of the Hessian.

    Columns are in the order of ascending eigenvalues, as in `Forecast.eigenvalues`.
    """
    return (np.asarray(weights) - best) @ np.linalg.eigh(matrix)[1]


@dataclass(frozen=True, kw_only=True)
class Divergence:
    """Why a run on a quadratic loss blows up.

    direction (n,): the eigenvector along which the error grows fastest, and its eigenvalue.
    factor: by which each step lets it grow. since: the step after which the loss is never as low
    again, None where that lies beyond the steps looked at. limit: the rate that would hold.
    """

    direction: np.ndarray
    eigenvalue: float
    factor: float
    since: int | None
    limit: float


def diverging_direction(
    matrix: np.ndarray,
    rate: float,
    best: np.ndarray,
    start: np.ndarray,
    momentum: float = 0.0,
    steps: int = 1000,
) -> Divergence | None:
    """Which direction breaks away, since when, and what would hold it; None where none does.

    A direction in which the start has no error at all cannot diverge. Shapes as in
    `quadratic_path`; `steps` is how far it looks.
    """
    values, vectors = np.linalg.eigh(matrix)
    first = (np.asarray(start) - best) @ vectors
    factors = np.where(first != 0, spectral_radius(values, rate, momentum), 0.0)
    worst = int(np.argmax(factors))
    if not factors[worst] > 1:
        return None
    errors = eigen_errors(quadratic_path(matrix, best, start, rate, steps, momentum), best, matrix)
    with np.errstate(all="ignore"):
        losses = np.nan_to_num(errors**2 @ values, nan=np.inf)
    since = int(np.argmin(losses))
    return Divergence(
        direction=vectors[:, worst],
        eigenvalue=float(values[worst]),
        factor=float(factors[worst]),
        since=None if since == steps else since,
        limit=(2 + 2 * momentum) / float(values[worst]),
    )


def final_losses(
    matrix: np.ndarray,
    best: np.ndarray,
    start: np.ndarray,
    least: float,
    rates: np.ndarray,
    steps: int,
    momentum: float = 0.0,
) -> np.ndarray:
    """(rates,): the loss after `steps` steps for every learning rate, inf where it blew up.

    least: the loss at the minimum. The other shapes as in `quadratic_path`.
    """
    values, vectors = np.linalg.eigh(matrix)
    first = (np.asarray(start) - best) @ vectors
    with np.errstate(all="ignore"):
        rates = np.asarray(rates, np.float64)[:, None]
        powers = np.linalg.matrix_power(_companions(values, rates, momentum), steps)
        losses = least + ((powers[..., 0, 0] * first) ** 2 @ values) / 2
    return np.nan_to_num(losses, nan=np.inf, posinf=np.inf)
