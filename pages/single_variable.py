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
picture, series = st.columns([3, 2])
with picture:
    if others:
        table = overlay.table(others)
        names = [label for label, _ in others]
        frame.draw(curve.overlay_chart(table, ground, names, look, name), "curve_overlay")
    else:
        frame.draw(curve.curve_chart(path, ground, look, name, minima), "curve", run.steps)
with series:
    if others:
        for field in ("loss", "w"):
            long = table[["step", "name", field]].rename(columns={field: "value"})
            title = t(
                f"charts.{field}_title" if field == "loss" else "charts.weight_title", name=name
            )
            frame.draw(steps.series_chart(long, names, look, title), f"overlay_{field}")
    else:
        for field, colour in (("loss", "loss"), ("w", "path")):
            title = look.t(f"{'loss' if field == 'loss' else 'weight'}_title", name=name)
            frame.draw(steps.step_chart(path, field, look, colour, title,
                                        last=state["steps"]), field)  # fmt: skip
last = max(other.steps for _, other in others) if others else run.steps
frames = thin(last) if others else shown
lines = readout.descent(run, frames, name)
player("single_variable", frames, lines, language(), total=last)

results.verdict(run)
slot = st.empty()
below = st.columns(2)
for column, field, colour in zip(below, ("gradient", "learning_rate"), ("gradient", "rate"),
                                 strict=True):  # fmt: skip
    with column:
        frame.draw(steps.step_chart(path, field, look, colour, look.t(f"{field}_title"),
                                    last=state["steps"]), field)  # fmt: skip
if others:
    overlay.verdicts(others)
results.rule(run)
results.table(run, "single_variable")
results.script(export.descend_script(call))
frameworks.agreement(slot, gd.descend, run, own, lambda r: r.weights, **call)
