"""Descend on a curve: the article's third example, and whatever one makes of it."""

import streamlit as st

import gdcore as gd
from gdcore.charts import curve, steps
from gdcore.export import scripts as export
from gdcore.ground.landscapes import LANDSCAPES, view
from gdcore.ground.sight import least
from gdcore.models import contest
from gdcore.ui import controls, frame, frameworks, maps, overlay, readout, results
from gdcore.ui.language import language, t
from gdcore.ui.player import player
from gdcore.ui.starts import Ground
from gdcore.ui.state import State, number, switch, text, whole

OPENING = LANDSCAPES["parabola"]
state = State(
    "single_variable",
    [
        text("formula", OPENING.formula, "ui.formula"),
        number("start", OPENING.start[0], -1e3, 1e3, "ui.start"),
        number("lr", OPENING.learning_rate, 0, 100, "ui.learning_rate"),
        whole("steps", OPENING.steps, 1, 10_000, "ui.epochs"),
        *controls.method_fields(),
        *overlay.fields(),
        switch("log", "ui.log_loss"),
        switch("sweep", "ui.sweep"),
    ],
)

landscape = controls.landscape(state, LANDSCAPES)
domain = landscape.domain[0] if landscape else (-6.0, 6.0)
method = controls.method(state)
refused = None
try:
    formula = gd.parse(state["formula"])
    name = formula.names[0] if formula.names else "w"
    if len(formula.names) > 1:
        raise gd.FormulaError("formula.one_variable", None, names=", ".join(formula.names))
    begin = Ground(formula, (name,), (state["start"],), (domain,), state["dtype"])
    (domain,) = begin.box
except gd.Problem as problem:
    refused = problem


def panel() -> None:
    controls.landscape_panel(state, LANDSCAPES)
    controls.start_slider(state, "start", domain)
    controls.slider(state, "lr", 0.0, 1.5, 0.005, format="%.4g")
    controls.slider(state, "steps", 1, 500, 1)
    controls.method_panel(state)
    overlay.panel(state)
    controls.toggle(state, "log", t("ui.log_loss_help"))
    if state["compare"] == "none":
        controls.toggle(state, "sweep", t("ui.sweep_help"))


frame.header("single_variable", state, panel)

try:
    if refused:
        raise refused
    call = {
        "formula": state["formula"],
        "start": begin.start,
        "learning_rate": state["lr"],
        "steps": state["steps"],
        **method,
    }
    run, own = frameworks.result(gd.descend, **call)
    others = [
        (label, gd.descend(**overlay.merged(call, change)))
        for label, change in overlay.runs(state, begin)
    ]
    ground = view(formula, name, domain, begin.start[name])
except gd.Problem as problem:
    frame.refuse(problem)
    st.stop()

begin.say()
look = frame.look()
shown = curve.frames(run)
path = curve.path_frame(run).iloc[shown]
minima = landscape.minima if landscape else ()
best = contest.known([run, *(other for _, other in others)], formula, (domain,), minima)
slot = None
if others:
    overlay.show(others, ground, look, name, best if state["log"] else None)
    overlay.verdicts(others, best)
    if method["backend"] != "numpy":
        st.caption(t("ui.compare_numpy"))
else:
    domains = curve.domains(path, ground)
    if state["log"]:
        path["loss_gap"] = steps.gap(path["loss"].to_numpy(), best)
        domains["loss_gap"] = steps.gap_domain(path["loss_gap"].to_numpy())

    def course(field: str, colour: str, title: str, log: bool = False) -> None:
        chart = steps.step_chart(
            path,
            field,
            look,
            colour,
            look.t(title, name=name),
            domain=domains[field],
            last=state["steps"],
            log=log,
        )
        frame.draw(chart, field)

    picture, series = st.columns([3, 2])
    with picture:
        frame.draw(
            curve.curve_chart(path, ground, look, name, [point[0] for point in minima]), "curve"
        )
    with series:
        if state["log"]:
            course("loss_gap", "loss", "gap_title", log=True)
        else:
            course("loss", "loss", "loss_title")
        course("w", "path", "w_title")
    extent = curve.extent(ground)
    player(
        "single_variable",
        shown,
        readout.descent(run, shown, name),
        language(),
        total=run.steps,
        places=run.weights[shown, 0],
        map=(extent[:2], extent[2:]),
    )
    results.verdict(run, best)
    slot = st.empty()
    left, right = st.columns(2)
    with left:
        course("gradient", "gradient", "gradient_title")
    with right:
        course("learning_rate", "rate", "learning_rate_title")
if state["sweep"] and not others:
    maps.sweep(
        state, formula, name, domain, least(formula, (name,), (domain,), minima), method, look
    )
if not others:
    results.rule(run, formula)
    results.table(run, "single_variable")
results.script(export.descend_script(call))
if slot is not None:
    frameworks.agreement(slot, gd.descend, run, own, lambda r: r.weights, **call)
