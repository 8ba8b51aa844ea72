"""The article's first two examples: the same derivative from TensorFlow, PyTorch and calculus."""

import streamlit as st

import gdcore as gd
from gdcore.backends import BACKENDS, DTYPES
from gdcore.export import DIALECTS, differentiate_script
from gdcore.formula import derivative, derivative_latex, latex
from gdcore.ui import controls, court, frame, frameworks
from gdcore.ui.language import t
from gdcore.ui.state import State, text

MOST_VARIABLES = 4
EXAMPLES = ("x*x", "x * sin(x)**2", "sigmoid(w*x + b)", "abs(x)", "x**2*y + exp(-y)")

state = State("autodiff", [text("formula", EXAMPLES[1]), text("at", "3")])
with st.sidebar:
    controls.examples(state, EXAMPLES)
    st.text_input(t("ui.formula_many"), key=state.widget("formula"), max_chars=500,
                  help=t("ui.formula_help_many"))  # fmt: skip
    point_slot = st.container()

try:
    formula = gd.parse(state["formula"])
    if not 1 <= len(formula.names) <= MOST_VARIABLES:
        raise gd.FormulaError("formula.variables", None, most=MOST_VARIABLES)
    with point_slot:
        point = controls.point(state, formula.names)
    frame.header("autodiff", state)
    partials = tuple(derivative(formula, name) for name in formula.names)
except gd.Problem as problem:
    frame.header("autodiff", state)
    frame.refuse(problem)
    st.stop()

st.latex("y = " + latex(formula))
for name in formula.names:
    st.latex(rf"\frac{{\partial y}}{{\partial {name}}} = {derivative_latex(formula, name)}"
             if len(formula.names) > 1 else rf"y' = {derivative_latex(formula, name)}")  # fmt: skip
slot = st.empty()

st.subheader(t("ui.code"), anchor=False)
tabs = st.tabs([BACKENDS[name].title for name in DIALECTS])
for tab, name in zip(tabs, DIALECTS, strict=True):
    with tab:
        code = differentiate_script(formula, point, name, "float32", partials)
        st.code(code, language="python")

backends = [name for name in controls.available() if name in BACKENDS]
calls = {f"{name} {dtype}": (name, {"formula": state["formula"], "at": point, "backend": name,
                                    "dtype": dtype})
         for name in backends for dtype in reversed(DTYPES)}  # fmt: skip


def show(found: dict, waiting: str) -> None:
    court.show(found, formula.names, slot, waiting)


frameworks.stream(calls, gd.differentiate, show)
