"""The page of derivatives: one formula, every way to its slope, and a judge."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import gdcore as gd
from gdcore.court import Reference, reference
from gdcore.court.graph import Walk
from gdcore.formula import Formula, Variable, derivative_latex, latex
from gdcore.ui import asking, controls, court, curvature, frame, graph, lab, tabs
from gdcore.ui.state import State

MOST_VARIABLES = 4
EXAMPLES = ("x*x", "x * sin(x)**2", "sigmoid(w*x + b)", "abs(x)", "x**2*y + exp(-y)")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The judge's answer, the place of what all ways answer, and the walk through the graph."""

    judge: Reference
    line: frame.Later
    traversal: Walk


class Page:
    """The parts of the page, in the frame's order: `panel`, `first`, `rest`."""

    def __init__(self, state: State):
        self.state = state
        self.point: dict[str, float] = {}
        self.formula: Formula | gd.Problem
        tabs.settle(state, state.fields["tab"].options)
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
        """The formula and its derivatives in symbols, what everybody answers, and the graph."""
        formula = self.formula
        if isinstance(formula, gd.Problem):
            raise formula
        with st.container(key="gd_formulas"):
            st.markdown(" ".join(_formulas(formula)))
        line = frame.Later()
        judge = reference(formula, self.point)
        traversal = graph.picture(self.state, formula, self.point, frame.look())
        return Shown(judge=judge, line=line, traversal=traversal)

    def rest(self, shown: Shown) -> None:
        """The player, and what is open below it; then the frameworks are asked."""
        formula, point, judge = self.formula, self.point, shown.judge
        assert not isinstance(formula, gd.Problem)
        graph.play(self.state, formula, shown.traversal)
        table: list[frame.Later] = []
        asked = tabs.index(
            self.state,
            {
                "digits": lambda: table.append(court.digits_place()),
                "recorded": lambda: graph.records(formula, point),
                "curvature": lambda: curvature.layout(formula, point, judge),
                "quotients": lambda: court.steps(formula, point, judge, frame.look()),
                "code": lambda: court.code(formula, point),
                "pitfalls": lambda: lab.layout(self.state),
                "exercise": lambda: lab.exercise(frame.look()),
            },
        )
        digits = table[0] if table else None
        asking.ask(court.question(formula, point, judge, shown.line, digits), *(asked or ()))


def _formulas(formula: Formula) -> list[str]:
    """The formula and its derivative by each variable, in LaTeX between dollar signs."""
    result = "f" if "y" in formula.names else "y"
    equations = [f"{result} = {latex(formula)}"]
    for name in formula.names:
        several = rf"\frac{{\partial {result}}}{{\partial {latex(Variable(name))}}}"
        slope = several if len(formula.names) > 1 else f"{result}'"
        equations.append(f"{slope} = {derivative_latex(formula, name)}")
    return [rf"$\displaystyle {one}$" for one in equations]
