"""Two weights: optimizers race from one start over a landscape seen from above."""

import pandas as pd
import streamlit as st

import gdcore as gd
from gdcore.charts import race, steps
from gdcore.charts.look import resting
from gdcore.descent.sweep import MOST_STEPS
from gdcore.ground.landscapes import SURFACES, grid, surface_names
from gdcore.models import contest
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.ui import controls, frame, maps, overlay, readout
from gdcore.ui.language import language, t
from gdcore.ui.player import player
from gdcore.ui.starts import Ground
from gdcore.ui.state import State, names, number, switch, text, titled, whole

OPENING = SURFACES["ravine"]
COMPARED = ("none", "lr", "start")
state = State(
    "landscapes",
    [
        text("formula", OPENING.formula, "ui.formula"),
        number("x", OPENING.start[0], -1e3, 1e3, "ui.start_of", name="x"),
        number("y", OPENING.start[1], -1e3, 1e3, "ui.start_of", name="y"),
        number("lr", OPENING.learning_rate, 0, 100, "ui.learning_rate"),
        whole("steps", OPENING.steps, 1, 5_000, "ui.epochs"),
        names(
            "optimizers",
            ("sgd", "momentum", "adam"),
            tuple(OPTIMIZERS),
            overlay.MOST_RUNS,
            "ui.optimizer",
            titled(OPTIMIZERS),
        ),
        *overlay.fields(COMPARED),
        switch("log", "ui.log_loss"),
        switch("basins", "ui.basins"),
    ],
)

landscape = controls.landscape(state, SURFACES)
several_starts = state["compare"] == "start"
domain = landscape.domain if landscape else ((-5.0, 5.0), (-5.0, 5.0))
refused = None
try:
    formula = gd.parse(state["formula"])
    variables = surface_names(formula)
    for key, variable in zip(("x", "y"), variables, strict=True):
        state.name(key, name=variable)
    begin = Ground(formula, variables, (state["x"], state["y"]), domain)
    domain = begin.box
except gd.Problem as problem:
    refused = problem


def panel() -> None:
    controls.landscape_panel(state, SURFACES, ("x", "y"))
    for key, interval in zip(("x", "y"), domain, strict=True) if not several_starts else ():
        controls.start_slider(state, key, interval)
    controls.slider(state, "lr", 0.0, 1.5, 0.0005, format="%.4g")
    controls.slider(state, "steps", 1, 1000, 1)
    controls.several(state, "optimizers", tuple(OPTIMIZERS), overlay.MOST_RUNS)
    (low, high), (bottom, top) = domain
    corners = [
        f"{low + (high - low) * u:.3g} {bottom + (top - bottom) * v:.3g}"
        for u, v in ((0.15, 0.8), (0.85, 0.8), (0.5, 0.1))
    ]
    overlay.panel(
        state,
        COMPARED,
        {
            "lr": ", ".join(f"{state['lr'] * factor:.3g}" for factor in (0.1, 0.5, 1, 2)),
            "start": ", ".join(corners),
        },
    )
    controls.toggle(state, "log", t("ui.log_loss_help"))
    controls.toggle(state, "basins", t("ui.basins_help"))


frame.header("landscapes", state, panel)

try:
    if refused:
        raise refused
    if not state["optimizers"]:
        raise gd.Problem("ui.choose_optimizer")
    call = {
        "formula": formula,
        "start": begin.start,
        "learning_rate": state["lr"],
        "steps": state["steps"],
        "optimizer": state["optimizers"][0],
    }
    changes = overlay.runs(state, begin) or [
        (OPTIMIZERS[name].title, {"optimizer": name}) for name in state["optimizers"]
    ]
    runs = [(label, gd.descend(**call | change)) for label, change in changes]
    begin.hold([run.weights[0] for _, run in runs])
    domain = begin.box
    surface = grid(formula, variables, domain)
except gd.Problem as problem:
    frame.refuse(problem)
    st.stop()

begin.say()
look = frame.look()
paths = race.race_frame(runs)
labels = [label for label, _ in runs]
minima = landscape.minima if landscape else ()
best = contest.known([run for _, run in runs], formula, domain, minima)
pools = None
if state["basins"]:
    pools = maps.basins(
        formula.text, variables, domain, state["lr"], state["steps"], state["optimizers"][0], minima
    )
picture, side = st.columns([3, 2])
with picture:
    frame.draw(
        race.race_chart(paths, surface, minima, labels, look, variables, basins=pools), "race"
    )
with side:
    for field, title, usual in (
        ("loss", look.t("loss_title"), [0.0, float(runs[0][1].losses[0])]),
        ("u", look.t("w_title", name=variables[0]), [*domain[0]]),
    ):
        long = pd.DataFrame({"step": paths["step"], "name": paths["name"], "value": paths[field]})
        log = state["log"] and field == "loss"
        if log:
            title, long["value"] = look.t("gap_title"), steps.gap(long["value"].to_numpy(), best)
        values = long["value"].to_numpy()
        axis = steps.gap_domain(values) if log else resting(values, usual)
        chart = steps.series_chart(long, labels, look, title, 210, axis, log=log)
        frame.draw(chart, f"race_{field}")
shown = paths["step"].unique()


def begin(x: float, y: float) -> None:
    if several_starts:
        overlay.add(state, f"{x:.2f} {y:.2f}")
        return
    st.session_state[state.widget("x")] = round(x, 2)
    st.session_state[state.widget("y")] = round(y, 2)


player(
    "landscapes",
    shown,
    readout.race(runs, shown, variables),
    language(),
    total=max(run.steps for _, run in runs),
    map=domain,
    pick=begin,
)
st.caption(t("ui.pick_another" if several_starts else "ui.pick"))
if state["compare"] != "none":
    st.caption(t("ui.compared_with", optimizer=OPTIMIZERS[state["optimizers"][0]].title))
if pools is not None:
    st.caption(
        t(
            "ui.basins_of",
            optimizer=OPTIMIZERS[state["optimizers"][0]].title,
            steps=min(state["steps"], MOST_STEPS),
        )
    )
overlay.verdicts(runs, best)
