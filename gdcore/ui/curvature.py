"""Second derivatives: the Hessian from every framework, and what the curvature foretells."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import numpy as np
import streamlit as st

import gdcore as gd
from gdcore.backends import BACKENDS
from gdcore.court import Bend, Reference, bend
from gdcore.formula import Formula, latex_number
from gdcore.ui import controls, frame, frameworks
from gdcore.ui.language import language, t
from gdcore.ui.state import in_link
from gdcore.words.figures import below, plain
from gdcore.words.texts import Problem


def layout(formula: Formula, at: dict[str, float], judge: Reference) -> list[frameworks.Question]:
    """The Hessian from fifty digits at once; what is returned asks the frameworks for theirs."""
    st.subheader(t("ui.curvature"), anchor=False)
    found = bend(formula, at) if judge.kind == "smooth" else Bend()
    matrix = found.matrix
    if found.sides:
        name, left, right = found.sides
        st.caption(t("court.jumping_curvature", name=name, left=plain(left), right=plain(right)))
        return []
    if matrix is None:
        st.caption(t("ui.no_curvature"))
        return []
    entries = r" \\ ".join(" & ".join(latex_number(value, 6) for value in row) for row in matrix)
    values = np.linalg.eigvalsh((matrix + matrix.T) / 2)
    shown = r",\; ".join(latex_number(value, 6) for value in values)
    st.latex(rf"H = \begin{{pmatrix}} {entries} \end{{pmatrix}} \qquad \lambda = {shown}")
    _limit(formula, at, values)
    place = frame.Later()
    calls: dict[str, tuple[str, dict[str, Any]]] = {
        name: (name, {"formula": formula, "at": at, "backend": name})
        for name in controls.available()
    }

    def show(found: dict[str, Any], waiting: str) -> None:
        parts = []
        for name, answer in found.items():
            if isinstance(answer, Problem):
                parts.append(answer.say(language()))
            else:
                title = t("ui.calculus") if name == "numpy" else BACKENDS[name].title
                parts.append(frameworks.difference(title, matrix, answer))
        heading = t("ui.agreement", name=t("ui.the_fifty"))
        said = " · ".join(
            [
                *([f"{heading} {parts[0]}", *parts[1:]] if parts else []),
                *([waiting] if waiting else []),
            ]
        )
        with place.fill():
            st.caption(said)
            ours = found["numpy"]
            if np.abs(ours - matrix).max() > 1e-3 * np.abs(matrix).max():
                st.warning(t("ui.curvature_cancelled", value=plain(float(ours.flat[0]))))

    return [frameworks.Question(gd.second_derivatives, calls, show)]


def _limit(formula: Formula, at: dict[str, float], eigenvalues: np.ndarray) -> None:
    """The largest stable learning rate here and at the minimum that a descent from here finds,
    with links to just below and just above that one."""
    least, largest = float(eigenvalues[0]), float(eigenvalues[-1])
    tiny = 1e-9 * max(abs(least), abs(largest))
    if largest <= tiny or not np.isfinite(2 / largest):
        st.caption(t("ui.no_upward_curvature"))
        return
    limit = 2 / largest
    saddle = least < -tiny
    key = "ui.curvature_saddle" if saddle else "ui.curvature_limit"
    st.markdown(t(key, largest=plain(largest), least=plain(least), limit=below(limit)))
    where = {1: "single_variable", 2: "landscapes"}.get(len(at))
    found = _minimum(formula, at, limit) if where else None
    if where is None or found is None:
        return
    place, steepest = found
    limit = 2 / steepest
    said = ", ".join(f"{name} = {plain(value)}" for name, value in place.items())
    st.markdown(t("ui.curvature_minimum", place=said, largest=plain(steepest), limit=below(limit)))
    if limit > 50:
        return
    keys = ("start",) if len(at) == 1 else ("x", "y")
    # The map of two weights has its variables in alphabetical order.
    start = {key: in_link(at[name]) for key, name in zip(keys, sorted(at), strict=True)}
    for column, factor, word in zip(st.columns(2), (0.95, 1.05), ("below", "above"), strict=True):
        query = {
            "formula": formula.text,
            "lr": f"{factor * limit:.4g}",
            "steps": "60",
            "step": "0",
            "play": "1",
            "lang": language(),
            **start,
        }
        if where == "landscapes":
            query["optimizers"] = "sgd"
        # A link of its own tab: whoever follows it wants to come back here.
        column.link_button(
            t(f"ui.just_{word}", rate=plain(factor * limit)),
            f"{where}?{urlencode(query)}",
            width="stretch",
        )


def _minimum(
    formula: Formula, at: dict[str, float], limit: float
) -> tuple[dict[str, float], float] | None:
    """The minimum that a careful descent from here reaches, and the largest curvature there."""
    for factor, steps in ((0.5, 100), (0.05, 400)):
        run = gd.descend(formula, at, factor * limit, steps)
        place = dict(zip(run.names, map(float, run.weights[-1]), strict=True))
        if run.stop.kind != "converged":
            continue
        matrix = bend(formula, place).matrix
        values = np.zeros(1) if matrix is None else np.linalg.eigvalsh(matrix)
        if values[0] > 1e-9:
            return place, float(values[-1])
    return None
