"""One picture beside the weights, chosen from many: the surface, the residuals, the plane …"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from gdcore.charts import diagnostics
from gdcore.charts import regression as charts
from gdcore.charts.look import Look
from gdcore.regression import Fit, slice_of_quadratic, surface
from gdcore.ui import controls, frame
from gdcore.ui.language import t
from gdcore.ui.state import Field, State, choice, number, whole

PICTURES = ("predicted", "surface", "residuals", "histogram", "quantiles", "plane")


def fields() -> list[Field]:
    """URL keys: which picture, the surface's two weights, the turn of the plane's view."""
    return [choice("picture", PICTURES[0], PICTURES), whole("first", 1, 1, 51),
            whole("second", 2, 1, 51), number("turn", 35, 0, 360)]  # fmt: skip


def panel(state: State, names: list[str]) -> None:
    """Which picture, and what belongs to it. names: of all weights, the intercept last."""
    known = [name for name in PICTURES if name != "plane" or len(names) == 3]
    if state["picture"] not in known:
        st.session_state[state.widget("picture")] = PICTURES[0]
    controls.choose(state, "picture", t("ui.picture"), known, "pictures")
    if state["picture"] == "surface":
        for key, usual in (("first", 1), ("second", 2)):
            if state[key] > len(names):
                st.session_state[state.widget(key)] = usual
            st.selectbox(t(f"ui.{key}_weight"), range(1, len(names) + 1), key=state.widget(key),
                         format_func=lambda i: names[i - 1])  # fmt: skip
    elif state["picture"] == "plane":
        controls.slider(state, "turn", t("ui.turn"), 0.0, 360.0, 5.0)


def pair(state: State, count: int) -> tuple[int, int]:
    """The two weights of the surface, two different ones of `count`."""
    first = min(state["first"], count) - 1
    second = min(state["second"], count) - 1
    return first, second if second != first else (first + 1) % count


def draw(
    state: State, fit: Fit, names: list[str], features: tuple[str, ...], rows: np.ndarray,
    look: Look, height: int = 380,
) -> None:  # fmt: skip
    """The chosen picture at the player's step."""
    which = state["picture"]
    weights = fit.weights[rows]
    data = (fit.X, fit.y, weights, rows, look)
    title = t(f"pictures.{which}")
    if which == "surface":
        over(fit, pair(state, len(names)), names, rows, look, height)
    elif which == "residuals":
        frame.draw(diagnostics.residual_chart(*data, height, title), "residuals")
    elif which == "histogram":
        frame.draw(diagnostics.histogram_chart(*data, height, title), "histogram")
    elif which == "quantiles":
        frame.draw(diagnostics.quantile_chart(*data, height, title), "quantiles")
    elif which == "plane" and len(features) == 2:
        frame.draw(diagnostics.plane_chart(*data, features, state["turn"], height, title), "plane")
    else:
        frame.draw(charts.predicted_chart(*data, height, look.t("predicted_title")), "predicted")


def over(
    fit: Fit, which: tuple[int, int], names: list[str], rows: np.ndarray, look: Look,
    height: int = 380, key: str = "surface", descended: bool = False, title: str | None = None,
) -> None:  # fmt: skip
    """The loss over two of the weights with the path on it; the others stand where they ended."""
    weights = fit.trajectory.weights.astype(float) if descended else fit.weights
    known = fit.reference
    best = fit.minimum if descended else np.append(known.coef_, known.intercept_)
    first, second = which
    path = pd.DataFrame({"step": rows, "u": weights[rows, first], "v": weights[rows, second],
                         "loss": fit.trajectory.losses[rows]})  # fmt: skip
    goal = [float(best[first]), float(best[second])]
    domains = charts.surface_domains(path, goal)
    rings = rings_of(fit, which, domains, descended)
    pictured = (names[first], names[second])
    title = title or look.t("surface_title", first=pictured[0], second=pictured[1])
    frame.draw(charts.ring_chart(rings, domains, goal, path, look, pictured, height, title), key)


def rings_of(
    fit: Fit, which: tuple[int, int], domains: Sequence[Sequence[float]], descended: bool = False
) -> pd.DataFrame:  # fmt: skip
    """The isolines of the loss over two weights: exact for a quadratic, else from a grid."""
    known = slice_of_quadratic(fit, which, descended)
    if known is not None:
        return charts.ellipses(*known, domains)
    return charts.isolines(*surface(fit, which, domains, descended=descended))
