"""The pitfall lab: a program that surprises, what it really prints, and its repair."""

from __future__ import annotations

from typing import Any

import streamlit as st

from gdcore import workers
from gdcore.backends import BACKENDS
from gdcore.charts.look import Look
from gdcore.charts.timing import timing_chart
from gdcore.court import pitfalls
from gdcore.court.pitfalls import PITFALLS
from gdcore.data import datasets
from gdcore.export import timing
from gdcore.ui import controls, frame, frameworks
from gdcore.ui.language import language, t
from gdcore.ui.state import State
from gdcore.words.texts import Problem


def layout(state: State) -> list[frameworks.Question]:
    """The chosen pitfall beside its repair. What is returned runs both in the framework's own
    process and fills in what they print."""
    st.subheader(t("ui.pitfalls"), anchor=False)
    st.caption(t("ui.pitfalls_help"))
    known = [name for name, one in PITFALLS.items() if BACKENDS[one.backend].installed]
    controls.show(state, "pitfall", options=known)
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
            slots[title] = frame.Later()
    calls: dict[str, tuple[str, dict[str, Any]]] = {
        title: (pitfall.backend, {"name": pitfall.name, "repaired": title == "repaired"})
        for title in slots
    }

    def fill(found: dict[str, Any], waiting: str) -> None:
        for title, slot in slots.items():
            answer = found.get(title, waiting)
            text = answer.say(language()) if isinstance(answer, Problem) else answer
            slot.fill().code(text, language=None, wrap_lines=True)

    return [frameworks.Question(pitfalls.run, calls, fill)]


def exercise(look: Look) -> None:
    """The article's exercise: eager, traced and compiled, measured when somebody asks."""
    st.subheader(t("ui.exercise"), anchor=False)
    st.markdown(t("ui.exercise_help"))
    known = "timings" in st.session_state
    if not st.button(t("ui.measure"), key="measure") and not known:
        return
    rows: list[tuple[str, float, float]] = []
    if st.session_state.get("measure") or not known:
        slot, data = st.empty(), datasets.make_regression()
        for backend in BACKENDS.values():
            if not backend.installed:
                continue
            for mode in backend.modes or ("graph",):
                label = f"{backend.title} {mode}" if backend.modes else backend.title
                slot.info(t("ui.measuring", name=label))
                try:
                    found = (
                        workers.call(backend.package, timing.measure, backend.name, mode, data)
                        if backend.worker
                        else timing.measure(backend.name)
                    )
                except Problem as problem:
                    slot.error(problem.say(language()))
                    return
                rows.append((label, *found))
        slot.empty()
        st.session_state["timings"] = rows
    frame.draw(timing_chart(st.session_state["timings"], look), "timings")
    st.caption(t("ui.measured", epochs=timing.EPOCHS, repeat=timing.REPEAT))
