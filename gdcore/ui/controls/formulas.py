"""What is descended on or differentiated: a named loss, a ready example, one's own formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from gdcore.ground.landscapes import Landscape
from gdcore.ui.controls.widgets import put, show
from gdcore.ui.language import t
from gdcore.ui.settings import OWN
from gdcore.ui.state import State


def landscape(state: State, landscapes: Mapping[str, Landscape]) -> Landscape | None:
    """The named loss that is descended on, None for a formula of one's own."""
    if _typing(state):
        return None
    return {record.formula: record for record in landscapes.values()}.get(state["formula"])


def _typing(state: State) -> bool:
    """Whether the menu of losses stands on one's own formula."""
    chosen = st.session_state.get(state.widget("landscape"))
    return chosen == OWN and st.session_state.get("page") == state.page


def landscape_panel(
    state: State, landscapes: Mapping[str, Landscape], start: Sequence[str] = ("start",)
) -> None:
    """Menu of named losses and a field for one's own formula.

    start: the keys of the start's coordinates.
    """
    key = state.widget("landscape")
    names = {record.formula: name for name, record in landscapes.items()}

    def picked() -> None:
        record = landscapes.get(st.session_state[key])
        if record is None:
            return
        usual: dict[str, Any] = dict(zip(start, record.start, strict=True))
        usual |= {"formula": record.formula, "lr": record.learning_rate, "steps": record.steps}
        for field, value in usual.items():
            state.set(field, value)

    put(key, OWN if _typing(state) else names.get(state["formula"], OWN))
    st.selectbox(
        t("ui.landscape"),
        [*landscapes, OWN],
        key=key,
        on_change=picked,
        format_func=lambda name: t(f"landscapes.{name}"),
    )
    if st.session_state[key] == OWN:
        show(state, "formula")


def examples(state: State, formulas: Sequence[str]) -> None:
    """Pills that put a ready formula into the field `formula`."""
    key = state.widget("example")

    def picked() -> None:
        if st.session_state[key]:
            state.set("formula", st.session_state[key])
            state.set("at", "3")

    put(key, state["formula"] if state["formula"] in formulas else None)
    st.pills(t("ui.examples"), formulas, key=key, on_change=picked)
