"""The picture of one-variable descent: the curve, the path on it, and where it is heading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.arrows import FIELDS, arrows
from gdcore.charts.colours import SHAPES
from gdcore.charts.look import Look, Picture, chart, resting, scale, span, stencil
from gdcore.charts.outside import bounded, marks, rim, together
from gdcore.charts.player import CALM, MOST_FRAMES, QUIZ, RECENT, UPTO, now, thin
from gdcore.descent.narrate import gradient_part
from gdcore.descent.trajectory import Trajectory

# Arrowheads point in pixels, and pixels are known to the browser alone: the angle of the chord
# from this point to the next one is worked out there, from the chart's own scales.
_CHORD_ANGLE = alt.ExprRef(
    "90 + atan2(scale('y', datum.next_loss) - scale('y', datum.loss),"
    " scale('x', datum.next) - scale('x', datum.w)) * 180 / PI"
)


def frames(*runs: Trajectory) -> np.ndarray:
    """The steps at which runs over one weight are drawn, see `gdcore.charts.player.thin`."""
    courses = [
        course
        for run in runs
        for course in (run.losses, run.weights[:, 0], run.gradients[:, 0], run.learning_rates)
    ]
    return thin(max(run.steps for run in runs), MOST_FRAMES, *courses)


def path_frame(run: Trajectory) -> pd.DataFrame:
    """One row per kept step with the point after it: step, w, loss, gradient, rate, next, …"""
    following = np.r_[1 : len(run.losses), len(run.losses) - 1]
    w, loss = run.weights[:, 0].astype(float), run.losses.astype(float)
    return pd.DataFrame(
        {
            "step": np.arange(len(loss)),
            "w": w,
            "loss": loss,
            "gradient": run.gradients[:, 0].astype(float),
            "learning_rate": run.learning_rates,
            "next": w[following],
            "next_loss": loss[following],
            "pulled": w + gradient_part(run)[:, 0],
        }
    )


def domains(path: pd.DataFrame, ground: pd.DataFrame) -> dict[str, list[float]]:
    """Axes for the courses beside the curve, which rest while the learning rate is dragged.

    They show what the curve itself spans; a run that diverges leaves them.
    """
    loss, w = ground["loss"].to_numpy(), ground["w"].to_numpy()
    slopes = np.gradient(loss, w)
    slopes[np.abs(slopes) < 1e-9 * np.nanmax(np.abs(loss)) / np.ptp(w)] = 0  # rounding is no slope
    usual = {"loss": ground["loss"], "w": ground["w"], "gradient": slopes[np.isfinite(slopes)]}
    found = {name: resting(path[name].to_numpy(), values) for name, values in usual.items()}
    return found | {"learning_rate": span([0.0, *path["learning_rate"]])}


def curve_chart(
    path: pd.DataFrame,
    curve: pd.DataFrame,
    look: Look,
    name: str = "w",
    minima: Sequence[float] = (),
    height: int = 380,
) -> Picture:
    """The loss curve with the path, its points, a tangent and an arrow for the coming step.

    path: rows of `path_frame`. curve: columns w, loss on the interval to be seen; its extent is
    the extent of the axes. minima: where the loss is least, if known.
    """
    low = pd.DataFrame({"w": list(minima)})
    made = _curve(extent(curve), look, name, height)
    box = extent(curve)
    left = marks(
        path["step"].to_numpy(),
        (path["w"], path["loss"]),
        (box[:2], box[2:]),
        (name, look.t("loss")),
        look,
    )
    data = {"path": bounded(path), "curve": curve, "minima": low, "outside": left}
    return Picture(made, data)


def extent(curve: pd.DataFrame) -> tuple[float, float, float, float]:
    """What the axes show: left, right, bottom and top of the curve with a little room."""
    finite = curve["loss"][np.isfinite(curve["loss"])]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    room = (high - low) or 1.0
    left, right = float(curve["w"].min()), float(curve["w"].max())
    return left, right, low - 0.06 * room, high + 0.04 * room


@stencil
def _curve(extent: tuple[float, ...], look: Look, name: str, height: int) -> Any:
    x_domain, y_domain = extent[:2], extent[2:]
    x = look.x("w", name, x_domain)
    y = look.y("loss", look.t("loss"), y_domain)
    base = chart("path").encode(x=x, y=y)
    ink = look.colour("path")
    tip = [
        alt.Tooltip("step:Q", title=look.t("step")),
        alt.Tooltip("w:Q", title=name),
        alt.Tooltip("loss:Q", title=look.t("loss")),
        alt.Tooltip("gradient:Q", title=look.t("gradient")),
        alt.Tooltip("learning_rate:Q", title=look.t("learning_rate")),
    ]
    # The tangent at the current point, as long as a third of the picture.
    reach = (x_domain[1] - x_domain[0]) / 6
    here = now(chart("path"), *FIELDS).encode(x=x, y=y)
    tangent = here.transform_calculate(
        left=f"datum.w - {reach}",
        right=f"datum.w + {reach}",
        low=f"datum.loss - datum.gradient * {reach}",
        high=f"datum.loss + datum.gradient * {reach}",
    )
    layers = [
        chart("curve")
        .mark_line(color=look.colour("loss"), strokeWidth=3, clip=True)
        .encode(x=x, y=y),
        chart("minima")
        .mark_rule(color=look.colour("reference"), strokeDash=[2, 4], strokeWidth=2)
        .encode(x=x, tooltip=[alt.Tooltip("w:Q", title=look.t("minimum"))]),
        tangent.mark_rule(
            color=look.colour("gradient"), strokeWidth=2.5, strokeDash=[8, 4], clip=True
        ).encode(
            x=alt.X("left:Q", scale=scale(x_domain)),
            x2="right:Q",
            y=alt.Y("low:Q", scale=scale(y_domain)),
            y2="high:Q",
        ),
        base.transform_filter(UPTO)
        .mark_line(color=ink, strokeWidth=1.6, opacity=0.75, clip=True)
        .encode(order="step:Q"),
        base.transform_filter(UPTO)
        .transform_filter(RECENT)
        .mark_point(color=ink, size=45, filled=True, opacity=0.75, clip=True)
        .encode(tooltip=tip),
        base.transform_filter(UPTO)
        .transform_filter("datum.step < frame")
        .transform_filter("datum.step >= frame - 40")
        .transform_calculate(
            mx="(datum.w + datum.next) / 2", my="(datum.loss + datum.next_loss) / 2"
        )
        .mark_point(
            shape="triangle",
            filled=True,
            size=70,
            color=ink,
            opacity=0.9,
            clip=True,
            angle=_CHORD_ANGLE,
        )
        .encode(x=alt.X("mx:Q", scale=scale(x_domain)), y=alt.Y("my:Q", scale=scale(y_domain))),
        # The coming step, first in its parts, then a dashed line to a ghost of the next point.
        *arrows(look, x_domain, y_domain),
        here.transform_filter(CALM)
        .mark_rule(color=ink, strokeWidth=2, strokeDash=[3, 3], clip=True)
        .encode(x2="next:Q", y2="next_loss:Q"),
        here.transform_filter(CALM)
        .mark_point(color=ink, size=130, filled=False, strokeWidth=2, clip=True)
        .encode(
            x=alt.X("next:Q", scale=scale(x_domain)), y=alt.Y("next_loss:Q", scale=scale(y_domain))
        ),
        here.mark_point(
            color=ink,
            size=220,
            filled=True,
            opacity=1,
            clip=True,
            stroke=look.colour("paper"),
            strokeWidth=2,
        ).encode(tooltip=tip),
        here.transform_filter(f"{QUIZ} && isNumber(quiz.guess)")
        .transform_calculate(guess="quiz.guess")
        .mark_rule(color=look.colour("text"), strokeWidth=3, strokeDash=[6, 4], clip=True)
        .encode(
            x=alt.X("guess:Q", scale=scale(x_domain)),
            y=alt.YValue(0),
            y2=alt.Y2Value(alt.expr("height")),
        ),
        *rim(look, x_domain, y_domain, ink),
    ]
    return look.finish(alt.layer(*layers), height)


def overlay_chart(
    paths: pd.DataFrame,
    curve: pd.DataFrame,
    names: Sequence[str],
    look: Look,
    variable: str = "w",
    height: int = 380,
) -> Picture:
    """Several runs on one curve. paths: rows of `path_frame` with a column `name` per run."""
    box = extent(curve)
    made = _overlay(box, tuple(names), look, variable, height)
    parts = (
        marks(
            rows["step"].to_numpy(),
            (rows["w"], rows["loss"]),
            (box[:2], box[2:]),
            (variable, look.t("loss")),
            look,
            str(label),
        )
        for label, rows in paths.groupby("name", sort=False)
    )
    return Picture(made, {"paths": bounded(paths), "curve": curve, "outside": together(parts)})


@stencil
def _overlay(
    extent: tuple[float, ...], names: tuple[str, ...], look: Look, variable: str, height: int
) -> Any:
    x_domain, y_domain = extent[:2], extent[2:]
    x = look.x("w", variable, x_domain)
    y = look.y("loss", look.t("loss"), y_domain)
    legend = alt.Legend(
        title=None,
        orient="top",
        labelFontSize=look.size,
        symbolSize=120,
        labelColor=look.colour("text"),
        labelLimit=400,
    )
    hue = alt.Color("name:N", legend=legend, scale=alt.Scale(domain=list(names), range=look.series))
    shape = alt.Shape("name:N", legend=legend, scale=alt.Scale(domain=list(names), range=SHAPES))
    base = chart("paths").encode(x=x, y=y, color=hue)
    tip = [
        alt.Tooltip("name:N", title=look.t("series")),
        alt.Tooltip("step:Q", title=look.t("step")),
        alt.Tooltip("w:Q", title=variable),
        alt.Tooltip("loss:Q", title=look.t("loss")),
    ]
    layers = [
        chart("curve")
        .mark_line(color=look.colour("loss"), strokeWidth=2.5, clip=True)
        .encode(x=x, y=y),
        base.transform_filter(UPTO)
        .mark_line(strokeWidth=1.6, opacity=0.8, clip=True)
        .encode(order="step:Q"),
        base.transform_filter(UPTO)
        .transform_filter(RECENT)
        .mark_point(size=40, filled=True, opacity=0.7, clip=True)
        .encode(shape=shape, tooltip=tip),
        now(chart("paths"), "name", "w", "loss")
        .mark_point(
            size=220, filled=True, opacity=1, clip=True, stroke=look.colour("paper"), strokeWidth=2
        )
        .encode(x=x, y=y, color=hue, shape=shape, tooltip=tip),
        *rim(look, x_domain, y_domain, hue),
    ]
    return look.finish(alt.layer(*layers), height)
