"""The index below a page's picture: one thing at a time, and only what is open is computed.

A row of names stands for Streamlit's own tabs, because the open one is a setting like any other:
its name stands in the link whatever the language, and where nothing is open nothing is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from gdcore.ui.language import t
from gdcore.ui.state import State

# Switches that links of an earlier kind turn on, and the tab that shows what they ask for
# (the last one that is on).
FORMER = {"lab": "directions", "bridge": "bridge", "sweep": "sweep"}


def settle(state: State, names: Sequence[str]) -> None:
    """Decides which of these tabs is open. Call before the page draws anything.

    A tab that a link asks for and that is not there now is told; where the page has changed since
    it was opened, the first one takes its place.
    """
    field = state.fields["tab"]
    usual = field.default if field.default in (*names, None) else names[0]
    for key, tab in FORMER.items():
        if key in state.fields and state[key]:
            state.set(key, False)
            if not state.asked("tab"):
                state.set("tab", tab)
    if state["tab"] in (*names, usual):
        return
    if state.asked("tab"):
        state.refuse("tab", field.shown(usual))
    state.set("tab", usual)


def index(state: State, parts: Mapping[str, Callable[[], Any]]) -> Any:
    """The names of all parts in a row and what is open below them; returns what that returns.

    parts: what draws each, by the name that stands in the link. On a page on which nothing is
    usually open, what is open can be closed again.
    """
    field = state.fields["tab"]
    with st.container(key="gd_index"):
        st.segmented_control(
            state.label("tab"),
            list(parts),
            key=state.widget("tab"),
            format_func=field.shown,
            required=field.default is not None,
            label_visibility="collapsed",
            wrap=True,
        )
    name = state["tab"]
    if name is None:
        return None
    with st.container(key=f"gd_tab_{name}"):
        return parts[name]()


def heading(text: str, /, **values: str) -> None:
    """What an open part is called in full, by the key of the text."""
    st.subheader(t(text, **values), anchor=False)
