"""The table in which the frameworks' derivatives of one formula stand side by side."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import streamlit as st

import gdcore as gd
from gdcore.backends import BACKENDS, DTYPES
from gdcore.charts.errors import errors_chart
from gdcore.charts.look import Look
from gdcore.court import (
    METHODS,
    Reference,
    errors_by_step,
)
from gdcore.court.verdict import Answers, Ruling, Way, ruling, table
from gdcore.descent.formulas import Derivative
from gdcore.export.scripts import DIALECTS, differentiate_script
from gdcore.export.ways import method_script
from gdcore.formula import Formula, derivative
from gdcore.ui import asking, frame, settings, tabs, three
from gdcore.ui.language import language, t
from gdcore.ui.tables import Worded, headed
from gdcore.words.figures import plain
from gdcore.words.texts import Problem


def digits(value: float, dtype: str) -> str:
    """All digits of a number in its own precision, as NumPy prints them."""
    return str(np.dtype(dtype).type(value)).replace("nan", "—").replace("inf", "∞")


def own(formula: Formula, at: dict[str, float]) -> dict[Way, Derivative]:
    """The answers that need no framework, by way, in both precisions."""
    return {
        (name, dtype): method(formula, at, dtype)
        for name, method in METHODS.items()
        for dtype in DTYPES
    }


def _name(method: str) -> str:
    if method in METHODS:
        return t(f"methods.{method}")
    return t("ui.calculus") if method == "numpy" else BACKENDS[method].title


def rows(
    answers: Answers, formula: Formula, at: dict[str, float], judge: Reference
) -> list[Worded]:
    """The court's table in words, the fifty digits on top."""
    names = formula.names
    heads = {"way": t("ui.backend"), "dtype": t("ui.dtype"), "value": t("ui.value")}
    heads |= {f"gradient {name}": t("ui.gradient_for", name=name) for name in names}
    heads |= {"off": t("ui.off_by")}
    worded = []
    if judge.gradient:
        top = {"way": t("ui.fifty_digits"), "dtype": "—", "value": _long(judge.value), "off": "—"}
        worded.append(top | {f"gradient {n}": _long(judge.gradient[n]) for n in names})
    for row in table(answers, formula, at, judge):
        line = {"way": _name(row.method), "dtype": row.dtype}
        if isinstance(row.answer, Derivative):
            line["value"] = digits(row.answer.value, row.dtype)
            for name in names:
                line[f"gradient {name}"] = digits(row.answer.gradient[name], row.dtype)
            if row.off is not None:
                line["off"] = _off(row.off, row.rest)
        else:
            line["value"] = row.answer.say(language()) if row.answer else "…"
        worded.append(line)
    return headed(worded, heads)


def _off(last: float, rest: float | None) -> str:
    return t("court.absolute", gap=plain(rest, 2)) if rest else plain(last, 2)


def _long(value: Any) -> str:
    with mpmath.workdps(60):
        return str(mpmath.nstr(value, 25))


def _short(value: Any) -> str:
    """A number too small for float64, perhaps, in a few digits."""
    return plain(float(value)) if float(value) else str(mpmath.nstr(value, 4))


def said(one: Ruling) -> str:
    """A ruling in words."""
    values = {name: _value(one, name, value) for name, value in one.values.items()}
    return " ".join([t(one.key, **values), *(said(other) for other in one.more)])


def _value(one: Ruling, name: str, value: Any) -> str:
    match name:
        case "told":
            return t("ui.comma").join(f"{_name(method)} {plain(slope)}" for method, slope in value)
        case "functions":
            listed = ", ".join(value)
            if one.key != "court.zero_infinity":
                return listed
            return t("court.functions", names=listed) if listed else ""
        case "last":
            return plain(value, 2)
        case "gap":
            return _short(value) if one.key == "court.fine_kink" else plain(value, 2)
        case _ if one.key == "ui.domain_edge" and name == "value":
            return plain(round(value, 12))
    return value if isinstance(value, str) else plain(value)


def question(
    formula: Formula,
    at: dict[str, float],
    judge: Reference,
    line: frame.Later,
    digits_of_all: frame.Later | None,
) -> asking.Question:
    """What the frameworks are asked; fills `line`, and `digits_of_all` where the table is open."""
    calls = {
        (name, dtype): (
            name,
            {"formula": formula, "at": at, "backend": name, "dtype": dtype},
        )
        for name in settings.available()
        if name in BACKENDS
        for dtype in reversed(DTYPES)
    }
    mine = own(formula, at)

    def show(answers: dict[Any, Any], waiting: str) -> None:
        all_answers: dict[Way, Derivative | Problem] = answers | mine
        decided = None
        if not waiting or judge.kind != "smooth":  # what is wrong with the point is known already
            one = ruling(all_answers, formula, at, judge)
            decided = one.tone, said(one)
        three.show(line, all_answers, formula.names, decided, waiting)
        if digits_of_all is not None:
            with digits_of_all.fill():
                st.dataframe(
                    rows(all_answers, formula, at, judge),
                    hide_index=True,
                    width="stretch",
                    height="content",
                )

    return asking.Question(gd.differentiate, calls, show)


def digits_place() -> frame.Later:
    """Where the table of all ways will stand."""
    tabs.heading("ui.all_digits")
    return frame.Later()


def code(formula: Formula, at: dict[str, float]) -> None:
    """The code of every way, exactly as run, to copy."""
    tabs.heading("ui.code")
    frameworks = [name for name in DIALECTS if BACKENDS[name].installed]
    with st.container(horizontal=True):
        way = st.segmented_control(
            t("ui.backend"),
            [*frameworks, *METHODS],
            default=frameworks[0],
            key="code_way",
            persist_state="session",
            format_func=_name,
            required=True,
            wrap=True,
        )
        kind = st.segmented_control(
            t("ui.dtype"),
            DTYPES,
            default=DTYPES[0],
            key="code_dtype",
            required=True,
            persist_state="session",
        )
    if way in DIALECTS:
        partials = tuple(derivative(formula, name) for name in formula.names)
        text = differentiate_script(formula, at, way, kind, partials)
    else:
        text = method_script(formula, at, way, kind)
    st.code(text, language="python")


def steps(formula: Formula, at: dict[str, float], judge: Reference, look: Look) -> None:
    """How small a step should be: error against h along one of the variables."""
    tabs.heading("ui.small_step")
    if not judge.gradient:
        st.caption(t("ui.no_slope_to_miss"))
        return
    st.markdown(t("ui.small_step_help"))
    name = formula.names[0]
    if len(formula.names) > 1:
        if st.session_state.get("along") not in formula.names:
            st.session_state["along"] = name
        st.segmented_control(
            t("ui.along"), formula.names, key="along", required=True, persist_state="session"
        )
        name = st.session_state["along"]
    errors = errors_by_step(formula, at, name, judge.gradient[name])
    frame.draw(errors_chart(errors, look), "errors")
