"""Many features: every weight's path to where scikit-learn and the truth say it belongs."""

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
from gdcore.ui.state import State

# More horizontals than these hide the paths; the table below has all the values.
MOST_LINES = 20
state = State(
    "multiple_regression",
    [
        *controls.regression_fields(features=2),
        *data.fields(),
        *pictures.fields(),
    ],
)
settings, sample = controls.fitting(state), controls.sampling(state)


def panel() -> None:
    controls.fitting_panel(state)
    data.panel(state, single=False)
    pictures.panel(state, data.weights(state, sample))
    controls.method_panel(state)
    controls.forecast_panel(state)


frame.header("multiple_regression", state, panel)

try:
    given, notes = data.load(state, False, sample)
    fit, own = frameworks.result(gd.fit_linear, X=given.X, y=given.y, **settings)
except gd.Problem as problem:
    frame.refuse(problem)
    st.stop()

look = frame.look()
run, rows = fit.trajectory, charts.frames(fit, 400)
names = data.labels(given, run.names)
reference = [*fit.reference.coef_, fit.reference.intercept_]
known = [
    (name, "reference_line", float(value)) for name, value in zip(names, reference, strict=True)
]
if given.true_coef is not None:
    truth = [*given.true_coef, given.true_bias]
    known += [(name, "true_line", float(v)) for name, v in zip(names, truth, strict=True)]
picture, side = st.columns([3, 2])
with picture:
    long = steps.long_frame(rows, names, fit.weights[rows])
    chart = steps.series_chart(
        long,
        names,
        look,
        look.t("weights_title"),
        380,
        charts.weight_domain(fit),
        references=known if len(names) <= MOST_LINES else (),
    )
    frame.draw(chart, "weights")
with side:
    pictures.draw(state, fit, names, given.features, rows, look)
plain = settings["scaling"] == "none"
lines = readout.fit(fit.weights, names, run, rows, plain, len(fit.y))
player("multiple_regression", rows, lines, language(), total=run.steps)
results.verdict(fit)
slot = st.empty()
data.told(given, notes)
forecast.losses(fit, rows, look, 240, charts.loss_domain(run))
forecast.layout(state, fit, names, look)
if state["lab"]:
    left, right = st.columns(2)
    with left:
        forecast.sweep(fit, look)
    with right:
        forecast.directions(fit, rows, look)
if state["bridge"]:
    bridge.layout(fit, given, names, pictures.pair(state, len(names)), rows, look)
results.beside(fit, given, names)
data.edit(state, given)
results.log(run)
results.rule(run)
results.table(run, "multiple_regression")
code = export.fit_script(data.script(state, given, sample), settings)
results.script(code)
report.offer("multiple_regression", fit, given, notes, code, rows, lines)
frameworks.agreement(
    slot, gd.fit_linear, fit, own, lambda f: f.weights, X=given.X, y=given.y, **settings
)
