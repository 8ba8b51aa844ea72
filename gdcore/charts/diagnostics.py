"""Is the model any good? Predicted against actual, and the residuals of the shown step.

Residuals are seen against the fitted values, as a histogram, and as a Q-Q plot.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.look import Look, Picture, chart, scale, span, stencil
from gdcore.charts.points import moving, points_and_weights, predictions

BINS = 20


def _residuals(count: int) -> Any:
    """The points with `predicted` and `residual` at the shown step."""
    return predictions(count).transform_calculate(residual="datum.actual - datum.predicted")


def _reach(X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> float:
    """How far residuals reach: those of the last step, and of the first, but no more than that."""
    last = np.abs(y - X @ weights[-1, :-1] - weights[-1, -1])
    first = np.abs(y - X @ weights[0, :-1] - weights[0, -1])
    return float(np.nanmin([np.nanmax(first) or 1.0, max(4 * np.nanstd(last), np.nanmax(last))]))


def predicted_chart(
    X: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    steps: np.ndarray,
    look: Look,
    height: int = 300,
    title: str | None = None,
) -> Picture:
    """Predicted against actual at the shown step, with the diagonal of a perfect model.

    X (n, k), y (n,), weights (rows, k+1).
    """
    domain = span(y)
    ideal = pd.DataFrame({"actual": domain, "predicted": domain})
    spec = _predicted(X.shape[1], tuple(domain), look, height, title)
    return Picture(spec, points_and_weights(X, y, weights, steps) | {"ideal": ideal})


@stencil
def _predicted(
    count: int, domain: tuple[float, ...], look: Look, height: int, title: str | None
) -> Any:
    x = look.x("actual", look.t("actual"), domain)
    y_axis = look.y("predicted", look.t("predicted"), domain)
    return moving(
        look,
        height,
        title,
        chart("ideal")
        .mark_line(color=look.colour("reference"), strokeDash=[7, 5], strokeWidth=2)
        .encode(x=x, y=y_axis),
        predictions(count)
        .mark_circle(color=look.colour("path"), size=55, opacity=0.75, clip=True)
        .encode(
            x=x,
            y=y_axis,
            tooltip=[
                alt.Tooltip("actual:Q", title=look.t("actual"), format=".4~g"),
                alt.Tooltip("predicted:Q", title=look.t("predicted"), format=".4~g"),
            ],
        ),
    )


def residual_chart(
    X: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    steps: np.ndarray,
    look: Look,
    height: int = 300,
    title: str | None = None,
) -> Picture:
    """Residuals against fitted values: no pattern should be left. X (n, k), weights (rows, k+1)."""
    data = points_and_weights(X, y, weights, steps)
    reach = _reach(X, y, weights)
    spec = _residual(X.shape[1], tuple(span(y)), tuple(span([-reach, reach])), look, height, title)
    return Picture(spec, data)


@stencil
def _residual(
    count: int,
    fitted: tuple[float, ...],
    reach: tuple[float, ...],
    look: Look,
    height: int,
    title: str | None,
) -> Any:
    x = look.x("predicted", look.t("fitted"), fitted)
    y = look.y("residual", look.t("residual"), reach)
    points = _residuals(count)
    tip = [
        alt.Tooltip("predicted:Q", title=look.t("fitted"), format=".4~g"),
        alt.Tooltip("residual:Q", title=look.t("residual"), format=".4~g"),
    ]
    return moving(
        look,
        height,
        title,
        chart("weights")
        .transform_aggregate(rows="count()")
        .mark_rule(color=look.colour("reference"), strokeDash=[7, 5], strokeWidth=2)
        .encode(y=alt.YDatum(0, scale=scale(reach))),
        points.mark_circle(color=look.colour("path"), size=50, opacity=0.75, clip=True).encode(
            x=x, y=y, tooltip=tip
        ),
    )


def histogram_chart(
    X: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    steps: np.ndarray,
    look: Look,
    height: int = 300,
    title: str | None = None,
) -> Picture:
    """How many residuals are how large; bins rest while the run plays."""
    data = points_and_weights(X, y, weights, steps)
    reach = _reach(X, y, weights)
    low, high = span([-reach, reach])
    return Picture(_histogram(X.shape[1], (low, high), look, height, title), data)


@stencil
def _histogram(
    count: int, reach: tuple[float, float], look: Look, height: int, title: str | None
) -> Any:
    width = (reach[1] - reach[0]) / BINS
    x = look.x("left", look.t("residual"), reach, grid=False)
    bars = (
        _residuals(count)
        .transform_calculate(
            left=f"{reach[0]} + {width} * floor((datum.residual - {reach[0]}) / {width})"
        )
        .transform_aggregate(count="count()", groupby=["left"])
        .transform_calculate(right=f"datum.left + {width}", floor="0")
    )
    return moving(
        look,
        height,
        title,
        bars.mark_rect(color=look.colour("data"), clip=True, stroke=look.colour("paper")).encode(
            x=x,
            x2="right:Q",
            y=alt.Y("count:Q", axis=look.axis(look.t("samples"))),
            y2="floor:Q",
            tooltip=[
                alt.Tooltip("left:Q", title="≥", format=".4~g"),
                alt.Tooltip("count:Q", title=look.t("samples")),
            ],
        ),
    )


def quantile_chart(
    X: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    steps: np.ndarray,
    look: Look,
    height: int = 300,
    title: str | None = None,
) -> Picture:
    """Q-Q: residuals in order against what a normal distribution would show; a line if normal."""
    data = points_and_weights(X, y, weights, steps)
    reach = _reach(X, y, weights)
    spec = _quantile(X.shape[1], tuple(span([-reach, reach])), look, height, title)
    return Picture(spec, data)


@stencil
def _quantile(
    count: int, reach: tuple[float, ...], look: Look, height: int, title: str | None
) -> Any:
    ranked = (
        _residuals(count)
        .transform_window(rank="row_number()", sort=[alt.SortField("residual")])
        .transform_joinaggregate(total="count()", mean="mean(residual)", spread="stdev(residual)")
        .transform_calculate(normal="quantileNormal((datum.rank - 0.5) / datum.total)")
        .transform_calculate(straight="datum.mean + datum.spread * datum.normal")
    )
    x = look.x("normal", look.t("normal_quantile"), [-3.3, 3.3])
    domain = scale(reach)
    return moving(
        look,
        height,
        title,
        ranked.mark_line(
            color=look.colour("reference"), strokeDash=[7, 5], strokeWidth=2, clip=True
        ).encode(x=x, y=alt.Y("straight:Q", scale=domain)),
        ranked.mark_circle(color=look.colour("path"), size=45, opacity=0.8, clip=True).encode(
            x=x, y=alt.Y("residual:Q", axis=look.axis(look.t("residual")), scale=domain)
        ),
    )
