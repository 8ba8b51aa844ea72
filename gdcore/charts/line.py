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
from gdcore.charts.outside import bounded, mark, rim, side, table
from gdcore.charts.player import now, shown
from gdcore.charts.points import thin_points
from gdcore.words.figures import plain


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
    with np.errstate(all="ignore"):
        low, high = (weights[:, 0] * at + weights[:, 1] for at in x_domain)
    above, under = (side(height, y_domain) for height in (low, high))
    # A line is out of sight where both its ends are above the picture, or both below it.
    gone = np.where(above == under, above, 0)
    told = _left(steps, weights, gone, (x_domain, y_domain), look)
    ends = pd.DataFrame({"step": steps, "w": weights[:, 0], "b": weights[:, 1]}).assign(
        **_ends(x_domain, low, high, y_domain)
    )
    data = {"points": points, "lines": bounded(ends), "outside": told}
    if reference is not None:
        slope, bias = reference
        heights = {"low": [slope * left + bias], "high": [slope * right + bias]}
        data["ideal"] = pd.DataFrame({"left": [left], "right": [right], **heights})
    spec = _line(
        tuple(x_domain),
        tuple(y_domain),
        look,
        feature,
        target,
        height,
        residuals,
        reference is not None,
    )
    return Picture(spec, data)


def _left(
    steps: np.ndarray,
    weights: np.ndarray,
    gone: np.ndarray,
    domains: tuple[Sequence[float], Sequence[float]],
    look: Look,
) -> pd.DataFrame:
    """The marks for lines out of sight. gone (rows,): 1 above the picture, −1 below, 0 in it."""
    middle = float(np.mean(domains[0]))
    return table(
        [
            mark(
                steps[i],
                (middle, domains[1][1 if gone[i] > 0 else 0]),
                (0, int(gone[i])),
                domains,
                [f"w = {plain(weights[i, 0])}", f"b = {plain(weights[i, 1])}"],
                look,
            )
            for i in np.flatnonzero(gone)
        ]
    )


def _ends(
    x_domain: Sequence[float], low: np.ndarray, high: np.ndarray, y_domain: Sequence[float]
) -> dict[str, np.ndarray]:
    """Where each line is drawn from and to: cut a picture's height above and below the picture.

    low, high (rows,): its heights at the left and the right. So a steep line keeps its slope, and
    no end is so far away that no browser could draw it.
    """
    room = y_domain[1] - y_domain[0]
    bottom, top = y_domain[0] - room, y_domain[1] + room
    with np.errstate(all="ignore"):
        # Halved, so that the difference of two huge heights is still a number.
        rise = high / 2 - low / 2
        cuts = [np.clip((edge / 2 - low / 2) / rise, 0, 1) for edge in (bottom, top)]
    begin, end = (
        np.where(np.isfinite(cut), cut, whole)
        for cut, whole in zip((np.minimum(*cuts), np.maximum(*cuts)), (0.0, 1.0), strict=True)
    )
    width = x_domain[1] - x_domain[0]
    return {
        "left": x_domain[0] + begin * width,
        "right": x_domain[0] + end * width,
        "low": np.clip(np.nan_to_num(low, nan=top), bottom, top),
        "high": np.clip(np.nan_to_num(high, nan=top), bottom, top),
    }


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
        far = 9 * (y_domain[1] - y_domain[0])  # no browser could draw to where a run has diverged
        missed = chart("points").transform_calculate(
            fitted=f"clamp(shown.w * datum.x + shown.b, {y_domain[0] - far}, {y_domain[1] + far})"
        )
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
    layers += rim(look, x_domain, y_domain, ink)
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
