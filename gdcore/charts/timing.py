"""Bars for how long a run takes in each mode, and a mark for its first call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from gdcore.charts.look import Look, Picture, chart, stencil


def timing_chart(rows: Sequence[tuple[str, float, float]], look: Look) -> Picture:
    """One bar per way: its name, and the seconds of its first call and of its median run."""
    frame = pd.DataFrame(list(rows), columns=["name", "first", "median"])
    frame[["first", "median"]] *= 1e3
    frame["shown"] = frame["median"].map("{:.3g} ms".format)
    return Picture(_timing(tuple(frame["name"]), look), {"timing": frame})


@stencil
def _timing(names: tuple[str, ...], look: Look) -> Any:
    scale = alt.Scale(type="log", domain=[0.1, 30_000], nice=False)
    y = alt.Y("name:N", sort=list(names), axis=look.axis(None, labelLimit=400))
    x = alt.X(
        "median:Q", scale=scale, axis=look.axis(look.t("milliseconds"), format="~g", grid=True)
    )
    words = [look.t("median"), look.t("first_call")]
    inks = [look.colour("run3"), look.colour("run2")]
    hue: dict[str, Any] = {
        "scale": alt.Scale(domain=words, range=inks),
        "legend": alt.Legend(
            title=None,
            orient="top",
            labelFontSize=look.size,
            labelLimit=500,
            labelColor=look.colour("text"),
        ),
    }
    tip = [
        alt.Tooltip("name:N", title=look.t("series")),
        alt.Tooltip("median:Q", title=words[0], format=".3~g"),
        alt.Tooltip("first:Q", title=words[1], format=".3~g"),
    ]
    base = chart("timing").transform_calculate(
        low="0.1", median_word=f"'{words[0]}'", first_word=f"'{words[1]}'"
    )
    return look.finish(
        alt.layer(
            base.mark_bar(height={"band": 0.6}).encode(
                x=alt.X("low:Q", scale=scale),
                x2="median:Q",
                y=y,
                tooltip=tip,
                color=alt.Color("median_word:N", **hue),
            ),
            base.mark_text(
                align="left", dx=6, fontSize=look.size, color=look.colour("text")
            ).encode(x=x, y=y, text="shown:N"),
            base.mark_tick(thickness=4, height={"band": 0.6}).encode(
                x=alt.X("first:Q", scale=scale),
                y=y,
                tooltip=tip,
                color=alt.Color("first_word:N", **hue),
            ),
        ),
        42 * len(names) + 90,
        still=True,
    )
