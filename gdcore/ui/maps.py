"""Maps of thousands of runs: computed once for the same question, clicked to load a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from gdcore.charts.look import Look
from gdcore.charts.sweep import sweep_chart
from gdcore.descent import sweep as sweeps
from gdcore.descent.sweep import Basins
from gdcore.formula import Formula
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.ui import frame, tabs
from gdcore.ui.language import t
from gdcore.ui.state import State

RATES = np.geomspace(1e-3, 3, 52)
STARTS = 36


def _typed(formula: Formula) -> tuple[str, tuple[str, ...]]:
    """What tells a formula from others, without a walk over its tree."""
    return formula.text, formula.names


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Formula: _typed})
def _sweep(
    formula: Formula,
    name: str,
    domain: tuple[float, float],
    best: float,
    steps: int,
    method: dict[str, Any],
) -> sweeps.Sweep:
    starts = np.linspace(*domain, STARTS)
    return sweeps.rate_sweep(formula, name, RATES, starts, best, steps, **method)


def sweep(
    state: State,
    formula: Formula,
    name: str,
    domain: tuple[float, float],
    best: float,
    method: dict[str, Any],
    look: Look,
) -> None:
    """Learning rate against start; a clicked cell becomes the run that is shown."""
    rules = {key: value for key, value in method.items() if key not in ("backend", "dtype", "mode")}
    outcomes = _sweep(formula, name, domain, best, state["steps"], rules)
    tabs.heading("ui.sweep")
    steps = min(state["steps"], sweeps.MOST_STEPS)
    st.caption(t("ui.sweep_note", steps=steps, optimizer=OPTIMIZERS[rules["optimizer"]].title))
    key = state.widget("cell")

    def load() -> None:
        cells = st.session_state[key]["selection"]["cell"]
        if cells:
            st.session_state[state.widget("lr")] = float(f"{cells[0]['rate']:.3g}")
            st.session_state[state.widget("start")] = float(f"{cells[0]['start']:.3g}")

    picture = sweep_chart(outcomes, (state["lr"], state["start"]), look, name)
    frame.draw(picture, key, on_select=load, selection_mode="cell")


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Formula: _typed})
def basins(
    formula: Formula,
    names: tuple[str, str],
    domain: Sequence[tuple[float, float]],
    rate: float,
    steps: int,
    optimizer: str,
    minima: Sequence[tuple[float, float]],
) -> Basins:
    """Where 10,000 descents end, see `gdcore.descent.sweep.basins`."""
    return sweeps.basins(formula, names, domain, rate, steps, optimizer, minima)
