"""The player bar: the clock that all charts of a page follow, entirely in the browser."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from gdcore.ui.player import ready
from gdcore.ui.player.scripts import script, style
from gdcore.words.texts import say

WORDS = (
    "play",
    "pause",
    "first",
    "back",
    "on",
    "last",
    "loop",
    "speed",
    "scrub",
    "bar",
    "counter",
    "spoken",
    "guess",
    "ask",
    "told",
    "over",
)


@cache
def _component() -> Any:
    return st.components.v2.component(
        "gradient_descent_player",
        html='<div class="gd-player"></div>',
        css=style(),
        js=f"export default {script()}",
        isolate_styles=False,
    )


def pack(readout: Sequence[str]) -> str:
    """The numbers of all steps, small enough to be sent again whenever a slider moves."""
    text = json.dumps(list(readout), ensure_ascii=False)
    return base64.b64encode(zlib.compress(text.encode(), 1)).decode()


def content(
    key: str,
    steps: Sequence[int] | np.ndarray,
    readout: Sequence[str],
    language: str,
    open_at: int | None = None,
    total: int | None = None,
) -> dict[str, Any]:
    """What the bar is told, see `player`."""
    frames = [int(step) for step in steps]
    words = {word: say(f"player.{word}", language) for word in WORDS}
    thinned = (total is not None and total > frames[-1]) or len(frames) <= frames[-1]
    words["thinned"] = (
        say("player.thinned", language, shown=len(frames) - 1, total=frames[-1]) if thinned else ""
    )
    return {
        "key": key,
        "steps": frames,
        "readout": pack(readout),
        "words": words,
        "openAt": frames[-1] if open_at is None else int(open_at),
        "places": None,
        "map": None,
        "pick": False,
    }


def player(
    key: str,
    steps: Sequence[int] | np.ndarray,
    readout: Sequence[str],
    language: str,
    open_at: int | None = None,
    total: int | None = None,
    places: Sequence[float] | np.ndarray | None = None,
    map: tuple[Sequence[float], Sequence[float]] | None = None,
    pick: Callable[[float, float], None] | None = None,
) -> None:
    """Mounts the bar. It keeps its step, speed and whether it plays when data change.

    steps: numbers of the frames, increasing from 0. readout: for each frame the numbers of that
    step as HTML of our own making (whatever a visitor typed must be escaped by the caller).
    open_at: the step shown first, the last one by default; the URL's `step` goes before it.
    total: the last step of the whole run, where frames were thinned.
    map: the x and y domain of the page's first chart. places: where each frame's point lies on its
    x axis; with them the room may guess the next one. pick: called with x and y of a click there.
    """
    data = content(key, steps, readout, language, open_at, total)
    data["places"] = None if places is None else [float(f"{x:.6g}") for x in places]
    data["map"] = map and {axis: list(domain) for axis, domain in zip("xy", map, strict=True)}
    data["pick"] = pick is not None
    name = f"player_{key}"

    def picked() -> None:
        place = st.session_state[name].place
        if pick and place:
            pick(*(float(value) for value in place))

    ready.bar(key)
    with st.container(key="gd_player"):
        _component()(
            key=name,
            data=data,
            on_place_change=picked,
            height="content",
        )
