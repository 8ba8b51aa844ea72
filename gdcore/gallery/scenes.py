"""What a demonstration shows, computed: a slope at a point, descents over one loss, or a fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gdcore.data.datasets import Data
from gdcore.descent.trajectory import Trajectory
from gdcore.formula import Formula
from gdcore.models.fit import Fit

Box = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Slope:
    """A formula and the point at which it is differentiated."""

    formula: Formula
    at: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Descents:
    """Runs over one loss, by their labels in the order of the screen.

    box: the interval of each variable that is looked at. minima: the global minimum points, as far
    as they are known.
    """

    formula: Formula
    runs: Mapping[str, Trajectory]
    box: Box
    minima: tuple[tuple[float, ...], ...]

    @property
    def run(self) -> Trajectory:
        """The first of the runs."""
        return next(iter(self.runs.values()))

    @property
    def goal(self) -> np.ndarray:
        """(n,): the first of the known minima. IndexError where none is known."""
        return np.asarray(self.minima[0])


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A fit and its data. picture: the name of the page's chosen picture, empty for its own."""

    fit: Fit
    data: Data
    picture: str = ""


Scene = Slope | Descents | Fitted
