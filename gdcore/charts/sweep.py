"""A map of many runs: learning rate against start, coloured by how the run went."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.look import Look, Picture, chart, stencil
from gdcore.descent.sweep import Sweep
from gdcore.descent.verdicts import VERDICTS
from gdcore.words.texts import say


def sweep_chart(
    sweep: Sweep, here: tuple[float, float], look: Look, name: str, height: int = 330
) -> Picture:
    """One cell per run; the faster it arrived, the stronger its colour. `here`: rate and start.

    Clicking a cell selects it under the name `cell`, with the fields `rate` and `start`.
    """
    rates, starts = _edges(np.log10(sweep.rates)), _edges(sweep.starts)
    rate, start = np.meshgrid(sweep.rates, sweep.starts)
    words = np.array([say(f"verdicts.{word}", look.language) for word in VERDICTS])
    arrived = np.isfinite(sweep.arrival)
    steps = np.where(arrived, sweep.arrival, 0.0)
    speed = 1 - 0.6 * np.log1p(steps) / np.log1p(max(steps.max(initial=0.0), 1.0))
    cells = pd.DataFrame(
        {
            "rate": rate.ravel(),
            "start": start.ravel(),
            "left": np.tile(10 ** rates[:-1], len(sweep.starts)),
            "right": np.tile(10 ** rates[1:], len(sweep.starts)),
            "low": np.repeat(starts[:-1], len(sweep.rates)),
            "high": np.repeat(starts[1:], len(sweep.rates)),
            "verdict": words[sweep.verdict.ravel()],
            "strength": np.where(arrived, speed, 1.0).ravel(),
            "arrival": np.where(arrived, steps.astype(int).astype(str), "—").ravel(),
        }
    )
    spec = _sweep(
        (float(10 ** rates[0]), float(10 ** rates[-1])),
        (float(starts[0]), float(starts[-1])),
        look,
        name,
        height,
    )
    return Picture(spec, {"cells": cells, "here": pd.DataFrame([here], columns=["rate", "start"])})


def _edges(middles: np.ndarray) -> np.ndarray:
    half = (middles[1] - middles[0]) / 2
    return np.r_[middles - half, middles[-1] + half]


@stencil
def _sweep(
    rates: tuple[float, float], starts: tuple[float, float], look: Look, name: str, height: int
) -> Any:
    x = alt.Scale(type="log", domain=list(rates), nice=False)
    y = alt.Scale(domain=list(starts), nice=False, zero=False)
    words = [say(f"verdicts.{word}", look.language) for word in VERDICTS]
    legend = alt.Legend(
        title=None,
        orient="top",
        labelFontSize=look.size,
        symbolSize=160,
        labelColor=look.colour("text"),
        labelLimit=400,
    )
    hue = alt.Color(
        "verdict:N",
        legend=legend,
        scale=alt.Scale(domain=words, range=[look.colour(role) for role in VERDICTS]),
    )
    tip = [
        alt.Tooltip("verdict:N", title=look.t("verdict")),
        alt.Tooltip("arrival:N", title=look.t("arrival")),
        alt.Tooltip("rate:Q", title=look.t("learning_rate"), format=".3~g"),
        alt.Tooltip("start:Q", title=look.t("start"), format=".3~g"),
    ]
    cell = alt.selection_point(name="cell", fields=["rate", "start"], clear=False)
    return look.finish(
        alt.layer(
            chart("cells")
            .mark_rect(cursor="pointer", strokeWidth=0)
            .encode(
                x=alt.X(
                    "left:Q",
                    scale=x,
                    axis=look.axis(look.t("learning_rate"), format="~g", grid=False),
                ),
                x2="right:Q",
                y=alt.Y("low:Q", scale=y, axis=look.axis(name, grid=False)),
                y2="high:Q",
                color=hue,
                tooltip=tip,
                opacity=alt.Opacity("strength:Q", scale=None),
            )
            .add_params(cell),
            chart("here")
            .mark_point(size=260, strokeWidth=3, color=look.colour("text"), clip=True)
            .encode(x=alt.X("rate:Q", scale=x), y=alt.Y("start:Q", scale=y)),
        ),
        height,
        still=True,
    )
