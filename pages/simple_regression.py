"""The article's simple regression: a line finds its way through the points."""

import streamlit as st

import gdcore as gd
from gdcore.charts import regression as charts
from gdcore.charts import steps
from gdcore.export import scripts as export
from gdcore.ui import (
    bridge,
    controls,
    data,
    forecast,
    frame,
    frameworks,
    pictures,
    readout,
    report,
    results,
)
from gdcore.ui.language import language
from gdcore.ui.player import player
from gdcore.ui.state import State, choice, worded

RESIDUALS = ("lines", "squares", "none")
state = State(
    "simple_regression",
    [
        *controls.regression_fields(),
        *data.fields(single=True),
        choice("residuals", "lines", RESIDUALS, "ui.residuals", worded("residuals")),
    ],
)
settings, sample = controls.fitting(state), controls.sampling(state, features=1)


def panel() -> None:
    controls.fitting_panel(state)
    data.panel(state, single=True)
    controls.choose(state, "residuals", RESIDUALS)
    controls.method_panel(state)
    controls.forecast_panel(state)


frame.header("simple_regression", state, panel)

try:
    given, notes = data.load(state, True, sample)
    fit, own = frameworks.result(gd.fit_linear, X=given.X, y=given.y, **settings)
except gd.Problem as problem:
    frame.refuse(problem)
    st.stop()

look = frame.look()
run, rows = fit.trajectory, charts.frames(fit)
names = list(run.names)
goal = (float(fit.reference.coef_[0]), fit.reference.intercept_)
picture, surface = st.columns([3, 2])
with picture:
    frame.draw(
        charts.line_chart(
            fit.X[:, 0],
            fit.y,
            fit.weights[rows],
            rows,
            look,
            goal,
            given.features[0],
            given.target,
            residuals=state["residuals"],
        ),
        "line",
    )
with surface:
    frame.draw(pictures.over(fit, (0, 1), names, rows, look), "surface")
plain = settings["scaling"] == "none"
lines = readout.fit(fit.weights, run.names, run, rows, plain, len(fit.y))
player("simple_regression", rows, lines, language(), total=run.steps)
results.verdict(fit)
slot = st.empty()
data.told(given, notes)
left, right = st.columns(2)
with left:
    forecast.losses(fit, rows, look, 230, charts.loss_domain(run))
with right:
    long = steps.long_frame(rows, names, fit.weights[rows])
    known = [(name, "reference_line", value) for name, value in zip(names, goal, strict=True)]
    chart = steps.series_chart(
        long, names, look, look.t("weights_title"), 230, charts.weight_domain(fit), references=known
    )
    frame.draw(chart, "weights")
forecast.layout(state, fit, names, look)
if state["lab"]:
    left, right = st.columns(2)
    with left:
        forecast.sweep(fit, look)
    with right:
        forecast.directions(fit, rows, look)
if state["bridge"]:
    bridge.layout(fit, given, names, (0, 1), rows, look)
results.beside(fit, given, names)
data.edit(state, given)
results.log(run)
results.rule(run)
results.table(run, "simple_regression")
code = export.fit_script(data.script(state, given, sample), settings)
results.script(code)
report.offer("simple_regression", fit, given, notes, code, rows, lines)
frameworks.agreement(
    slot, gd.fit_linear, fit, own, lambda f: f.weights, X=given.X, y=given.y, **settings
)
