"""The table in which the frameworks' derivatives of one formula stand side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from gdcore.backends import BACKENDS, DTYPES
from gdcore.descent import Derivative
from gdcore.figures import plain
from gdcore.texts import Problem
from gdcore.ui.language import language, t


def digits(value: float, dtype: str) -> str:
    """All digits of a number in its own precision, as NumPy prints them."""
    return str(np.dtype(dtype).type(value)).replace("nan", "—").replace("inf", "∞")


def rows(found: dict[str, Any], names: tuple[str, ...]) -> list[dict[str, str]]:
    """One row per framework and precision; `found` holds Derivative or Problem by label."""
    exact: Derivative = found["numpy float64"]
    table = []
    for dtype in DTYPES:
        for backend in BACKENDS.values():
            answer = found.get(f"{backend.name} {dtype}", None if backend.installed else "")
            if answer == "":
                continue
            who = t("ui.calculus") if backend.name == "numpy" else backend.title
            row = {t("ui.backend"): who, t("ui.dtype"): dtype}
            if isinstance(answer, Derivative):
                row[t("ui.value")] = digits(answer.value, dtype)
                gaps = []
                for name in names:
                    row[t("ui.gradient_for", name=name)] = digits(answer.gradient[name], dtype)
                    gaps.append(abs(answer.gradient[name] - exact.gradient[name]))
                row[t("ui.from_calculus")] = plain(max(gaps), 2)
            else:
                row[t("ui.value")] = answer.say(language()) if answer else "…"
            table.append(row)
    return table


def verdict(found: dict[str, Any], names: tuple[str, ...]) -> tuple[str, str]:
    """How the court decides: the kind of message and its text."""
    exact = found["numpy float64"]
    numbers = [exact.value, *exact.gradient.values()]
    if not np.isfinite(numbers).all():
        return "warning", t("ui.no_derivative")
    worst = 0.0
    for label, answer in found.items():
        if isinstance(answer, Problem):
            return "warning", t("ui.incomplete")
        size = np.finfo(label.split()[-1]).eps
        for name in names:
            gap = abs(answer.gradient[name] - exact.gradient[name])
            scale = max(abs(exact.gradient[name]), abs(exact.value), 1.0)
            worst = max(worst, gap / scale / size) if np.isfinite(gap) else np.inf
    if worst > 1000:
        return "warning", t("ui.disagree")
    return "success", t("ui.agree_all", last=plain(worst, 2))


def show(found: dict[str, Any], names: tuple[str, ...], slot: Any, waiting: str) -> None:
    """Fills the slot with the table and the verdict, or with what is being waited for."""
    with slot.container():
        st.table(rows(found, names))
        if waiting:
            st.info(waiting)
        else:
            kind, text = verdict(found, names)
            (st.success if kind == "success" else st.warning)(text)
