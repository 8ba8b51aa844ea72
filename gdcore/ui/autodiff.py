"""The page of derivatives: one formula, every way to its slope, and a judge."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import gdcore as gd
from gdcore.court import Reference, reference
from gdcore.formula import Formula, derivative_latex, latex
from gdcore.ui import controls, court, curvature, frame, frameworks, graph, lab
from gdcore.ui.state import State

MOST_VARIABLES = 4
EXAMPLES = ("x*x", "x * sin(x)**2", "sigmoid(w*x + b)", "abs(x)", "x**2*y + exp(-y)")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The judge's answer, the place of the court's table, and what the frameworks recorded."""

    judge: Reference
    table: frame.Later
    recorded: list[frameworks.Question]


class Page:
    """The parts of the page, in the frame's order: `panel`, `first`, `rest`."""

    def __init__(self, state: State):
        self.state = state
        self.point: dict[str, float] = {}
        self.formula: Formula | gd.Problem
        try:
            self.formula = self._formula()
            self.point = controls.point(state, self.formula.names)
        except gd.Problem as problem:
            self.formula = problem

    def _formula(self) -> Formula:
        formula = gd.parse(self.state["formula"])
        if not 1 <= len(formula.names) <= MOST_VARIABLES:
            raise gd.FormulaError("formula.variables", None, most=MOST_VARIABLES)
        return formula

    def panel(self) -> None:
        """The controls of the sidebar."""
        controls.examples(self.state, EXAMPLES)
        controls.show(self.state, "formula")
        with st.container():
            controls.point_panel(self.state, tuple(self.point))

    def first(self) -> Shown:
        """The formula and its derivatives in symbols, and its graph."""
        formula = self.formula
        if isinstance(formula, gd.Problem):
            raise formula
        result = "f" if "y" in formula.names else "y"
        st.latex(f"{result} = " + latex(formula))
        for name in formula.names:
            several = rf"\frac{{\partial {result}}}{{\partial {name}}}"
            slope = several if len(formula.names) > 1 else f"{result}'"
            st.latex(f"{slope} = {derivative_latex(formula, name)}")
        table = frame.Later()
        recorded = graph.layout(self.state, formula, self.point, frame.look())
        return Shown(judge=reference(formula, self.point), table=table, recorded=recorded)

    def rest(self, shown: Shown) -> None:
        """Curvature, small steps, the code, the pitfalls; then the frameworks are asked."""
        formula, point, judge = self.formula, self.point, shown.judge
        assert not isinstance(formula, gd.Problem)
        second = curvature.layout(formula, point, judge)
        court.steps(formula, point, judge, frame.look())
        court.code(formula, point)
        programs = lab.layout(self.state)
        asked = court.question(formula, point, judge, shown.table)
        frameworks.ask(asked, *shown.recorded, *second, *programs)
        lab.exercise(frame.look())
