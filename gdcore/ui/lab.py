"""The pitfall lab: a program that surprises, what it really prints, and its repair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from gdcore import pitfalls
from gdcore.backends import BACKENDS
from gdcore.pitfalls import PITFALLS
from gdcore.texts import Problem
from gdcore.ui import frameworks
from gdcore.ui.language import language, t
from gdcore.ui.state import State


def layout(state: State) -> Callable[[], None]:
    """The chosen pitfall beside its repair. What is returned runs both in the framework's own
    process and fills in what they print; a page calls it when everything else is there."""
    st.subheader(t("ui.pitfalls"), anchor=False)
    st.caption(t("ui.pitfalls_help"))
    known = [name for name, one in PITFALLS.items() if BACKENDS[one.backend].installed]
    st.selectbox(t("ui.pitfall"), known, key=state.widget("pitfall"),
                 format_func=lambda name: t(f"pitfalls.{name}_title"))  # fmt: skip
    pitfall = PITFALLS[state["pitfall"]]
    st.markdown(t(f"pitfalls.{pitfall.name}"))
    slots = {}
    for column, title, repaired in zip(
        st.columns(2), ("surprising", "repaired"), (False, True), strict=True
    ):
        with column:
            st.caption(t(f"ui.{title}"))
            st.code(pitfall.code(repaired), language="python")
            st.caption(t("ui.prints"))
            slots[title] = st.empty()
    calls: dict[str, tuple[str, dict[str, Any]]] = {
        title: (pitfall.backend, {"name": pitfall.name, "repaired": title == "repaired"})
        for title in slots
    }

    def fill(found: dict[str, Any], waiting: str) -> None:
        for title, slot in slots.items():
            answer = found.get(title, waiting)
            text = answer.say(language()) if isinstance(answer, Problem) else answer
            slot.code(text, language=None, wrap_lines=True)

    return lambda: frameworks.stream(calls, pitfalls.run, fill)
