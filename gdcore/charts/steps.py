"""A quantity against the step: loss, weights, gradients, learning rate; one run or several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.colours import RUNS
from gdcore.charts.labels import labels
from gdcore.charts.look import DASHES, Look, Picture, chart, scale, span, stencil
from gdcore.charts.outside import FARTHEST, bounded, marks, rim, together
from gdcore.charts.player import QUIZ, now
from gdcore.descent.trajectory import Trajectory

# Below this a difference of two losses says no more than how they were rounded.
LEAST_GAP = 1e-16
LARGEST = float(np.finfo(float).max)
# Losses of which the greatest is so many times the least are one point and a cliff on a plain axis.
TOO_FAR = 1e4


def logarithmic(*runs: Trajectory) -> bool:
    """Whether losses are seen on a logarithmic axis only: a run diverges and spans too much.

    Where one of them is zero or negative there is no such axis.
    """
    finite_losses = [run.losses[np.isfinite(run.losses)].astype(float) for run in runs]
    if not all(len(losses) and losses.min() > 0 for losses in finite_losses):
        return False
    return any(
        run.stop.kind == "diverged" and losses.max() / TOO_FAR > losses.min()
        for run, losses in zip(runs, finite_losses, strict=True)
    )


def decades(values: np.ndarray) -> list[float]:
    """A logarithmic axis from a power of ten to another that holds all positive finite values."""
    positive = np.asarray(values, dtype=float)
    positive = positive[np.isfinite(positive) & (positive > 0)]
    low, high = (positive.min(), positive.max()) if len(positive) else (LEAST_GAP, 1.0)
    low, high = np.floor(np.log10(low)), np.ceil(np.log10(high))
    return [float(10.0 ** max(low, -307)), float(10.0 ** min(max(high, low + 1), 308))]


def gap(losses: np.ndarray, best: float) -> np.ndarray:
    """How far each loss lies above the smallest one, for a logarithmic axis; NaN below it."""
    with np.errstate(all="ignore"):
        above = losses - best
        below = above < -1e-9 * (1 + np.abs(best))
        return np.where(below, np.nan, np.maximum(above, LEAST_GAP))


def gap_domain(gaps: np.ndarray) -> list[float]:
    """A logarithmic axis by whole tens of powers, so that it rests."""
    finite = gaps[np.isfinite(gaps)]
    low, high = (finite.min(), finite.max()) if len(finite) else (LEAST_GAP, 1.0)
    low, high = np.floor(np.log10(low)), np.ceil(np.log10(high * 1.0001))
    return [10.0 ** max(low, high - 30), 10.0**high]


def long_frame(steps: np.ndarray, names: Sequence[str], values: np.ndarray) -> pd.DataFrame:
    """Courses as rows: columns step, name, value. values (steps, names)."""
    return pd.DataFrame(
        {
            "step": np.tile(steps, len(names)),
            "name": np.repeat(list(names), len(steps)),
            "value": np.asarray(values, dtype=float).T.ravel(),
        }
    )


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
    log: bool = False,
) -> Picture:
    """`field` of a run's frame over its steps: the whole course faint, the part played in colour.

    domain: the y axis, from the values themselves by default. last: where the x axis ends.
    log: a logarithmic y axis, for positive values.
    """
    last = int(frame["step"].iloc[-1]) if last is None else last
    shown = tuple(domain or span(frame[field].to_numpy()))
    spec = _step(field, look, colour, title, height, shown, last, log)
    left = _left(frame["step"], frame[field], shown, last, look)
    course = bounded(frame[["step", field]], LARGEST if log else FARTHEST)
    return Picture(spec, {"course": course, "outside": left})


def _left(
    steps: pd.Series,
    values: pd.Series,
    domain: Sequence[float],
    last: int,
    look: Look,
    label: str = "",
) -> pd.DataFrame:
    """The marks of a course where it is beyond its axis; the picture's title names it."""
    reach = (-0.015 * max(last, 1), 1.015 * max(last, 1))
    return marks(steps.to_numpy(), (steps, values), (reach, domain), ("", ""), look, label)


def _veil(look: Look, name: str, last: int) -> Any:
    """Covers what is still to come. To redraw the line at every step would cost frames.

    While the room guesses, it covers everything.
    """
    begin = alt.XDatum(alt.expr(f"min(frame, {last})"), scale=_steps(last), type="quantitative")
    return (
        chart(name)
        .transform_aggregate(rows="count()")
        .mark_rect(color=look.colour("paper"), opacity=alt.expr(f"{QUIZ} ? 1 : 0.72"), clip=True)
        .encode(x=begin, x2=alt.X2Datum(1.015 * last))
    )


def _axis(look: Look, log: bool) -> alt.Axis:
    return look.powers(None) if log else look.axis(None)


def _values(domain: Sequence[float], log: bool) -> alt.Scale:
    return alt.Scale(type="log", domain=list(domain), nice=False) if log else scale(domain)


@stencil
def _step(
    field: str,
    look: Look,
    colour: str,
    title: str,
    height: int,
    domain: tuple[float, ...],
    last: int,
    log: bool,
) -> Any:
    ink = look.colour(colour)
    y = alt.Y(f"{field}:Q", axis=_axis(look, log), scale=_values(domain, log))
    x = alt.X(
        "step:Q", axis=look.axis(look.t("step"), tickMinStep=1, grid=False), scale=_steps(last)
    )
    plain = chart("course")
    base = plain.encode(x=x, y=y)
    tip = [alt.Tooltip("step:Q", title=look.t("step")), alt.Tooltip(f"{field}:Q", title=title)]
    return look.finish(
        alt.layer(
            base.mark_line(color=ink, strokeWidth=2.5, clip=True),
            _veil(look, "course", last),
            now(plain, field).mark_rule(color=look.colour("data"), strokeDash=[3, 3]).encode(x=x),
            now(plain, field)
            .mark_point(color=ink, size=90, filled=True, opacity=1, clip=True)
            .encode(x=x, y=y, tooltip=tip),
            *_rim(look, last, domain, log, ink),
        ),
        height,
        title,
    )


def _rim(look: Look, last: int, domain: Sequence[float], log: bool, ink: Any) -> list[Any]:
    return rim(look, _steps(last), _values(domain, log), ink)


def series_chart(
    frame: pd.DataFrame,
    names: Sequence[str],
    look: Look,
    title: str,
    height: int = 190,
    domain: Sequence[float] | None = None,
    last: int | None = None,
    references: Sequence[tuple[str, str, float]] = (),
    log: bool = False,
    dashed: Sequence[str] = (),
    inks: Sequence[str] = (),
) -> Picture:
    """Several courses in one picture, labelled at their ends.

    dashed: names whose lines are dashed, so that what lies under them is seen. inks: the role of
    each name's colour, those of `RUNS` in turn by default.

    frame: long, with columns step, name, value. references: (name, kind, value) horizontals, where
    kind is a text key such as `reference_line` (dashed) or `true_line` (dotted).
    """
    last = int(frame["step"].max()) if last is None else last
    lines = pd.DataFrame(list(references), columns=["name", "kind", "value"])
    shown = tuple(domain or span(np.append(frame["value"], lines["value"].to_numpy(float))))
    lines["kind"] = [look.t(kind) for kind in lines["kind"]]
    parts = (
        _left(rows["step"], rows["value"], shown, last, look, str(name))
        for name, rows in frame.groupby("name", sort=False)
    )
    data = {
        "courses": bounded(frame, LARGEST if log else FARTHEST),
        "outside": together(parts),
        "labels": labels(frame, look, last, shown, height, log),
    }
    if references:
        data["references"] = lines
    kinds = tuple(dict.fromkeys(kind for _, kind, _ in references))
    roles = tuple(inks) or tuple(RUNS[i % len(RUNS)].name for i in range(len(names)))
    spec = _series(tuple(names), look, title, height, shown, last, kinds, log, tuple(dashed), roles)
    return Picture(spec, data)


@stencil
def _series(
    names: tuple[str, ...],
    look: Look,
    title: str,
    height: int,
    domain: tuple[float, ...],
    last: int,
    references: tuple[str, ...],
    log: bool,
    dashed: tuple[str, ...],
    roles: tuple[str, ...],
) -> Any:
    colours = [look.colour(role) for role in roles]
    dashes = [
        DASHES[1] if name in dashed else DASHES[(i // len(RUNS)) % len(DASHES)]
        for i, name in enumerate(names)
    ]
    hue = alt.Color("name:N", scale=alt.Scale(domain=list(names), range=colours), legend=None)
    dash = alt.StrokeDash("name:N", scale=alt.Scale(domain=list(names), range=dashes), legend=None)
    y = alt.Y("value:Q", axis=_axis(look, log), scale=_values(domain, log))
    x = alt.X(
        "step:Q", axis=look.axis(look.t("step"), tickMinStep=1, grid=False), scale=_steps(last)
    )
    base = chart("courses").encode(x=x, y=y, color=hue)
    tip = [
        alt.Tooltip("name:N", title=look.t("series")),
        alt.Tooltip("step:Q", title=look.t("step")),
        alt.Tooltip("value:Q", title=title),
    ]
    layers = [
        base.mark_line(strokeWidth=2.5, clip=True).encode(strokeDash=dash),
        _veil(look, "courses", last),
        now(chart("courses"), "name", "value")
        .mark_point(size=80, filled=True, opacity=1, clip=True)
        .encode(x=x, y=y, color=hue, tooltip=tip),
        chart("labels")
        .mark_text(align="left", dx=6, fontSize=look.size, fontWeight="bold")
        .encode(x=x, y=y, color=hue, text="name:N"),
        *_rim(look, last, domain, log, hue),
    ]
    if references:
        ways = {"reference_line": [7, 4], "true_line": [1, 4]}
        style = alt.Scale(
            domain=[look.t(kind) for kind in references], range=[ways[kind] for kind in references]
        )
        legend = alt.Legend(
            title=None,
            orient="bottom",
            labelFontSize=look.size,
            symbolSize=400,
            symbolStrokeColor=look.colour("data"),
            labelColor=look.colour("text"),
        )
        reference_tip = [
            alt.Tooltip("name:N", title=look.t("series")),
            alt.Tooltip("kind:N", title=look.t("meaning")),
            alt.Tooltip("value:Q", title=title),
        ]
        rule = chart("references").mark_rule(strokeWidth=1.6, opacity=0.8)
        layers.insert(
            0,
            rule.encode(
                y=y,
                color=hue,
                tooltip=reference_tip,
                strokeDash=alt.StrokeDash("kind:N", scale=style, legend=legend),
            ),
        )
    together = alt.layer(*layers).resolve_scale(strokeDash="independent")
    return look.finish(together, height, title)
