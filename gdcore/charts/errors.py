"""How small a step? The error of finite differences against h, and where it should be least."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from gdcore.charts.look import DASHES, Look, Picture, chart, stencil
from gdcore.court import best_h

_HUES = ("run1", "run2", "run3")
METHODS = ("forward", "central", "complex_step")


def errors_chart(errors: Mapping[str, Sequence[Any]], look: Look, height: int = 340) -> Picture:
    """Log-log: colour tells the method, the dash the precision, dotted rules the best h foretold.

    errors: the columns of `gdcore.court.errors_by_step`.
    """
    frame = pd.DataFrame(errors)
    frame["label"] = frame["method"].map(lambda method: look.t(method))
    frame = frame.dropna()
    marks = pd.DataFrame(
        [
            {"h": best_h(dtype, order), "label": look.t(method), "dtype": dtype, "text": f"{root}ε"}
            for dtype in ("float32", "float64")
            for method, order, root in (("forward", 1, "√"), ("central", 2, "∛"))
        ]
    )
    return Picture(_errors(look, height), {"errors": frame, "marks": marks})


@stencil
def _errors(look: Look, height: int) -> Any:
    words = [look.t(method) for method in METHODS]
    legend: dict[str, Any] = {
        "title": None,
        "orient": "bottom",
        "columns": alt.expr("width < 500 ? 1 : 3"),
        "labelFontSize": look.size,
        "labelLimit": 400,
        "labelColor": look.colour("text"),
        "symbolSize": 400,
    }
    hue = alt.Color(
        "label:N",
        legend=alt.Legend(**legend),
        scale=alt.Scale(domain=words, range=[look.colour(role) for role in _HUES]),
    )
    dash = alt.StrokeDash(
        "dtype:N",
        legend=alt.Legend(
            **legend,
            symbolStrokeColor=look.colour("data"),
        ),
        scale=alt.Scale(domain=["float64", "float32"], range=DASHES[:2]),
    )
    x = alt.X(
        "h:Q",
        scale=alt.Scale(type="log", domain=[1e-16, 0.2], nice=False),
        axis=look.powers(look.t("h"), grid=False),
    )
    y = alt.Y(
        "error:Q",
        scale=alt.Scale(type="log"),
        axis=look.powers(look.t("relative_error")),
    )
    tip = [
        alt.Tooltip("label:N", title=look.t("series")),
        alt.Tooltip("dtype:N", title=" "),
        alt.Tooltip("h:Q", title="h", format=".2~e"),
        alt.Tooltip("error:Q", title=look.t("relative_error"), format=".2~e"),
    ]
    return look.finish(
        alt.layer(
            chart("marks")
            .mark_rule(strokeWidth=1.5, opacity=0.8)
            .encode(x=x, color=hue, strokeDash=dash),
            chart("marks")
            .mark_text(dx=4, align="left", baseline="top", fontSize=look.size)
            .encode(x=x, y=alt.value(2), color=hue, text="text:N"),
            chart("errors").mark_line(strokeWidth=2.2).encode(x=x, y=y, color=hue, strokeDash=dash),
            chart("errors").mark_point(opacity=0, size=80).encode(x=x, y=y, tooltip=tip),
        ),
        height,
        still=True,
    )
