"""Second derivatives: the Hessian from every framework, and what the curvature foretells."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import numpy as np
import streamlit as st

import gdcore as gd
from gdcore.backends import BACKENDS
from gdcore.figures import plain
from gdcore.formula import Formula
from gdcore.texts import Problem
from gdcore.ui import controls, frame, frameworks
from gdcore.ui.language import language, t


def layout(formula: Formula, at: dict[str, float]) -> list[frameworks.Question]:
    """The Hessian by calculus at once; what is returned asks the frameworks for theirs."""
    st.subheader(t("ui.curvature"), anchor=False)
    matrix = gd.second_derivatives(formula, at)
    if not np.isfinite(matrix).all():
        st.caption(t("ui.no_curvature"))
        return []
    entries = r" \\ ".join(" & ".join(f"{value:.6g}" for value in row) for row in matrix)
    values = np.linalg.eigvalsh((matrix + matrix.T) / 2)
    shown = r",\; ".join(f"{value:.6g}" for value in values)
    st.latex(rf"H = \begin{{pmatrix}} {entries} \end{{pmatrix}} \qquad \lambda = {shown}")
    _limit(formula, at, float(values[-1]))
    slot = frame.Later()
    calls: dict[str, tuple[str, dict[str, Any]]] = {
        name: (name, {"formula": formula.text, "at": at, "backend": name})
        for name in controls.available()
        if name != "numpy"
    }

    def show(found: dict[str, Any], waiting: str) -> None:
        parts = []
        for name, answer in found.items():
            if isinstance(answer, Problem):
                parts.append(answer.say(language()))
            else:
                parts.append(frameworks.difference(BACKENDS[name].title, matrix, answer))
        heading = t("ui.agreement", name=t("ui.calculus"))
        slot.fill().caption(" · ".join([*([f"{heading} {parts[0]}", *parts[1:]] if parts else []),
                                 *([waiting] if waiting else [])]))  # fmt: skip

    return [frameworks.Question(gd.second_derivatives, calls, show)]


def _limit(formula: Formula, at: dict[str, float], steepest: float) -> None:
    """The largest stable learning rate, and links to just below and just above it."""
    if steepest <= 0:
        st.caption(t("ui.no_upward_curvature"))
        return
    limit = 2 / steepest
    st.markdown(t("ui.curvature_limit", largest=plain(steepest), limit=plain(limit)))
    where = {1: "single_variable", 2: "landscapes"}.get(len(at))
    if where is None or limit > 50:
        return
    keys = ("start",) if len(at) == 1 else ("x", "y")
    # The map of two weights has its variables in alphabetical order.
    start = {key: f"{at[name]:.6g}" for key, name in zip(keys, sorted(at), strict=True)}
    for column, factor, word in zip(st.columns(2), (0.95, 1.05), ("below", "above"), strict=True):
        query = {"formula": formula.text, "lr": f"{factor * limit:.4g}", "steps": "60",
                 "step": "0", "play": "1", "lang": language(), **start}  # fmt: skip
        if where == "landscapes":
            query["optimizers"] = "sgd"
        # A link of its own tab: whoever follows it wants to come back here.
        column.link_button(t(f"ui.just_{word}", rate=plain(factor * limit)),
                           f"{where}?{urlencode(query)}", width="stretch")  # fmt: skip
