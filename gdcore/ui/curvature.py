"""Second derivatives: the Hessian from every framework, and what the curvature foretells."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import numpy as np
import streamlit as st

import gdcore as gd
from gdcore.backends import BACKENDS
from gdcore.court import Bend, Reference, bend
from gdcore.court.stability import cancelled, minimum_from, stability
from gdcore.formula import Formula, latex_number
from gdcore.ui import asking, frame, frameworks, settings, tabs
from gdcore.ui.language import language, t
from gdcore.ui.setting import in_link
from gdcore.words.figures import below, plain
from gdcore.words.texts import Problem

# The links go just below the limit and just above it: far enough to be seen within their 60 steps.
BESIDE = {"below": 0.95, "above": 1.05}
# A link takes rates up to 100; one somewhat above a limit of this size still fits.
LARGEST_LINKED = 50.0


def layout(formula: Formula, at: dict[str, float], judge: Reference) -> list[asking.Question]:
    """The Hessian from fifty digits at once; what is returned asks the frameworks for theirs."""
    tabs.heading("ui.curvature")
    curvature = bend(formula, at) if judge.kind == "smooth" else Bend()
    matrix = curvature.matrix
    if curvature.sides:
        name, left, right = curvature.sides
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
        for name in settings.available()
    }

    def show(answers: dict[str, Any], waiting: str) -> None:
        parts = []
        for name, answer in answers.items():
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
            ours = answers["numpy"]
            if cancelled(ours, matrix):
                st.warning(t("ui.curvature_cancelled", value=plain(float(ours.flat[0]))))

    return [asking.Question(gd.second_derivatives, calls, show)]


def _limit(formula: Formula, at: dict[str, float], eigenvalues: np.ndarray) -> None:
    """The largest stable learning rate here and at the minimum that a descent from here finds,
    with links to just below and just above that one."""
    here = stability(eigenvalues)
    if here.limit is None:
        st.caption(t("ui.no_upward_curvature"))
        return
    key = "ui.curvature_saddle" if here.saddle else "ui.curvature_limit"
    values = {"largest": plain(here.largest), "least": plain(here.least)}
    st.markdown(t(key, **values, limit=below(here.limit)))
    page = {1: "single_variable", 2: "landscapes"}.get(len(at))
    minimum = minimum_from(formula, at, here.limit) if page else None
    if page is None or minimum is None:
        return
    limit = minimum.limit
    said = ", ".join(f"{name} = {plain(value)}" for name, value in minimum.place.items())
    values = {"place": said, "largest": plain(minimum.largest), "limit": below(limit)}
    st.markdown(t("ui.curvature_minimum", **values))
    if limit <= LARGEST_LINKED:
        _links(formula, at, page, limit)


def _links(formula: Formula, at: dict[str, float], page: str, limit: float) -> None:
    """To a descent from here, just below the limit and just above."""
    keys = ("start",) if len(at) == 1 else ("x", "y")
    # The map of two weights has its variables in alphabetical order.
    start = {key: in_link(at[name]) for key, name in zip(keys, sorted(at), strict=True)}
    for column, (word, factor) in zip(st.columns(2), BESIDE.items(), strict=True):
        query = {
            "formula": formula.text,
            "lr": f"{factor * limit:.4g}",
            "steps": "60",
            "step": "0",
            "play": "1",
            "lang": language(),
            **start,
        }
        if page == "landscapes":
            query["optimizers"] = "sgd"
        # A link of its own tab: whoever follows it wants to come back here.
        column.link_button(
            t(f"ui.just_{word}", rate=plain(factor * limit)),
            f"{page}?{urlencode(query)}",
            width="stretch",
        )
