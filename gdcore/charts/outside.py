"""What leaves a picture is followed: a mark at the rim that points to it and says how far it is.

Axes rest while a run plays, so a run that diverges is out of sight after a few steps. Where it is
then is worked out here, for every drawn step; the browser looks up the row of the shown one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.look import Look, chart, scale
from gdcore.charts.player import CALM, now
from gdcore.words.figures import plain

# What lies beyond is in no picture, and on the screen no browser could write its place.
FARTHEST = 1e30
_FIELDS = ("u", "v", "across", "up", "text", "align", "baseline", "row", "name")
_COLUMNS: dict[str, type] = {field: float for field in ("step", "u", "v", "across", "up", "row")}
_COLUMNS |= {field: object for field in ("text", "align", "baseline", "name")}


def bounded(frame: pd.DataFrame, farthest: float = FARTHEST) -> pd.DataFrame:
    """The rows with every number within `farthest` of zero; infinity becomes the bound."""
    beyond = {
        str(name): values.clip(-farthest, farthest)
        for name, values in frame.items()
        if values.dtype.kind in "iuf"
        and np.fmax.reduce(np.abs(values.to_numpy()), initial=0.0) > farthest
    }
    return frame.assign(**beyond) if beyond else frame  # a copy takes as long as a run


def side(values: Any, domain: Sequence[float]) -> np.ndarray:
    """−1 below the domain, 1 above it, 0 inside; what is not a number is nowhere: 0."""
    array = np.asarray(values, dtype=float)
    return (array > domain[1]).astype(int) - (array < domain[0]).astype(int)


def marks(
    steps: Any,
    places: Sequence[Any],
    domains: Sequence[Sequence[float]],
    names: Sequence[str],
    look: Look,
    label: str = "",
) -> pd.DataFrame:
    """A row for each step at which a point is outside: where on the rim, which way, how far.

    steps (rows,). places: the two coordinates, (rows,) each, infinite ones too; domains: of the
    axes; names: of the coordinates, "" where the picture's title is the name. label: of the run,
    where there are several.
    """
    first, second = (np.asarray(place, dtype=float) for place in places)
    across, up = side(first, domains[0]), side(second, domains[1])
    rows = []
    for i in np.flatnonzero((across != 0) | (up != 0)):
        u, v = (
            _nearest(value, domain)
            for value, domain in zip((first[i], second[i]), domains, strict=True)
        )
        told = [
            f"{name} = {plain(value)}" if name else plain(value)
            for name, value, way in zip(
                names, (first[i], second[i]), (across[i], up[i]), strict=True
            )
            if way
        ]
        rows.append(mark(steps[i], (u, v), (across[i], up[i]), domains, told, look, label))
    return table(rows)


def _nearest(value: float, domain: Sequence[float]) -> float:
    """The place in the domain next to the value; its middle for what is not a number."""
    low, high = domain
    return (low + high) / 2 if np.isnan(value) else float(min(max(value, low), high))


def table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Rows of `mark` as data, of one structure even where there are none."""
    if not rows:
        return _nothing()
    return pd.DataFrame(list(rows), columns=list(_COLUMNS)).astype(_COLUMNS)


@cache
def _nothing() -> pd.DataFrame:
    """The marks of a run that stays in the picture; most do."""
    return pd.DataFrame(columns=list(_COLUMNS)).astype(_COLUMNS)


def mark(
    step: Any,
    place: tuple[float, float],
    ways: tuple[int, int],
    domains: Sequence[Sequence[float]],
    told: Sequence[str],
    look: Look,
    label: str = "",
) -> dict[str, Any]:
    """One row of `marks`. place: on the rim; ways: across and up; told: what is outside."""
    (low, high), (u, v), (across, up) = domains[0], place, ways
    share = (u - low) / (high - low)
    align = "left" if share < 0.35 else "right" if share > 0.65 else "center"
    # Several runs have a line each; one run has a line for each of its coordinates.
    words = f"{label}: {', '.join(told)}" if label else "\n".join(told)
    return {
        "step": step,
        "u": u,
        "v": v,
        "across": across,
        "up": up,
        "text": look.t("outside", places=words),
        "align": align,
        "baseline": {1: "top", 0: "middle", -1: "bottom"}[int(up)],
        "row": 0,
        "name": label,
    }


def together(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The marks of several runs; those at one side of the rim get lines below one another."""
    left = [part for part in parts if len(part)]
    if not left:
        return _nothing()
    frame = pd.concat(left, ignore_index=True)
    # What is beside the left or right rim may stand at one height with another run.
    return frame.assign(row=frame.groupby(["step", "up"]).cumcount().astype(float))


def _scaled(axis: Any) -> alt.Scale:
    return axis if isinstance(axis, alt.Scale) else scale(axis)


def rim(look: Look, x: Any, y: Any, ink: Any, name: str = "outside") -> list[Any]:
    """The layers that draw the row of `marks` of the shown step.

    x, y: the scales of the axes, or their domains. ink: a colour, or an encoding by the run's
    `name`. While the room guesses, nothing tells.
    """
    base = (
        now(chart(name), *_FIELDS)
        .transform_filter(CALM)
        .encode(x=alt.X("u:Q", scale=_scaled(x)), y=alt.Y("v:Q", scale=_scaled(y)))
    )
    arrow = base.mark_point(
        shape="triangle",
        filled=True,
        opacity=1,
        size=190,
        angle=alt.expr("atan2(datum.across, datum.up) * 180 / PI"),
        xOffset=alt.expr("-9 * datum.across"),
        yOffset=alt.expr("9 * datum.up"),
        **({"color": ink} if isinstance(ink, str) else {}),
    )
    words: dict[str, Any] = {
        "fontSize": look.size,
        "fontWeight": "bold",
        "lineBreak": "\n",
        "align": alt.expr("datum.align"),
        "baseline": alt.expr("datum.baseline"),
        # Beside the mark where it points sideways, else below or above it.
        "xOffset": alt.expr("(datum.up ? -8 : -24) * datum.across"),
        "yOffset": alt.expr(f"(datum.up || 1) * {look.size + 4} * datum.row + 26 * datum.up"),
    }
    return [
        arrow if isinstance(ink, str) else arrow.encode(color=ink),
        base.mark_text(
            color=look.colour("paper"),
            stroke=look.colour("paper"),
            strokeWidth=4,
            strokeJoin="round",
            **words,
        ).encode(text="text:N"),
        base.mark_text(color=look.colour("text"), **words).encode(text="text:N"),
    ]
