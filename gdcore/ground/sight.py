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
Domain = tuple[tuple[float, float], ...]


@cache
def _records() -> dict[str, Landscape]:
    everything = (*LANDSCAPES.values(), *SURFACES.values())
    return {parse(record.formula).source: record for record in everything}


def known(formula: Formula) -> Landscape | None:
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

    Around the lowest place the grid is laid again and again, a cell wide at a time, so that what
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
    known = np.array(list(minima), dtype=float).reshape(-1, len(names)).T
    box = np.array(domain, dtype=float)
    best, place = np.inf, np.full(len(names), np.nan)
    if len(names) > len(USUAL):  # a grid over three weights and more would be too coarse to tell
        values = values_at(formula, names, known) if known.size else np.array([np.nan])
        if np.isfinite(values).any():
            i = int(np.nanargmin(np.where(np.isfinite(values), values, np.nan)))
            return known[:, i], float(values[i])
        return place, best
    while True:
        axes = [np.linspace(low, high, points) for low, high in box]
        grids = np.stack([axis.ravel() for axis in np.meshgrid(*axes)])
        places = np.hstack([grids, known])
        values = values_at(formula, names, places)
        if not np.isfinite(values).any():
            break
        i = int(np.nanargmin(np.where(np.isfinite(values), values, np.nan)))
        settled = values[i] >= best
        if values[i] < best:
            best, place = float(values[i]), places[:, i]
        cell = (box[:, 1] - box[:, 0]) / (points - 1)
        if settled or (cell <= 1e-15 * (1 + np.abs(box).max(1))).all():
            break
        middle, known, points = places[:, i], known[:, :0], min(points, 41)
        low, high = np.array(domain, dtype=float).T
        inside = np.clip(middle, low, high)
        box = np.stack(
            [
                np.minimum(middle, np.maximum(inside - cell, low)),
                np.maximum(middle, np.minimum(inside + cell, high)),
            ],
            1,
        )
    return place, best


def values_at(formula: Formula, names: Sequence[str], w: np.ndarray) -> np.ndarray:
    """The loss (batch,) at the places w (n, batch)."""
    with np.errstate(all="ignore"):
        found = evaluate(formula, operations("float64"), dict(zip(names, w, strict=True)))
    return np.broadcast_to(found, w.shape[1:])


def around(formula: Formula, names: Sequence[str], weights: np.ndarray) -> Domain:
    """The domain in sight, widened to hold the finite ones of these weights (rows, n)."""
    record = known(formula)
    usual = USUAL.get(len(names), USUAL[2])
    domain = record.domain if record else (usual,) * len(names)
    kept = weights[np.isfinite(weights).all(1)].astype(np.float64)
    if not len(kept):
        return tuple((float(low), float(high)) for low, high in domain)
    return tuple(
        (float(min(low, at.min())), float(max(high, at.max())))
        for (low, high), at in zip(domain, kept.T, strict=True)
    )
