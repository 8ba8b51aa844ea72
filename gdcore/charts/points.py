"""Data points with what the weights of the shown step predict for them.

Predictions are worked out in the browser from the weights of the shown step, like everything that
plays; the points are sent once.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.look import Look, chart
from gdcore.charts.player import shown

MOST_POINTS = 600


def thin_points(count: int) -> np.ndarray:
    """Row numbers of the data points that are drawn: all, or an even selection."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(int))


def points_and_weights(
    X: np.ndarray, y: np.ndarray, weights: np.ndarray, steps: np.ndarray
) -> dict[str, pd.DataFrame]:
    """The data of a chart over `predictions`: X (n, k), y (n,), weights (rows, k+1)."""
    rows, count = thin_points(len(y)), X.shape[1]
    points = pd.DataFrame(X[rows], columns=[f"x{i}" for i in range(count)]).assign(actual=y[rows])
    fields = [f"w{i}" for i in range(count)] + ["b"]
    return {"points": points, "weights": pd.DataFrame(weights, columns=fields).assign(step=steps)}


def predictions(count: int, name: str = "points") -> Any:
    """The rows of `name` with what the weights of the shown step predict for them.

    count: how many features, x0, x1, …; the prediction stands in `predicted`. A chart over them
    is finished by `moving`.
    """
    total = " + ".join(["shown.b"] + [f"shown.w{i} * datum.x{i}" for i in range(count)])
    return chart(name).transform_calculate(predicted=total)


def moving(look: Look, height: int, title: str | None, *layers: Any) -> Any:
    """A finished chart of layers over `predictions`, which carries the weights along."""
    # Only data that something draws are sent to the browser.
    carried = chart("weights").transform_filter("false").mark_point()
    return look.finish(alt.layer(*layers, carried).add_params(shown("weights")), height, title)
