"""Whether the ground falls without end: along a ray, or towards a pole or an edge of its domain."""

from __future__ import annotations

import numpy as np

from gdcore.ground.terrain import Ground

# Doublings along a ray: from one to 1e60.
FAR = 200


def falls_endlessly(
    ground: Ground, start: np.ndarray, place: np.ndarray, loss: np.ndarray, settled: np.ndarray
) -> np.ndarray:
    """(batch,): whether the loss falls without end on the way that the search has taken.

    Along a ray where it did not settle, else towards an edge of the domain, ever farther or
    closer by a factor of two: a loss that has an end falls less and less, one that has none does
    not tire.
    """
    endless = np.asarray(loss == -np.inf)
    way = place - start
    asked = (np.linalg.norm(way, axis=0) > 0) & ~endless & np.isfinite(loss)
    falling = np.flatnonzero(asked & ~settled)
    for column in falling:
        ray = start[:, [column]] + way[:, [column]] * 2.0 ** np.arange(FAR)
        endless[column] = _tireless(ground.value(ray))
    resting = np.flatnonzero(asked & settled)
    if len(resting):
        endless[resting] = _falls_towards(ground, place[:, resting], way[:, resting])
    return endless


def _tireless(losses: np.ndarray) -> bool:
    """Whether a loss at ever doubled distances goes on falling without tiring."""
    ends = np.flatnonzero(~np.isfinite(losses))
    end = int(ends[0]) if len(ends) else len(losses)
    if end < len(losses) and losses[end] != -np.inf:
        return False  # it ends at an edge or a wall
    falls = -np.diff(losses[:end])
    if len(falls) < 8 or not (falls[-8:] > 0).all():
        return False
    # Rounding of the loss itself is no fall.
    small = 1e-12 * np.abs(losses[end - 1])
    return bool(falls[-1] > small and falls[-1] >= 0.9 * falls[-8])


def _falls_towards(ground: Ground, place: np.ndarray, way: np.ndarray) -> np.ndarray:
    """(batch,): whether the loss falls without end towards a pole, or an edge of the domain.

    place (n, batch): where a search ended on the way (n, batch). The pole is that place, or the
    edge lies close behind it.
    """
    size = np.linalg.norm(way, axis=0)
    unit, batch = way / size, len(size)
    beyond = place[:, None] + way[:, None] * 10.0 ** np.arange(-12, 1)[:, None]  # (n, 13, batch)
    outside = ~np.isfinite(ground.value(beyond.reshape(len(place), -1)).reshape(-1, batch))
    edge = place.copy()
    for column in np.flatnonzero(outside.any(0)):
        reach = 10.0 ** (-12.0 + np.argmax(outside[:, column])) * size[column]
        edge[:, column] = _edge(ground, place[:, column], unit[:, column], float(reach))
    closer = edge[:, None] - way[:, None] * 2.0 ** -np.arange(2, 42)[:, None]  # (n, 40, batch)
    losses = ground.value(closer.reshape(len(place), -1)).reshape(-1, batch)
    endless = np.zeros(batch, dtype=bool)
    for column in np.flatnonzero(losses[20] < losses[0]):
        line = losses[:, column]
        falls = -np.diff(line[np.isfinite(line)])
        if len(falls) > 10:
            falls = falls[:-4]  # so close to a pole rounding decides where it is
            endless[column] = (falls[-8:] > 0).all() and falls[-1] >= 0.9 * falls[-8]
    return endless


def _edge(ground: Ground, place: np.ndarray, unit: np.ndarray, reach: float) -> np.ndarray:
    """(n,): the first place along `unit` (n,) without a value; there is one at `reach`."""
    inside, outside = 0.0, reach
    for _ in range(200):
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            break
        good = np.isfinite(ground.value((place + middle * unit)[:, None])[0])
        inside, outside = (middle, outside) if good else (inside, middle)
    return np.asarray(place + outside * unit)
