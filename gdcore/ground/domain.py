"""Where a formula has values: a start inside its domain, and a piece of it worth drawing.

A descent from a place without a value or slope has no first step, and a picture without a value
shows nothing. A page asks here before it descends; the library itself takes every start as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.formula import Formula, derivative, evaluate
from gdcore.words.texts import FormulaError

Box = tuple[tuple[float, float], ...]
# Steps into which a side of the searched box is cut, from coarse to fine, by number of variables.
_CELLS = {1: (24, 240, 2_400, 24_000), 2: (24, 96, 384)}
# How much wider than the first the further boxes are.
_WIDER = [factor * 10.0**power for power in range(6) for factor in (2, 5, 10)]
# Less of a box than this with a value is no picture; what is sought instead has more.
_TOO_LITTLE, _ENOUGH = 0.1, 0.4
_HALVINGS = 40


def values(formula: Formula, names: Sequence[str], places: np.ndarray, dtype: str) -> np.ndarray:
    """The value of the formula at the places (n, m): (m,), NaN or infinite where it has none."""
    at = dict(zip(names, places.astype(dtype), strict=True))
    with np.errstate(all="ignore"):
        losses = evaluate(formula, operations(dtype), at)
    return np.broadcast_to(np.asarray(losses, dtype), places.shape[1:])


def usable(
    formula: Formula, names: Sequence[str], places: np.ndarray, dtype: str = "float64"
) -> np.ndarray:
    """At which of the places (n, m) the value and every slope are ordinary numbers: (m,)."""
    finite = np.isfinite(values(formula, names, places, dtype))
    for name in names:
        if finite.any():
            slope = values(derivative(formula, name), names, places, dtype)
            finite = finite & np.isfinite(slope)
    return finite


def start_inside(
    formula: Formula,
    names: Sequence[str],
    start: Sequence[float],
    domain: Box,
    dtype: str = "float64",
) -> tuple[float, ...]:
    """The start itself if one can descend from there, else a near place of few digits.

    start, domain: one number, one interval per variable; one or two variables. The nearest place
    in the domain is taken, off its edges where there is room; where there is none, the box around
    it grows up to a million times.
    Raises FormulaError where no place was found.
    """
    here = np.array(start, dtype=float)
    if usable(formula, names, here[:, None], dtype)[0]:
        return tuple(map(float, here))
    sides = np.array([high - low for low, high in domain], dtype=float)
    centre = np.array([(low + high) / 2 for low, high in domain], dtype=float)
    for wider in (1.0, *_WIDER):
        box = np.stack([centre - wider * sides / 2, centre + wider * sides / 2], axis=1)
        edge = None
        for cells in _CELLS[len(names)]:
            axes = [
                _readable(low, high, cells, at) for (low, high), at in zip(box, here, strict=True)
            ]
            places = np.stack([axis.ravel() for axis in np.meshgrid(*axes)])
            places = places[:, usable(formula, names, places, dtype)]
            if not places.size:
                continue
            edge = _nearest(places, here, sides) if edge is None else edge
            for i, side in enumerate(wider * sides / cells / 4):
                for moved in (-side, side):
                    beside = places + moved * (np.arange(len(sides)) == i)[:, None]
                    places = places[:, usable(formula, names, beside, dtype)]
            if places.size:
                return _nearest(places, here, sides)
        if edge is not None:
            return edge
    raise FormulaError("formula.nowhere" if dtype == "float64" else "formula.nowhere_single", None)


def _nearest(places: np.ndarray, here: np.ndarray, sides: np.ndarray) -> tuple[float, ...]:
    """The place (n,) out of (n, m) that is nearest, measured in sides of the box; of two that are
    as near the one further up, so that 1/x begins at a positive x.
    """
    away = (((places - here[:, None]) / sides[:, None]) ** 2).sum(0)
    nearest = places[:, away <= away.min() * (1 + 1e-9)]
    return tuple(map(float, nearest[:, np.lexsort(nearest[::-1])[-1]]))


def _readable(low: float, high: float, cells: int, here: float) -> np.ndarray:
    """Numbers of few digits from low to high, about `cells` of them, and `here`."""
    rough = (high - low) / cells
    unit = 10.0 ** np.floor(np.log10(rough))
    step = unit * max(factor for factor in (1, 2, 5) if factor * unit <= rough * (1 + 1e-9))
    digits = int(max(0, -np.floor(np.log10(unit))))
    steps = np.arange(np.ceil(low / step), np.floor(high / step) + 1)
    return np.unique(np.append(np.round(steps * step, digits), here))


def sight(formula: Formula, names: Sequence[str], domain: Box, start: Sequence[float]) -> Box:
    """The box to be drawn: the domain, widened to hold the start; where the formula has a value in
    a tenth of it at most, a smaller box around the start that holds more.
    """
    ends = [(low, high, at) for (low, high), at in zip(domain, start, strict=True)]
    box = tuple((float(min(low, at)), float(max(high, at))) for low, high, at in ends)
    best = most = share(formula, names, box)
    if best > _TOO_LITTLE:
        return box
    best_box = box
    sides = [high - low for low, high in box]
    for halvings in range(_HALVINGS):
        near = tuple(
            (at - side / 2 ** (halvings + 1), at + side / 2 ** (halvings + 1))
            for at, side in zip(start, sides, strict=True)
        )
        most = share(formula, names, near)
        if most > best:
            best_box, best = near, most
        if best >= _ENOUGH:
            break
    return best_box


def share(formula: Formula, names: Sequence[str], box: Box) -> float:
    """In how much of the box the formula has an ordinary value, from 0 to 1."""
    points = 400 if len(names) == 1 else 60
    axes = np.meshgrid(*(np.linspace(low, high, points) for low, high in box))
    places = np.stack([axis.ravel() for axis in axes])
    return float(np.isfinite(values(formula, names, places, "float64")).mean())
