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
from gdcore.ui import asking, controls, frame, tabs
from gdcore.ui.language import language, t
from gdcore.ui.state import State
from gdcore.words.texts import Problem


def layout(state: State) -> list[asking.Question]:
    """The chosen pitfall beside its repair. What is returned runs both in the framework's own
    process and fills in what they print."""
    tabs.heading("ui.pitfalls")
    st.caption(t("ui.pitfalls_help"))
    available = [name for name, one in PITFALLS.items() if BACKENDS[one.backend].installed]
    controls.show(state, "pitfall", options=available)
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

    def fill(answers: dict[str, Any], waiting: str) -> None:
        for title, slot in slots.items():
            answer = answers.get(title, waiting)
            text = answer.say(language()) if isinstance(answer, Problem) else answer
            slot.fill().code(text, language=None, wrap_lines=True)

    return [asking.Question(pitfalls.run, calls, fill)]


def exercise(look: Look) -> None:
    """The article's exercise: eager, traced and compiled, measured when somebody asks."""
    tabs.heading("ui.exercise")
    st.markdown(t("ui.exercise_help"))
    measured = "timings" in st.session_state
    if not st.button(t("ui.measure"), key="measure") and not measured:
        return
    if st.session_state.get("measure") or not measured:
        slot, data = st.empty(), datasets.make_regression()
        timings: list[timing.Timing] = []
        for way in timing.ways():
            slot.info(t("ui.measuring", name=_label(way)))
            try:
                timings.append(_measured(way, data))
            except Problem as problem:
                slot.error(problem.say(language()))
                return
        slot.empty()
        st.session_state["timings"] = timings
    rows = [(_label(one.way), one.first, one.median) for one in st.session_state["timings"]]
    frame.draw(timing_chart(rows, look), "timings")
    st.caption(t("ui.measured", epochs=timing.EPOCHS, repeat=timing.REPEAT))


def _measured(way: timing.Way, data: datasets.Data) -> timing.Timing:
    """The timing of one way, in the framework's own process where it has one."""
    backend, mode = BACKENDS[way.backend], way.mode or "graph"
    if not backend.worker:
        first, median = timing.measure(backend.name)
    else:
        first, median = workers.call(backend.package, timing.measure, backend.name, mode, data)
    return timing.Timing(way=way, first=first, median=median)


def _label(way: timing.Way) -> str:
    title = BACKENDS[way.backend].title
    return f"{title} {way.mode}" if way.mode else title
