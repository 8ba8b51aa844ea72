"""Two features: the moving plane among the points, seen from above at an angle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.look import Look, Picture, chart, scale, span, stencil
from gdcore.charts.points import moving, points_and_weights, predictions, thin_points


def plane_chart(
    X: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    steps: np.ndarray,
    look: Look,
    names: Sequence[str],
    turn: float = 35.0,
    height: int = 380,
    title: str | None = None,
) -> Picture:
    """Two features: the moving plane among the points, seen from above at an angle.

    X (n, 2), weights (rows, 3). turn: by how many degrees the view is turned around the vertical.
    The projection is isometric and done here for what rests, in the browser for what moves.
    """
    middle, half = (X.max(0) + X.min(0)) / 2, np.ptp(X, axis=0) / 2
    half = np.where(half > 0, half, 1.0)
    low, high = span(y)
    unit = (X[thin_points(len(y))] - middle) / half
    data = points_and_weights(X, y, weights, steps)
    data["points"] = data["points"].assign(u=unit[:, 0], v=unit[:, 1])
    grid = np.linspace(-1, 1, 7)
    lines = pd.DataFrame(
        [
            {
                "line": f"{way}{i}",
                "order": j,
                "u": a if way == "u" else b,
                "v": b if way == "u" else a,
            }
            for way in "uv"
            for i, a in enumerate(grid)
            for j, b in enumerate(grid)
        ]
    )
    lines["x0"], lines["x1"] = (middle[i] + half[i] * lines[c] for i, c in enumerate("uv"))
    corners = pd.DataFrame(
        [
            {"line": "floor", "order": i, "u": u, "v": v, "z": low}
            for i, (u, v) in enumerate([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)])
        ]
    )
    labels = pd.DataFrame(
        [
            {"u": 0.0, "v": -1.25, "z": low, "text": names[0]},
            {"u": 1.25, "v": 0.0, "z": low, "text": names[1]},
        ]
    )
    spec = _plane((low, high), float(turn), look, height, title)
    return Picture(spec, data | {"grid": lines, "floor": corners, "labels": labels})


@stencil
def _plane(
    reach: tuple[float, float], turn: float, look: Look, height: int, title: str | None
) -> Any:
    angle = np.deg2rad(turn)
    c, s = float(np.cos(angle)), float(np.sin(angle))
    low, high = reach

    def seen(base: Any, z: str) -> Any:
        """With the place on the paper: across `px`, upwards `py`."""
        tall = f"(({z}) - {low}) / {high - low}"
        return base.transform_calculate(
            px=f"{c} * datum.u - {s} * datum.v",
            py=f"0.5 * ({s} * datum.u + {c} * datum.v) + 1.5 * ({tall})",
        )

    x = alt.X("px:Q", axis=None, scale=scale([-1.75, 1.75]))
    y = alt.Y("py:Q", axis=None, scale=scale([-0.95, 2.35]))
    below = "datum.actual < datum.predicted"
    ink, grey = look.colour("path"), look.colour("data")
    drop = seen(predictions(2), "datum.actual").transform_calculate(
        foot=f"0.5 * ({s} * datum.u + {c} * datum.v)"
        f" + 1.5 * (datum.predicted - {low}) / {high - low}"
    )
    return moving(
        look,
        height,
        title,
        seen(chart("floor"), "datum.z")
        .mark_line(color=look.colour("data"), strokeWidth=1)
        .encode(x=x, y=y, order="order:Q"),
        seen(chart("labels"), "datum.z")
        .mark_text(color=look.colour("text"), fontSize=look.size)
        .encode(x=x, y=y, text="text:N"),
        drop.mark_rule(color=grey, opacity=0.6, strokeWidth=1.2, clip=True).encode(
            x=x, y=y, y2="foot:Q"
        ),
        seen(predictions(2), "datum.actual")
        .transform_filter(below)
        .mark_circle(color=look.colour("data"), size=45, opacity=0.6, clip=True)
        .encode(x=x, y=y),
        seen(predictions(2, "grid"), "datum.predicted")
        .mark_line(color=ink, strokeWidth=1.8, opacity=0.9, clip=True)
        .encode(x=x, y=y, detail="line:N", order="order:Q"),
        seen(predictions(2), "datum.actual")
        .transform_filter(f"!({below})")
        .mark_circle(color=grey, size=55, opacity=0.95, clip=True)
        .encode(x=x, y=y, tooltip=[alt.Tooltip("actual:Q", title=look.t("actual"))]),
    )
