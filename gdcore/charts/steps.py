"""A quantity against the step: loss, weights, gradients, learning rate; one run or several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.look import DASHES, Look, scale, span
from gdcore.charts.player import AT, UPTO


def _steps(last: int) -> alt.Scale:
    """The axis of steps, with room for half a point at either end."""
    return scale([-0.015 * max(last, 1), 1.015 * max(last, 1)])


def step_chart(
    frame: pd.DataFrame,
    field: str,
    look: Look,
    colour: str,
    title: str,
    height: int = 190,
    domain: Sequence[float] | None = None,
    last: int | None = None,
) -> Any:
    """`field` of a run's frame over its steps: the whole course faint, the part played in colour.

    domain: the y axis, from the values themselves by default. last: where the x axis ends.
    """
    ink = look.colour(colour)
    last = int(frame["step"].iloc[-1]) if last is None else last
    y = alt.Y(f"{field}:Q", axis=look.axis(None),
              scale=scale(domain or span(frame[field].to_numpy())))  # fmt: skip
    x = alt.X("step:Q", axis=look.axis(look.t("step"), tickMinStep=1, grid=False),
              scale=_steps(last))  # fmt: skip
    plain = alt.Chart(frame[["step", field]])
    base = plain.encode(x=x, y=y)
    tip = [alt.Tooltip("step:Q", title=look.t("step")), alt.Tooltip(f"{field}:Q", title=title)]
    return look.finish(
        alt.layer(
            base.mark_line(color=ink, opacity=0.28, strokeWidth=1.5, clip=True),
            base.transform_filter(UPTO).mark_line(color=ink, strokeWidth=2.5, clip=True),
            plain.transform_filter(AT).mark_rule(color=look.colour("data"), strokeDash=[3, 3])
            .encode(x=x),
            base.transform_filter(AT)
            .mark_point(color=ink, size=90, filled=True, opacity=1, clip=True)
            .encode(tooltip=tip),
        ),
        height,
        title,
    )  # fmt: skip


def series_chart(
    frame: pd.DataFrame,
    names: Sequence[str],
    look: Look,
    title: str,
    height: int = 190,
    domain: Sequence[float] | None = None,
    last: int | None = None,
    references: Sequence[tuple[str, str, float]] = (),
    logarithmic: bool = False,
) -> Any:
    """Several courses in one picture, labelled at their ends.

    frame: long, with columns step, name, value. references: (name, kind, value) horizontals, where
    kind is a text key such as `reference_line` (dashed) or `true_line` (dotted).
    """
    colours = [look.series[i % len(look.series)] for i in range(len(names))]
    dashes = [DASHES[(i // len(look.series)) % len(DASHES)] for i in range(len(names))]
    last = int(frame["step"].max()) if last is None else last
    hue = alt.Color("name:N", scale=alt.Scale(domain=list(names), range=colours), legend=None)
    dash = alt.StrokeDash("name:N", scale=alt.Scale(domain=list(names), range=dashes), legend=None)
    values = np.append(frame["value"], [value for _, _, value in references])
    kind = alt.Scale(type="log") if logarithmic else scale(domain or span(values))
    y = alt.Y("value:Q", axis=look.axis(None), scale=kind)
    x = alt.X("step:Q", axis=look.axis(look.t("step"), tickMinStep=1, grid=False),
              scale=_steps(last))  # fmt: skip
    base = alt.Chart(frame).encode(x=x, y=y, color=hue)
    tip = [alt.Tooltip("name:N", title=look.t("series")),
           alt.Tooltip("step:Q", title=look.t("step")),
           alt.Tooltip("value:Q", title=title)]  # fmt: skip
    layers = [
        base.mark_line(opacity=0.28, strokeWidth=1.5, clip=True).encode(strokeDash=dash),
        base.transform_filter(UPTO).mark_line(strokeWidth=2.5, clip=True).encode(strokeDash=dash),
        base.transform_filter(AT).mark_point(size=80, filled=True, opacity=1, clip=True)
        .encode(tooltip=tip),
        _labels(frame, names, hue, look, last, domain or span(values), height),
    ]  # fmt: skip
    if references:
        lines = pd.DataFrame(references, columns=["name", "kind", "value"])
        lines["kind"] = [look.t(kind) for kind in lines["kind"]]
        style = alt.Scale(domain=[look.t("reference_line"), look.t("true_line")],
                          range=[[7, 4], [1, 4]])  # fmt: skip
        legend = alt.Legend(title=None, orient="bottom", labelFontSize=look.size, symbolSize=400,
                            symbolStrokeColor=look.colour("data"),
                            labelColor=look.colour("text"))  # fmt: skip
        rule = alt.Chart(lines).mark_rule(strokeWidth=1.6, opacity=0.8)
        layers.insert(0, rule.encode(y="value:Q", color=hue, tooltip=["name", "kind", "value"],
                                     strokeDash=alt.StrokeDash("kind:N", scale=style,
                                                               legend=legend)))  # fmt: skip
    chart = alt.layer(*layers).resolve_scale(strokeDash="independent")
    return look.finish(chart, height, title)


def _labels(
    frame: pd.DataFrame, names: Sequence[str], hue: Any, look: Look, last: int,
    domain: Sequence[float], height: int,
) -> Any:  # fmt: skip
    """Each course's name at its right end, pushed apart so that no two cover each other."""
    ends = frame.sort_values("step").groupby("name", sort=False).tail(1)
    ends = ends[np.isfinite(ends["value"])].sort_values("value")
    low, high = domain
    # Axis, title and their spacing take about a hundred pixels of the height.
    gap = (high - low) * (look.size + 2) / max(height - 100, 40)
    place, floor = [], -np.inf
    for value in np.clip(ends["value"], low, high):
        floor = max(float(value), floor + gap)
        place.append(floor)
    overflow = max(0.0, (place[-1] - high) if place else 0.0)
    data = pd.DataFrame({"step": last, "value": np.array(place) - overflow, "name": ends["name"]})
    return (
        alt.Chart(data)
        .mark_text(align="left", dx=6, fontSize=look.size, fontWeight="bold")
        .encode(x="step:Q", y="value:Q", color=hue, text="name:N")
    )
