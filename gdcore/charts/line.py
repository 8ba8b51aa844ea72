"""The data, the line on its way through them, and how far it misses each point.

What changes with the step is worked out in the browser from one row of weights per step, looked
up by the shown step; data points are sent once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.look import Look, Picture, chart, scale, span, stencil
from gdcore.charts.player import now, shown
from gdcore.charts.points import thin_points


def line_chart(
    X: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    steps: np.ndarray,
    look: Look,
    reference: tuple[float, float] | None = None,
    feature: str = "x",
    target: str = "y",
    height: int = 380,
    residuals: str = "lines",
) -> Picture:
    """The data, the line of the shown step, the lines before it, and where it should end.

    X, y: (n,). weights: (rows, 2) slope and intercept of the kept steps. reference: slope and
    intercept of scikit-learn's line. residuals: `lines`, the `squares` that the mean squared error
    is the mean of, or `none`.
    """
    rows = thin_points(len(X))
    points = pd.DataFrame({"x": X[rows], "y": y[rows]})
    x_domain, y_domain = span(X), span(y)
    left, right = x_domain
    ends = pd.DataFrame(
        {
            "step": steps,
            "w": weights[:, 0],
            "b": weights[:, 1],
            "left": left,
            "right": right,
            "low": weights[:, 0] * left + weights[:, 1],
            "high": weights[:, 0] * right + weights[:, 1],
        }
    )
    data = {"points": points, "lines": ends}
    if reference is not None:
        slope, bias = reference
        heights = {"low": [slope * left + bias], "high": [slope * right + bias]}
        data["ideal"] = pd.DataFrame({"left": [left], "right": [right], **heights})
    made = _line(
        tuple(x_domain),
        tuple(y_domain),
        look,
        feature,
        target,
        height,
        residuals,
        reference is not None,
    )
    return Picture(made, data)


@stencil
def _line(
    x_domain: tuple[float, ...],
    y_domain: tuple[float, ...],
    look: Look,
    feature: str,
    target: str,
    height: int,
    residuals: str,
    reference: bool,
) -> Any:
    x = look.x("x", feature, x_domain)
    y_axis = look.y("y", target, y_domain)
    places: dict[str, Any] = {
        "x": alt.X("left:Q", scale=scale(x_domain)),
        "x2": "right:Q",
        "y": alt.Y("low:Q", scale=scale(y_domain)),
        "y2": "high:Q",
        "tooltip": [alt.Tooltip("step:Q", title=look.t("step")), "w:Q", "b:Q"],
    }
    ink = look.colour("path")
    layers = []
    if residuals != "none":
        missed = chart("points").transform_calculate(fitted="shown.w * datum.x + shown.b")
        if residuals == "squares":
            layers.append(_squares(missed, x_domain, y_domain, look))
        layers.append(
            missed.mark_rule(
                color=look.colour("data"), opacity=0.45, strokeWidth=1.2, clip=True
            ).encode(x=x, y=y_axis, y2="fitted:Q")
        )
    layers += [
        chart("points")
        .mark_circle(color=look.colour("data"), size=50, opacity=0.85)
        .encode(
            x=x,
            y=y_axis,
            tooltip=[alt.Tooltip("x:Q", title=feature), alt.Tooltip("y:Q", title=target)],
        ),
        now(chart("lines"), "left", "right", "low", "high", "w", "b", back=10)
        .mark_rule(color=ink, opacity=0.18, strokeWidth=1.5, clip=True)
        .encode(**places),
    ]
    if reference:
        layers.append(
            chart("ideal")
            .mark_rule(
                color=look.colour("reference"), strokeDash=[7, 5], strokeWidth=2.5, clip=True
            )
            .encode(
                x=alt.X("left:Q", scale=scale(x_domain)),
                x2="right:Q",
                y=alt.Y("low:Q", scale=scale(y_domain)),
                y2="high:Q",
                tooltip=alt.value(look.t("reference_line")),
            )
        )
    current = now(chart("lines"), "left", "right", "low", "high", "w", "b")
    layers.append(current.mark_rule(color=ink, strokeWidth=4, clip=True).encode(**places))
    return look.finish(alt.layer(*layers).add_params(shown("lines")), height)


def _squares(missed: Any, x_domain: Sequence[float], y_domain: Sequence[float], look: Look) -> Any:
    """Each residual as the side of a square on the screen, towards the middle of the picture."""
    per_unit = (x_domain[1] - x_domain[0]) / (y_domain[1] - y_domain[0])
    middle = (x_domain[0] + x_domain[1]) / 2
    return (
        missed
        # What is as many pixels wide as it is high has another length on the other axis.
        .transform_calculate(side=f"abs(datum.y - datum.fitted) * {per_unit} * height / width")
        .transform_calculate(beside=f"datum.x + (datum.x < {middle} ? 1 : -1) * datum.side")
        .mark_rect(
            color=look.colour("data"),
            opacity=1,
            fillOpacity=0.05,
            clip=True,
            stroke=look.colour("data"),
            strokeWidth=1,
            strokeOpacity=0.4,
        )
        .encode(
            x=alt.X("x:Q", scale=scale(x_domain)),
            x2="beside:Q",
            y=alt.Y("y:Q", scale=scale(y_domain)),
            y2="fitted:Q",
        )
    )
