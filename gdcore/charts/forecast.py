"""What is known before the first step: where the learning rate lies, and what each would bring."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.look import Look, Picture, chart, stencil
from gdcore.words.figures import below

ZONES = ("crawls", "steady", "zigzags", "diverges")
# The bands are those of the verdicts: a zone and the runs in it are one thing.
_HUES = ("crawls", "converges", "oscillates", "diverges")


def gauge_chart(rate: float, best: float, limit: float, look: Look) -> Picture:
    """A gauge of learning rates: below a fifth of the best one descent crawls, up to the best it is
    steady, up to the limit it zigzags, beyond it diverges. `rate` is where the needle stands."""
    low, high = min(best / 300, limit / 300), limit * 3
    edges = [low, best / 5, best, limit, high]
    zones = pd.DataFrame(
        {"left": edges[:-1], "right": edges[1:], "zone": [look.t(f"zone_{zone}") for zone in ZONES]}
    )
    zones = zones[zones["right"] > zones["left"] * (1 + 1e-9)]
    shown = float(np.clip(rate, low, high))
    marks = pd.DataFrame(
        [
            {"rate": best, "text": f"{look.t('best_rate')} {best:.3g}", "row": 1},
            {"rate": limit, "text": f"{look.t('largest_rate')} {below(limit, 3)}", "row": 0},
        ]
    )
    needle = pd.DataFrame({"rate": [shown], "text": [f"η = {rate:.3g}"]})
    return Picture(_gauge((low, high), look), {"zones": zones, "marks": marks, "needle": needle})


@stencil
def _gauge(reach: tuple[float, float], look: Look) -> Any:
    axis = look.axis(look.t("learning_rate"), format="~g", grid=False)
    line = alt.Scale(type="log", domain=list(reach), nice=False)
    words = [look.t(f"zone_{zone}") for zone in ZONES]
    legend = alt.Legend(
        title=None,
        orient="top",
        labelFontSize=look.size,
        symbolSize=160,
        labelColor=look.colour("text"),
        labelLimit=400,
    )
    hue = alt.Color(
        "zone:N",
        legend=legend,
        scale=alt.Scale(domain=words, range=[look.colour(role) for role in _HUES]),
    )
    ink = look.colour("text")
    return look.finish(
        alt.layer(
            chart("zones")
            .mark_rect(opacity=0.75)
            .encode(
                x=alt.X("left:Q", scale=line, axis=axis),
                x2="right:Q",
                color=hue,
                y=alt.value(48),
                y2=alt.value(74),
            ),
            chart("marks")
            .mark_rule(color=ink, strokeWidth=1.5, strokeDash=[3, 3])
            .encode(x=alt.X("rate:Q", scale=line), y=alt.value(22), y2=alt.value(74)),
            chart("marks")
            .mark_text(color=ink, fontSize=look.size - 1, dy=-4)
            .encode(
                x=alt.X("rate:Q", scale=line),
                text="text:N",
                y=alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[0, 1], range=[18, 2])),
            ),
            chart("needle")
            .mark_rule(color=ink, strokeWidth=5)
            .encode(x=alt.X("rate:Q", scale=line), y=alt.value(42), y2=alt.value(80)),
            chart("needle")
            .mark_text(color=ink, fontSize=look.size, fontWeight="bold", dy=-4)
            .encode(x=alt.X("rate:Q", scale=line), text="text:N", y=alt.value(38)),
        ),
        200,
        still=True,
    )


def rate_chart(
    rates: np.ndarray,
    losses: np.ndarray,
    here: tuple[float, float],
    best: float,
    limit: float | None,
    look: Look,
    height: int = 280,
) -> Picture:
    """The final loss against the learning rate, both logarithmic, with what was foretold marked.

    rates, losses: (m,), inf where a run diverges. here: rate and final loss of the shown run.
    """
    good = np.isfinite(losses) & (losses > 0)
    top = float(losses[0]) * 30 if good[0] else float(np.nanmax(losses[good], initial=1.0))
    frame = pd.DataFrame({"rate": rates, "loss": np.where(good, losses, np.nan)})
    frame = frame[frame["loss"] <= top]
    marks = [{"rate": best, "text": look.t("best_rate"), "upper": False}]
    if limit is not None:
        marks.append(
            {"rate": limit, "text": f"{look.t('largest_rate')} {below(limit, 3)}", "upper": True}
        )
    low = float(frame["loss"].min()) if len(frame) else 1e-6
    shown = pd.DataFrame([here], columns=["rate", "loss"])
    spec = _rates((float(rates[0]), float(rates[-1])), (low * 0.8, top), look, height)
    return Picture(spec, {"sweep": frame, "marks": pd.DataFrame(marks), "here": shown})


@stencil
def _rates(rates: tuple[float, float], losses: tuple[float, float], look: Look, height: int) -> Any:
    x_scale = alt.Scale(type="log", domain=list(rates), nice=False)
    y_scale = alt.Scale(type="log", domain=list(losses), nice=False)
    x = alt.X(
        "rate:Q", scale=x_scale, axis=look.axis(look.t("learning_rate"), format=".2~g", grid=False)
    )
    y = alt.Y("loss:Q", scale=y_scale, axis=look.powers(None, grid=False))
    ink = look.colour("reference")
    tip = [
        alt.Tooltip("rate:Q", title=look.t("learning_rate"), format=".3~g"),
        alt.Tooltip("loss:Q", title=look.t("loss"), format=".4~g"),
    ]
    return look.finish(
        alt.layer(
            chart("marks").mark_rule(color=ink, strokeDash=[5, 4], strokeWidth=2).encode(x=x),
            *(
                chart("marks")
                .transform_filter(test)
                .mark_text(color=ink, fontSize=look.size, align="right", dx=-5, baseline="top")
                .encode(x=x, y=alt.value(place), text="text:N")
                for test, place in (("datum.upper", 2), ("!datum.upper", 22))
            ),
            chart("sweep")
            .mark_line(color=look.colour("loss"), strokeWidth=2.5, clip=True)
            .encode(x=x, y=y),
            chart("sweep").mark_point(opacity=0, size=80).encode(x=x, y=y, tooltip=tip),
            chart("here")
            .mark_point(color=look.colour("path"), size=220, filled=True, opacity=1, clip=True)
            .encode(x=x, y=y, tooltip=tip),
        ),
        height,
        look.t("final_loss_title"),
        still=True,
    )
