"""The article's simple regression: a line finds its way through the points."""

import pandas as pd
import streamlit as st

import gdcore as gd
from gdcore import export
from gdcore.charts import regression as charts
from gdcore.charts import steps
from gdcore.charts.player import thin
from gdcore.regression import hessian
from gdcore.ui import controls, frame, frameworks, readout, results
from gdcore.ui.language import language, t
from gdcore.ui.player import player
from gdcore.ui.state import State, choice

RESIDUALS = ("lines", "squares", "none")
state = State("simple_regression", [
    *controls.regression_fields(), choice("residuals", "lines", RESIDUALS),
])  # fmt: skip
settings, sample = controls.fitting(state), controls.sampling(state, features=1)


def panel() -> None:
    controls.fitting_panel(state)
    controls.sampling_panel(state, features=1)
    controls.choose(state, "residuals", t("ui.residuals"), RESIDUALS, "residuals")
    controls.method_panel(state)


frame.header("simple_regression", state, panel)

try:
    data = gd.datasets.make_regression(**sample)
    fit, own = frameworks.result(gd.fit_linear, X=data.X, y=data.y, **settings)
except gd.Problem as problem:
    frame.refuse(problem)
    st.stop()

look = frame.look()
run, rows = fit.trajectory, thin(fit.trajectory.steps)
reference = fit.reference
goal = (float(reference.coef_[0]), reference.intercept_)
weights = pd.DataFrame(fit.weights[rows], columns=["w", "b"]).assign(step=rows)
picture, surface = st.columns([3, 2])
with picture:
    frame.draw(charts.line_chart(data.X[:, 0], data.y, fit.weights[rows], rows, look, goal,
                                residuals=state["residuals"]),
               "line")  # fmt: skip
with surface:
    path = weights.rename(columns={"w": "u", "b": "v"}).assign(loss=run.losses[rows])
    frame.draw(charts.surface_chart(hessian(data.X), [*goal], reference.rmse**2, path, look,
                                    ("w", "b"), 380), "surface")  # fmt: skip
lines = readout.fit(fit.weights, run.names, run, rows, settings["scaling"] == "none",
                    len(data.y))  # fmt: skip
player("simple_regression", rows, lines, language(), total=run.steps)
results.verdict(run)
slot = st.empty()
results.forecast(fit)
below = st.columns(2)
loss = pd.DataFrame({"step": rows, "loss": run.losses[rows]})
with below[0]:
    chart = steps.step_chart(loss, "loss", look, "loss", look.t("loss_title"),
                             domain=charts.loss_domain(run))  # fmt: skip
    frame.draw(chart, "loss")
with below[1]:
    long = weights.melt("step", var_name="name")
    known = [("w", "reference_line", goal[0]), ("b", "reference_line", goal[1])]
    chart = steps.series_chart(long, ("w", "b"), look, look.t("weights_title"),
                               domain=charts.weight_domain(fit), references=known)  # fmt: skip
    frame.draw(chart, "weights")
results.comparison(fit, data)
results.log(run)
results.rule(run)
results.table(run, "simple_regression")
results.script(export.fit_script(sample, settings))
frameworks.agreement(slot, gd.fit_linear, fit, own, lambda f: f.weights, X=data.X, y=data.y,
                     **settings)  # fmt: skip
