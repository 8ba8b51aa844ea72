"""Descend on a curve: the article's third example, and whatever one makes of it."""

import streamlit as st

import gdcore as gd
from gdcore import export
from gdcore.charts import curve, steps
from gdcore.charts.player import thin
from gdcore.landscapes import LANDSCAPES, view
from gdcore.ui import controls, frame, frameworks, overlay, readout, results
from gdcore.ui.language import language, t
from gdcore.ui.player import player
from gdcore.ui.state import State, number, text, whole

OPENING = LANDSCAPES["parabola"]
state = State("single_variable", [
    text("formula", OPENING.formula),
    number("start", OPENING.start[0], -1e3, 1e3),
    number("lr", OPENING.learning_rate, 0, 100),
    whole("steps", OPENING.steps, 1, 10_000),
    *controls.method_fields(),
    *overlay.fields(),
])  # fmt: skip

with st.sidebar:
    landscape = controls.landscape(state, LANDSCAPES)
    domain = landscape.domain[0] if landscape else (-6.0, 6.0)
    controls.slider(state, "start", t("ui.start"), *map(float, domain), 0.05)
    controls.slider(state, "lr", t("ui.learning_rate"), 0.0, 1.5, 0.005, format="%.4g")
    controls.slider(state, "steps", t("ui.epochs"), 1, 500, 1)
    method = controls.method(state)
    rivals = overlay.controls(state)
state.leave()
frame.header("single_variable", state)

try:
    formula = gd.parse(state["formula"])
    name = formula.names[0] if formula.names else "w"
    if len(formula.names) > 1:
        raise gd.FormulaError("formula.one_variable", None, names=", ".join(formula.names))
    call = {"formula": state["formula"], "start": {name: state["start"]},
            "learning_rate": state["lr"], "steps": state["steps"], **method}  # fmt: skip
    run, own = frameworks.result(gd.descend, **call)
    others = [(label, gd.descend(**overlay.merged(call, change)))
              for label, change in overlay.runs(state, rivals, name)]  # fmt: skip
except gd.Problem as problem:
    frame.refuse(problem)
    st.stop()

look = frame.look()
shown = thin(run.steps)
path = curve.path_frame(run).iloc[shown]
ground = view(formula, name, domain, state["start"])
minima = [point[0] for point in landscape.minima] if landscape else []
slot = None
if others:
    overlay.show(others, ground, look, name)
    overlay.verdicts(others)
    if method["backend"] != "numpy":
        st.caption(t("ui.compare_numpy"))
else:
    domains = curve.domains(path, ground)

    def course(field: str, colour: str) -> None:
        title = look.t(f"{field}_title", name=name)
        chart = steps.step_chart(path, field, look, colour, title, domain=domains[field],
                                 last=state["steps"])  # fmt: skip
        frame.draw(chart, field)

    picture, series = st.columns([3, 2])
    with picture:
        frame.draw(curve.curve_chart(path, ground, look, name, minima), "curve")
    with series:
        course("loss", "loss")
        course("w", "path")
    player("single_variable", shown, readout.descent(run, shown, name), language(), total=run.steps)
    results.verdict(run)
    slot = st.empty()
    left, right = st.columns(2)
    with left:
        course("gradient", "gradient")
    with right:
        course("learning_rate", "rate")
    results.rule(run, formula)
    results.table(run, "single_variable")
results.script(export.descend_script(call))
if slot is not None:
    frameworks.agreement(slot, gd.descend, run, own, lambda r: r.weights, **call)
