"""Several optimizers racing over a loss of two weights, seen from above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.colours import BASINS, SHAPES
from gdcore.charts.isolines import isolines
from gdcore.charts.look import Look, Picture, chart, scale, stencil
from gdcore.charts.outside import bounded, marks, rim, together
from gdcore.charts.player import UPTO, now, thin
from gdcore.descent.sweep import LEFT, ON_THE_WAY, Basins
from gdcore.descent.trajectory import Trajectory
from gdcore.words.figures import plain


def race_frame(runs: Sequence[tuple[str, Trajectory]]) -> pd.DataFrame:
    """The rows of all runs: step, u, v, loss, name; a run that ended early stays where it ended."""
    courses = [course for _, run in runs for course in (run.losses, run.weights)]
    steps = thin(max(run.steps for _, run in runs), 600, *courses)
    parts = []
    for label, run in runs:
        rows = np.minimum(steps, run.steps)
        parts.append(
            pd.DataFrame(
                {
                    "step": steps,
                    "u": run.weights[rows, 0].astype(float),
                    "v": run.weights[rows, 1].astype(float),
                    "loss": run.losses[rows].astype(float),
                    "name": label,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _levels(rings: pd.DataFrame) -> pd.DataFrame:
    """One place per level for its label: on its longest line, each a little further along it."""
    found = []
    for i, (_, lines) in enumerate(rings.groupby("level")):
        longest = lines[lines["line"] == lines["line"].value_counts().idxmax()]
        place = longest.iloc[int(len(longest) * (0.2 + 0.38 * i) % len(longest))]
        found.append({"u": place["u"], "v": place["v"], "text": plain(longest["level"].iloc[0], 2)})
    return pd.DataFrame(found, columns=["u", "v", "text"])


def race_chart(
    paths: pd.DataFrame,
    surface: tuple[np.ndarray, np.ndarray, np.ndarray],
    minima: Sequence[tuple[float, ...]],
    runs: Sequence[str],
    look: Look,
    variables: Sequence[str],
    height: int = 420,
    basins: Basins | None = None,
) -> Picture:
    """Isolines with their levels, the minima as crosses, and every run's path to the shown step.

    paths: rows of `race_frame`. surface: first (m,), second (n,), losses (n, m). basins: coloured
    under all that, by the end to which they lead.
    """
    first, second, losses = surface
    rings = isolines(first, second, losses, 14, 3)
    goals = pd.DataFrame(list(minima), columns=["u", "v"])
    extent = ((float(first[0]), float(first[-1])), (float(second[0]), float(second[-1])))
    parts = (
        marks(rows["step"].to_numpy(), (rows["u"], rows["v"]), extent, variables, look, str(label))
        for label, rows in paths.groupby("name", sort=False)
    )
    data = {"rings": rings, "levels": _levels(rings), "goals": goals}
    data |= {"paths": bounded(paths), "outside": together(parts)}
    if basins is not None:
        data["basins"] = _named(basins, look)
    made = _race(extent, tuple(runs), look, tuple(variables), height, basins is not None)
    return Picture(made, data)


def _named(basins: Basins, look: Look) -> pd.DataFrame:
    """The rectangles of the basins with a colour and, for the tooltip, the name of each end."""
    rows = basins.rectangles()
    names = {ON_THE_WAY: look.t("on_the_way"), LEFT: look.t("left")}
    names |= {i: f"({plain(u, 3)}, {plain(v, 3)})" for i, (u, v) in enumerate(basins.ends)}
    hues = [look.colour(BASINS[i % len(BASINS)].name) for i in range(len(basins.ends))]
    ink = {ON_THE_WAY: look.colour("paper"), LEFT: look.colour("data")} | dict(enumerate(hues))
    return rows.assign(end=rows["label"].map(names), ink=rows["label"].map(ink))


@stencil
def _race(
    extent: tuple[tuple[float, float], ...],
    runs: tuple[str, ...],
    look: Look,
    variables: tuple[str, ...],
    height: int,
    basins: bool,
) -> Any:
    x = look.x("u", variables[0], extent[0], grid=False)
    y = look.y("v", variables[1], extent[1], grid=False)
    legend = alt.Legend(
        title=None,
        orient="top",
        labelFontSize=look.size,
        symbolSize=120,
        labelColor=look.colour("text"),
        labelLimit=400,
    )
    hue = alt.Color("name:N", legend=legend, scale=alt.Scale(domain=list(runs), range=look.series))
    shape = alt.Shape("name:N", legend=legend, scale=alt.Scale(domain=list(runs), range=SHAPES))
    tip = [
        alt.Tooltip("name:N", title=look.t("series")),
        alt.Tooltip("step:Q", title=look.t("step")),
        alt.Tooltip("u:Q", title=variables[0]),
        alt.Tooltip("v:Q", title=variables[1]),
        alt.Tooltip("loss:Q", title=look.t("loss")),
    ]
    base = chart("paths").encode(x=x, y=y, color=hue)
    ground = look.colour("data")
    under = []
    if basins:
        u = alt.X("u:Q", scale=scale(extent[0]))
        v = alt.Y("v:Q", scale=scale(extent[1]))
        under = [
            chart("basins")
            .mark_rect(opacity=1, clip=True, strokeWidth=0)
            .encode(
                x=u,
                x2="u2:Q",
                y=v,
                y2="v2:Q",
                fill=alt.Fill("ink:N", scale=None, legend=None),
                tooltip=[alt.Tooltip("end:N", title=look.t("leads_to"))],
            )
        ]
    return look.finish(
        alt.layer(
            *under,
            chart("rings")
            .mark_line(color=look.colour("loss"), strokeWidth=1.1, opacity=0.55, clip=True)
            .encode(x=x, y=y, detail="line:N", order="order:Q"),
            chart("levels")
            .mark_text(color=ground, fontSize=look.size - 2, clip=True)
            .encode(x=x, y=y, text="text:N"),
            chart("goals")
            .mark_point(shape="cross", size=180, filled=True, opacity=1, color=look.colour("text"))
            .encode(x=x, y=y, tooltip=[alt.Tooltip("u:Q", title=look.t("minimum"))]),
            base.transform_filter(UPTO)
            .mark_line(strokeWidth=2.4, clip=True)
            .encode(order="step:Q"),
            now(chart("paths"), "name", "u", "v", "loss")
            .mark_point(
                size=220,
                filled=True,
                opacity=1,
                clip=True,
                stroke=look.colour("paper"),
                strokeWidth=2,
            )
            .encode(x=x, y=y, color=hue, shape=shape, tooltip=tip),
            *rim(look, extent[0], extent[1], hue),
        ),
        height,
    )
