"""Makes any Altair chart playable: every chart of a page follows one clock in the browser.

The clock is the player bar of the page (`gdcore/ui/player/`). It announces the step to be seen
as a window event, and each chart has a parameter `frame` that listens for it. So the bar is real
HTML (keyboard, screen readers, phones), each chart keeps its own responsive width, and playing
never asks the server.

Listening relies on Vega-Lite handing the key `on` of a *variable* parameter through to Vega,
which is not documented; seen with Altair 6.3 and Streamlit 1.67 (Vega-Lite 6, Vega 6). Only this
module knows of it, and a browser test guards it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np

EVENT = "gd-frame"
QUIZ_EVENT = "gd-quiz"
UPTO = "datum.step <= frame"
AT = "datum.step == frame"
# Points that are drawn one by one: more of them would cost frames and tell no more than the line.
RECENT = "datum.step > frame - 200"
MOST_FRAMES = 1001  # a run of 1,000 steps is drawn whole
FIRST = 11  # steps that are drawn of every run, the first of all
DRAWER = 32  # steps
# While the room guesses where the next point will land, nothing may tell.
QUIZ = "quiz.on"
CALM = f"!{QUIZ}"
_NO_QUIZ = {"on": False, "guess": None}


def now(base: Any, *fields: str, back: int = 0) -> Any:
    """The rows of the shown step, and of `back` steps before it; `fields` are kept.

    The browser interprets every expression, so to look at each of a thousand rows at every frame
    costs more than drawing. Rows are put into drawers once; then only the drawers are looked at,
    and the rows of the one that is open. (`values` gathers whole rows, whatever field it is given.)
    """
    kept = {field: f"datum.rows.{field}" for field in ("step", *fields)}
    return (
        base.transform_calculate(drawer=f"floor(datum.step / {DRAWER})")
        .transform_aggregate(
            first="min(step)", last="max(step)", rows="values(step)", groupby=["drawer"]
        )
        .transform_filter(f"datum.first <= frame && frame - {back} <= datum.last")
        .transform_flatten(["rows"])
        .transform_calculate(**kept)
        .transform_filter(f"{UPTO} && datum.step >= frame - {back}" if back else AT)
    )


def shown(name: str) -> alt.Parameter:
    """A parameter `shown`: the row of the shown step in the data `name`, one row per kept step.

    One look at a table instead of one per point that needs it. Kept steps lie where the run has
    its highs and lows, so the row is looked up; before the player has spoken it is the last one.
    """
    rows = f"data('{name}')"
    row = f"indexof(pluck({rows}, 'step'), frame)"
    return alt.param(name="shown", expr=f"{rows}[({row} + length({rows})) % length({rows})]")


def params() -> list[alt.Parameter]:
    """The parameters that follow the player: the step to be seen, and the room's guess."""
    return [alt.param(name="frame", value=0), alt.param(name="quiz", value=_NO_QUIZ)]


def playable(stencil: dict[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """A Vega-Lite specification with its data, whose `frame` listens to the player.

    Until the player speaks, everything is shown: a constant, so that the specification stays the
    same while data change, and the browser keeps the chart instead of building it anew.
    """
    mine = [p for p in stencil.get("params", []) if p["name"] in ("frame", "quiz")]
    if not mine:
        return {**stencil, "datasets": dict(data)}
    others = [p for p in stencil["params"] if p not in mine]
    follow = [
        {
            "name": name,
            "value": value,
            "on": [{"events": {"source": "window", "type": event}, "update": "event.detail"}],
        }
        for name, value, event in (("frame", 1_000_000, EVENT), ("quiz", _NO_QUIZ, QUIZ_EVENT))
    ]
    return {**stencil, "params": [*others, *follow], "datasets": dict(data)}


def thin(last: int, most: int = MOST_FRAMES, *courses: np.ndarray) -> np.ndarray:
    """The steps 0…last that are drawn: all, or at most `most` of them, first and last kept.

    courses: what is drawn of the run, (steps,) or (steps, m) each; one that is shorter stays where
    it ended. A picture of every fourth step of something that swings from step to step would be a
    smooth curve that never was. So the run is cut into bins of one length, as many as there is
    room for, and of each bin the steps stay at which a course is least and greatest, as in the
    M4 aggregation of Jugel et al. 2014; and the first few steps, which are looked at one by one.
    Without courses the steps lie evenly.
    """
    if last < most:
        return np.arange(last + 1)
    if not courses:
        return np.unique(np.linspace(0, last, most).round().astype(int))
    steps = np.arange(last + 1)
    values = np.column_stack(
        [np.asarray(course, float)[np.minimum(steps, len(course) - 1)] for course in courses]
    )
    bins = most // 2
    while True:
        rows = np.union1d(_extremes(values, bins), [*range(min(FIRST, most - 1)), last])
        if len(rows) <= most or bins == 1:
            return rows
        bins = max(min(bins - 1, int(0.95 * bins * most / len(rows))), 1)


def _extremes(values: np.ndarray, bins: int) -> np.ndarray:
    """The first row of each bin in which a column is least, and in which it is greatest."""
    begins = np.linspace(0, len(values), bins, endpoint=False).astype(int)
    lengths = np.diff(begins, append=len(values))
    bin_of = np.repeat(np.arange(bins), lengths)
    found = []
    for reduce, absent in ((np.minimum, np.inf), (np.maximum, -np.inf)):
        known = np.where(np.isnan(values), absent, values)
        best = np.repeat(reduce.reduceat(known, begins), lengths, axis=0)
        for column in (known == best).T:
            rows = np.flatnonzero(column)
            found.append(rows[np.unique(bin_of[rows], return_index=True)[1]])
    return np.unique(np.concatenate(found))
