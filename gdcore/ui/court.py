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
    apart,
    cause,
    domain_edge,
    errors_by_step,
    left_out_by,
    ulps,
)
from gdcore.descent.formulas import Derivative
from gdcore.export.scripts import DIALECTS, differentiate_script
from gdcore.export.ways import method_script
from gdcore.formula import Formula, derivative
from gdcore.ui import controls, frame, frameworks
from gdcore.ui.language import language, t
from gdcore.words.figures import plain
from gdcore.words.texts import Problem


def digits(value: float, dtype: str) -> str:
    """All digits of a number in its own precision, as NumPy prints them."""
    return str(np.dtype(dtype).type(value)).replace("nan", "—").replace("inf", "∞")


def own(formula: Formula, at: dict[str, float]) -> dict[str, Derivative]:
    """The answers that need no framework, by label, in both precisions."""
    return {
        f"{name} {dtype}": method(formula, at, dtype)
        for name, method in METHODS.items()
        for dtype in DTYPES
    }


def _name(method: str) -> str:
    if method in METHODS:
        return t(f"methods.{method}")
    return t("ui.calculus") if method == "numpy" else BACKENDS[method].title


def _ulps(answer: Derivative, judge: Reference, dtype: str, allowed: dict[str, float]) -> float:
    """How far a gradient is off at most, in units in the last place."""
    assert judge.gradient is not None
    return max(
        ulps(answer.gradient[name], exact, dtype, allowed.get(name, 0.0))
        for name, exact in judge.gradient.items()
    )


def _rest_of_zero(answer: Derivative, judge: Reference, allowed: dict[str, float]) -> float:
    """What is left at most where the slope is exactly 0, which has no last place to count in."""
    assert judge.gradient is not None
    gaps = [
        abs(answer.gradient[name]) - allowed.get(name, 0.0)
        for name, exact in judge.gradient.items()
        if not exact
    ]
    return max([0.0, *gaps])


def _value_gap(found: dict[str, Any], judge: Reference) -> float:
    """How far the values are off at most, where that is more than a few units of rounding."""
    gaps = [0.0]
    for label, answer in found.items():
        dtype = label.split()[1]
        if isinstance(answer, Derivative) and ulps(answer.value, judge.value, dtype) > 16:
            gaps.append(abs(answer.value - float(judge.value)))
    return max(gaps)


def _told_gap(answer: Derivative, judge: Reference, dtype: str, allowed: dict[str, float]) -> str:
    rest = _rest_of_zero(answer, judge, allowed)
    if rest:
        return t("court.absolute", gap=plain(rest, 2))
    return plain(_ulps(answer, judge, dtype, allowed), 2)


def rows(
    found: dict[str, Any], formula: Formula, at: dict[str, float], judge: Reference
) -> list[dict[str, str]]:
    """One row per way and precision, the fifty digits on top.

    found: Derivative or Problem by label, as far as they have arrived.
    """
    names = formula.names
    off, who, precision, value = (t(f"ui.{key}") for key in ("off_by", "backend", "dtype", "value"))
    table = []
    if judge.gradient:
        top = {who: t("ui.fifty_digits"), precision: "—", value: _long(judge.value)}
        top |= {t("ui.gradient_for", name=n): _long(judge.gradient[n]) for n in names}
        table.append(top | {off: "—"})
    installed = [backend.name for backend in BACKENDS.values() if backend.installed]
    for dtype in reversed(DTYPES):
        for method in (*installed, *METHODS):
            answer = found.get(f"{method} {dtype}")
            row = {who: _name(method), precision: dtype}
            if isinstance(answer, Derivative):
                row[value] = digits(answer.value, dtype)
                for name in names:
                    row[t("ui.gradient_for", name=name)] = digits(answer.gradient[name], dtype)
                if judge.gradient:
                    allowed = left_out_by(method, dtype, formula, at, answer, judge)
                    row[off] = _told_gap(answer, judge, dtype, allowed)
            else:
                row[value] = answer.say(language()) if answer else "…"
            table.append(row)
    return table


def _long(value: Any) -> str:
    with mpmath.workdps(60):
        return str(mpmath.nstr(value, 25))


def _short(value: Any) -> str:
    """A number too small for float64, perhaps, in a few digits."""
    return plain(float(value)) if float(value) else str(mpmath.nstr(value, 4))


def verdict(
    found: dict[str, Any], formula: Formula, at: dict[str, float], judge: Reference
) -> tuple[str, str]:
    """How the court decides: the kind of message and its text."""
    names = formula.names
    if judge.kind == "kink" and judge.slopes:
        name, left, right = judge.slopes
        said = "、" if language() == "zh-TW" else ", "
        told = said.join(
            f"{_name(method)} {plain(answer.gradient[name])}"
            for method in (*BACKENDS, *METHODS)
            if isinstance(answer := found.get(f"{method} float64"), Derivative)
        )
        here = {"name": name, "left": plain(left), "right": plain(right), "told": told}
        if plain(left) == plain(right):
            return "warning", t("court.fine_kink", **here, gap=_short(judge.gap))
        tied = judge.notes.ties and judge.notes.ties <= {"max", "min"}
        return "warning", t("court.tied_kink" if tied else "ui.kink", **here)
    if judge.kind == "jump" and judge.slopes:
        name, left, right = judge.slopes
        return "warning", t(
            "court.jump",
            name=name,
            left=plain(left),
            right=plain(right),
            value=plain(float(judge.value)),
        )
    if judge.kind != "smooth" or not judge.gradient:
        text = t(f"{'court.' if judge.kind in ('edge', 'unknown') else 'ui.court_'}{judge.kind}")
        for name in names if judge.kind == "outside" else ():
            edge = domain_edge(formula, at, name)
            if edge is not None:
                text += " " + t("ui.domain_edge", name=name, value=plain(round(edge, 12)))
        return "warning", text
    worst, closest, farthest = 0.0, 0.0, ""
    for label, answer in found.items():
        method, dtype = label.split()
        if method in ("central", "forward"):
            continue  # what they cannot do is shown below
        if isinstance(answer, Problem):
            return "warning", t("ui.incomplete")
        allowed = left_out_by(method, dtype, formula, at, answer, judge)
        worst = max(worst, apart(answer, judge, dtype, allowed))
        off = _ulps(answer, judge, dtype, allowed)
        if off > closest:
            closest, farthest = off, label
    if closest <= 4 and (gap := _value_gap(found, judge)):
        return "info", t("court.value_off", gap=plain(gap, 2))
    if closest <= 4:
        if closest == 0:
            return "success", t("ui.agree_exact")
        return "success", t("ui.agree_all", last=plain(closest, 2))
    dtype = farthest.split()[1]
    why = cause(formula, at, found[farthest], judge, dtype)
    method = farthest.split()[0]
    allowed = left_out_by(method, dtype, formula, at, found[farthest], judge)
    rest = _rest_of_zero(found[farthest], judge, allowed)
    if rest and why in ("rounding", "cancellation") and worst <= 1000:
        return "info", t(f"court.zero_{why}", gap=plain(rest, 2))
    if why == "cancellation" and worst <= 1000:
        return "info", t("court.cancellation_little", last=plain(closest, 2))
    met = judge.notes.singular if why == "zero_infinity" else judge.notes.ties
    listed = ", ".join(sorted(met))
    if why == "zero_infinity":
        listed = t("court.functions", names=listed) if met else ""
    kind = "info" if why in ("rounding", "saturation") else "warning"
    return kind, t(f"court.{why}", last=plain(closest, 2), dtype=dtype, functions=listed)


def question(
    formula: Formula, at: dict[str, float], judge: Reference, slot: frame.Later
) -> frameworks.Question:
    """What the frameworks are asked; fills the slot with the verdict and the table."""
    calls = {
        f"{name} {dtype}": (
            name,
            {"formula": formula, "at": at, "backend": name, "dtype": dtype},
        )
        for name in controls.available()
        if name in BACKENDS
        for dtype in reversed(DTYPES)
    }
    mine = own(formula, at)

    def show(answers: dict[str, Any], waiting: str) -> None:
        found = answers | mine
        with slot.fill():
            if waiting:
                st.info(waiting)
            else:
                kind, text = verdict(found, formula, at, judge)
                {"success": st.success, "info": st.info, "warning": st.warning}[kind](text)
            st.dataframe(
                rows(found, formula, at, judge), hide_index=True, width="stretch", height="content"
            )

    return frameworks.Question(gd.differentiate, calls, show)


def code(formula: Formula, at: dict[str, float]) -> None:
    """The code of every way, exactly as run, to copy."""
    st.subheader(t("ui.code"), anchor=False)
    known = [name for name in DIALECTS if BACKENDS[name].installed]
    with st.container(horizontal=True):
        way = st.segmented_control(
            t("ui.backend"),
            [*known, *METHODS],
            default=known[0],
            key="code_way",
            format_func=_name,
            required=True,
            wrap=True,
        )
        kind = st.segmented_control(
            t("ui.dtype"), DTYPES, default=DTYPES[0], key="code_dtype", required=True
        )
    if way in DIALECTS:
        partials = tuple(derivative(formula, name) for name in formula.names)
        text = differentiate_script(formula, at, way, kind, partials)
    else:
        text = method_script(formula, at, way, kind)
    st.code(text, language="python")


def steps(formula: Formula, at: dict[str, float], judge: Reference, look: Look) -> None:
    """How small a step should be: error against h along one of the variables."""
    if not judge.gradient:
        return
    st.subheader(t("ui.small_step"), anchor=False)
    st.markdown(t("ui.small_step_help"))
    name = formula.names[0]
    if len(formula.names) > 1:
        name = st.segmented_control(t("ui.along"), formula.names, default=name) or name
    st.session_state["drawn"] = True  # the table goes first here, no chart needs a head start
    errors = errors_by_step(formula, at, name, judge.gradient[name])
    frame.draw(errors_chart(errors, look), "errors")
