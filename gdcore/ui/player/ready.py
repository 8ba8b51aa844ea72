"""What a run of the page sent, announced when it has ended: the browser makes `gdReady` of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import streamlit as st

from gdcore.ui.player.scripts import script

_RUN, _CHARTS, _BARS = "ready_run", "ready_charts", "ready_bars"


@cache
def _component() -> Any:
    return st.components.v2.component(
        "gradient_descent_ready",
        css=".st-key-gd_ready { display: none }",
        js=f"export default {script('ready')}",
        isolate_styles=False,
    )


def chart(key: str) -> None:
    """Counts a chart that this run draws; one that is drawn again counts once."""
    st.session_state.setdefault(_CHARTS, set()).add(key)


def bar(key: str) -> None:
    """Counts a player bar that this run shows."""
    st.session_state.setdefault(_BARS, set()).add(key)


@contextmanager
def announced() -> Iterator[None]:
    """Around a page: when it has ended, the browser is told what it sent.

    A run that asks for another one, or is cut short, says nothing: the next has the last word.
    """
    st.session_state[_RUN] = st.session_state.get(_RUN, 0) + 1
    st.session_state[_CHARTS], st.session_state[_BARS] = set(), set()
    try:
        yield
    except Exception:
        announce()
        raise
    announce()


def announce() -> None:
    """Tells the browser what this run sent."""
    state = st.session_state
    counts = {"charts": len(state.get(_CHARTS, ())), "bars": len(state.get(_BARS, ()))}
    with st.container(key="gd_ready"):
        _component()(key="ready", data={"run": state.get(_RUN, 0)} | counts, height="content")
