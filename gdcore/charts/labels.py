"""The names of courses at their right ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gdcore.charts.look import Look


def labels(
    frame: pd.DataFrame, look: Look, last: int, domain: Sequence[float], height: int, log: bool
) -> pd.DataFrame:
    """Each course's name at its right end, pushed apart so that no two cover each other."""
    ends = frame.sort_values("step").groupby("name", sort=False).tail(1)
    ends = ends[np.isfinite(ends["value"])]
    # No more names than there is room for: the largest values have them, all have a tooltip.
    fit = max(int((height - 70) // (look.size + 2)), 3)
    ends = ends.iloc[np.argsort(-ends["value"].abs().to_numpy(), kind="stable")[:fit]]
    ends = ends.sort_values("value")
    low, high = np.log10(domain) if log else domain
    values = np.log10(ends["value"]) if log else ends["value"]
    # Axis, title and their spacing take about a hundred pixels of the height.
    room = (high - low) * (look.size + 2) / max(height - 100, 40)
    place, floor = [], -np.inf
    for value in np.clip(values, low, high):
        floor = max(float(value), floor + room)
        place.append(floor)
    # Back down from the top, and only as far as the next name below makes room.
    ceiling = high
    for i in reversed(range(len(place))):
        place[i] = min(place[i], ceiling)
        ceiling = place[i] - room
    at = np.array(place)
    return pd.DataFrame({"step": last, "value": 10.0**at if log else at, "name": ends["name"]})
