"""What is known of a loss as far as one looks: where that is, and the least loss in sight."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.formula import Formula, evaluate, parse
from gdcore.ground.landscapes import LANDSCAPES, SURFACES, Landscape

# What a page shows of a formula that it does not know, per number of variables.
USUAL = {1: (-6.0, 6.0), 2: (-5.0, 5.0)}
# So many hollows of a grid are looked at closely.
HOLLOWS = 8
Domain = tuple[tuple[float, float], ...]


@cache
def _records() -> dict[str, Landscape]:
    everything = (*LANDSCAPES.values(), *SURFACES.values())
    return {parse(record.formula).source: record for record in everything}


def landscape_of(formula: Formula) -> Landscape | None:
    """The named landscape of this very formula, however it was typed, if it is one."""
    return _records().get(formula.source)


def least(
    formula: Formula,
    names: Sequence[str],
    domain: Sequence[tuple[float, float]],
    minima: Sequence[tuple[float, ...]] = (),
    points: int = 201,
) -> float:
    """The smallest loss known: at the given places and on a grid over the domain.

    Around the lowest places the grid is laid again and again, a cell wide at a time, so that what
    a descent can reach is not below it.
    """
    return lowest(formula, names, domain, minima, points)[1]


def lowest(
    formula: Formula,
    names: Sequence[str],
    domain: Sequence[tuple[float, float]],
    minima: Sequence[tuple[float, ...]] = (),
    points: int = 201,
) -> tuple[np.ndarray, float]:
    """The place (n,) of the smallest loss known, and that loss; see `least`."""
    places = np.array(list(minima), dtype=float).reshape(-1, len(names)).T
    box = np.array(domain, dtype=float)
    best, place = np.inf, np.full(len(names), np.nan)
    if len(names) > len(USUAL):  # a grid over three weights and more would be too coarse to tell
        values = values_at(formula, names, places) if places.size else np.array([np.nan])
        if np.isfinite(values).any():
            i = int(np.nanargmin(np.where(np.isfinite(values), values, np.nan)))
            return places[:, i], float(values[i])
        return place, best
    axes = [np.linspace(low, high, points) for low, high in box]
    grids = np.stack(np.meshgrid(*axes, indexing="ij"))  # (n, points, …)
    values = values_at(formula, names, grids.reshape(len(names), -1)).reshape(grids.shape[1:])
    hollows = _hollows(values)
    middles = np.hstack([grids.reshape(len(names), -1)[:, hollows], places])
    cell = (box[:, 1] - box[:, 0])[:, None] / (points - 1) * np.ones(middles.shape[1])
    before = np.full(middles.shape[1], np.inf)
    while middles.shape[1]:
        values = values_at(formula, names, middles)
        values = np.where(np.isfinite(values), values, np.inf)
        i = int(np.argmin(values))
        if values[i] < best:
            best, place = float(values[i]), middles[:, i]
        settled, before = not (values < before).any(), values
        if settled or (cell <= 1e-15 * (1 + np.abs(box).max(1))[:, None]).all():
            break
        middles, cell = _closer(formula, names, middles, cell, box)
    return place, best


def _hollows(values: np.ndarray) -> np.ndarray:
    """Flat indices of the lowest places of a grid (points, …) that no neighbour undercuts."""
    values = np.where(np.isfinite(values), values, np.inf)
    lowest = np.isfinite(values)
    for axis in range(values.ndim):
        padding = [(int(i == axis),) * 2 for i in range(values.ndim)]
        padded = np.pad(values, padding, constant_values=np.inf)
        for shift in (0, 2):
            beside = np.take(padded, np.arange(values.shape[axis]) + shift, axis)
            lowest &= values <= beside
    places = np.flatnonzero(lowest)
    return places[np.argsort(values.ravel()[places], kind="stable")][:HOLLOWS]


def _closer(
    formula: Formula, names: Sequence[str], middles: np.ndarray, cell: np.ndarray, box: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The lowest place of a finer grid around each of the middles (n, k), and its cells (n, k)."""
    n, k = middles.shape
    low, high = box[:, [0]], box[:, [1]]
    inside = np.clip(middles, low, high)
    lower = np.minimum(middles, np.maximum(inside - cell, low))
    upper = np.maximum(middles, np.minimum(inside + cell, high))
    points = 41 if n == 1 else 21
    shares = np.meshgrid(*[np.linspace(0, 1, points)] * n, indexing="ij")
    grid = np.stack([share.ravel() for share in shares])[:, :, None]  # (n, points^n, 1)
    places = lower[:, None] + grid * (upper - lower)[:, None]
    places[:, 0] = middles  # what was found is not lost
    values = values_at(formula, names, places.reshape(n, -1)).reshape(-1, k)
    best = np.argmin(np.where(np.isfinite(values), values, np.inf), axis=0)
    return places[:, best, np.arange(k)], (upper - lower) / (points - 1)


def values_at(formula: Formula, names: Sequence[str], w: np.ndarray) -> np.ndarray:
    """The loss (batch,) at the places w (n, batch)."""
    with np.errstate(all="ignore"):
        losses = evaluate(formula, operations("float64"), dict(zip(names, w, strict=True)))
    return np.broadcast_to(losses, w.shape[1:])


def around(formula: Formula, names: Sequence[str], weights: np.ndarray) -> Domain:
    """The domain in sight, widened to hold the finite ones of these weights (rows, n)."""
    record = landscape_of(formula)
    usual = USUAL.get(len(names), USUAL[2])
    domain = record.domain if record else (usual,) * len(names)
    kept = weights[np.isfinite(weights).all(1)].astype(np.float64)
    if not len(kept):
        return tuple((float(low), float(high)) for low, high in domain)
    return tuple(
        (float(min(low, at.min())), float(max(high, at.max())))
        for (low, high), at in zip(domain, kept.T, strict=True)
    )
