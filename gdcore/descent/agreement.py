"""How far two frameworks' runs of the same call lie apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """gap: the largest difference between two runs' weights, in units of the weights.

    until: the last row that both have, where one of them ended earlier, else None.
    """

    gap: float
    until: int | None


def agreement(mine: np.ndarray, theirs: np.ndarray) -> Agreement:
    """Compares weights (rows, n), or any two arrays whose first axis may differ in length.

    Numbers that are the same infinite or undefined one do not differ.
    """
    rows = min(len(mine), len(theirs))
    a, b = mine[:rows].astype(np.float64), theirs[:rows].astype(np.float64)
    with np.errstate(all="ignore"):
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        gap = np.where(same, 0.0, np.abs(a - b)).max(initial=0.0)
    return Agreement(gap=float(gap), until=rows - 1 if len(mine) != len(theirs) else None)
