"""The article's first two examples: the same derivative from TensorFlow, PyTorch and calculus."""

import streamlit as st

import gdcore as gd
from gdcore.court import reference
from gdcore.court.pitfalls import PITFALLS
from gdcore.formula import derivative_latex, latex
from gdcore.ui import controls, court, curvature, frame, frameworks, graph, lab
from gdcore.ui.language import t
from gdcore.ui.state import State, choice, text, whole

MOST_VARIABLES = 4
EXAMPLES = ("x*x", "x * sin(x)**2", "sigmoid(w*x + b)", "abs(x)", "x**2*y + exp(-y)")

state = State(
    "autodiff",
    [
        text("formula", EXAMPLES[1], "ui.formula_many"),
        text("at", "3", "ui.point_of_all"),
        choice(
            "pitfall",
            "unwatched",
            tuple(PITFALLS),
            "ui.pitfall",
            lambda name: t(f"pitfalls.{name}_title"),
        ),
        whole("fold", 0, 0, 60, "ui.fold"),
    ],
)
with st.sidebar:
    controls.examples(state, EXAMPLES)
    controls.formula_box(state, t("ui.formula_help_many"))
    point_slot = st.container()

try:
    formula = gd.parse(state["formula"])
    if not 1 <= len(formula.names) <= MOST_VARIABLES:
        raise gd.FormulaError("formula.variables", None, most=MOST_VARIABLES)
    with point_slot:
        point = controls.point(state, formula.names)
    frame.header("autodiff", state)
except gd.Problem as problem:
    frame.header("autodiff", state)
    frame.refuse(problem)
    st.stop()

result = "f" if "y" in formula.names else "y"
st.latex(f"{result} = " + latex(formula))
for name in formula.names:
    several = rf"\frac{{\partial {result}}}{{\partial {name}}}"
    slope = several if len(formula.names) > 1 else f"{result}'"
    st.latex(f"{slope} = {derivative_latex(formula, name)}")
slot = frame.Later()
recorded = graph.layout(state, formula, point, frame.look())
judge = reference(formula, point)
second = curvature.layout(formula, point, judge)
court.steps(formula, point, judge, frame.look())

court.code(formula, point)
programs = lab.layout(state)
frameworks.ask(court.question(formula, point, judge, slot), *recorded, *second, *programs)
lab.exercise(frame.look())
