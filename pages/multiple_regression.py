"""Many features: every weight's path to where scikit-learn and the truth say it belongs."""

import pandas as pd
import streamlit as st

import gdcore as gd
from gdcore import export
from gdcore.charts import regression as charts
from gdcore.charts import steps
from gdcore.charts.player import thin
from gdcore.regression import slice_of_surface
from gdcore.ui import controls, frame, frameworks, readout, results
from gdcore.ui.language import language
from gdcore.ui.player import player
from gdcore.ui.state import State

state = State("multiple_regression", controls.regression_fields(features=2))
settings, sample = controls.fitting(state), controls.sampling(state)


def panel() -> None:
    controls.fitting_panel(state)
    controls.sampling_panel(state)
    controls.method_panel(state)


frame.header("multiple_regression", state, panel)

try:
    data = gd.datasets.make_regression(**sample)
    fit, own = frameworks.result(gd.fit_linear, X=data.X, y=data.y, **settings)
except gd.Problem as problem:
    frame.refuse(problem)
    st.stop()

look = frame.look()
run, rows = fit.trajectory, thin(fit.trajectory.steps, 400)
reference = fit.reference
known = [
    (name, "reference_line", float(value))
    for name, value in zip(run.names, [*reference.coef_, reference.intercept_], strict=True)
]
known += [
    (name, "true_line", float(value))
    for name, value in zip(run.names, [*data.true_coef, data.true_bias], strict=True)
]
weights = pd.DataFrame(fit.weights[rows], columns=list(run.names)).assign(step=rows)
picture, side = st.columns([3, 2])
with picture:
    long = weights.melt("step", var_name="name")
    chart = steps.series_chart(long, run.names, look, look.t("weights_title"), 380,
                               charts.weight_domain(fit), references=known)  # fmt: skip
    frame.draw(chart, "weights")
with side:
    title = look.t("predicted_title")
    frame.draw(charts.predicted_chart(data.X, data.y, fit.weights[rows], rows, look, 380, title),
               "predicted")  # fmt: skip
lines = readout.fit(fit.weights, run.names, run, rows, settings["scaling"] == "none",
                    len(data.y))  # fmt: skip
player("multiple_regression", rows, lines, language(), total=run.steps)
results.verdict(run)
slot = st.empty()
results.forecast(fit)
below = st.columns(2)
loss = pd.DataFrame({"step": rows, "loss": run.losses[rows]})
with below[0]:
    chart = steps.step_chart(loss, "loss", look, "loss", look.t("loss_title"), 300,
                             charts.loss_domain(run))  # fmt: skip
    frame.draw(chart, "loss")
if len(data.features) == 2:
    with below[1]:
        matrix, goal, least = slice_of_surface(fit)
        path = pd.DataFrame({"step": rows, "u": fit.weights[rows, 0], "v": fit.weights[rows, 1],
                             "loss": run.losses[rows]})  # fmt: skip
        title = look.t("surface_title", first="w1", second="w2")
        frame.draw(charts.surface_chart(matrix, goal, least, path, look, ("w1", "w2"), 300, title),
                   "surface")  # fmt: skip
results.comparison(fit, data)
results.log(run)
results.rule(run)
results.table(run, "multiple_regression")
results.script(export.fit_script(sample, settings))
frameworks.agreement(slot, gd.fit_linear, fit, own, lambda f: f.weights, X=data.X, y=data.y,
                     **settings)  # fmt: skip
