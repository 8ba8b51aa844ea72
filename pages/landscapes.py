"""Two weights: optimizers race from one start over a landscape seen from above."""

import pandas as pd
import streamlit as st

import gdcore as gd
from gdcore.charts import race, steps
from gdcore.charts.look import resting
from gdcore.landscapes import SURFACES, grid
from gdcore.optimizers import OPTIMIZERS
from gdcore.sweep import MOST_STEPS
from gdcore.ui import controls, frame, maps, overlay, readout
from gdcore.ui.language import language, t
from gdcore.ui.player import player
from gdcore.ui.state import State, choice, names, number, switch, text, whole

OPENING = SURFACES["ravine"]
COMPARED = ("none", "lr", "start")
state = State("landscapes", [
    text("formula", OPENING.formula),
    number("x", OPENING.start[0], -1e3, 1e3),
    number("y", OPENING.start[1], -1e3, 1e3),
    number("lr", OPENING.learning_rate, 0, 100),
    whole("steps", OPENING.steps, 1, 5_000),
    names("optimizers", ("sgd", "momentum", "adam"), tuple(OPTIMIZERS), overlay.MOST_RUNS),
    choice("compare", "none", COMPARED),
    text("with", "", 200),
    switch("log"),
    switch("basins"),
])  # fmt: skip

landscape = controls.landscape(state, SURFACES)
several_starts = state["compare"] == "start"
domain = landscape.domain if landscape else ((-5.0, 5.0), (-5.0, 5.0))


def panel() -> None:
    controls.landscape_panel(state, SURFACES, ("x", "y"))
    for key, interval in zip(("x", "y"), domain, strict=True) if not several_starts else ():
        controls.slider(state, key, t("ui.start_of", name=key), *map(float, interval), 0.05)
    controls.slider(state, "lr", t("ui.learning_rate"), 0.0, 1.5, 0.0005, format="%.4g")
    controls.slider(state, "steps", t("ui.epochs"), 1, 1000, 1)
    controls.several(state, "optimizers", t("ui.optimizer"), OPTIMIZERS, overlay.MOST_RUNS)
    (low, high), (bottom, top) = domain
    corners = [f"{low + (high - low) * u:.3g} {bottom + (top - bottom) * v:.3g}"
               for u, v in ((0.15, 0.8), (0.85, 0.8), (0.5, 0.1))]  # fmt: skip
    overlay.panel(state, COMPARED, {
        "lr": ", ".join(f"{state['lr'] * factor:.3g}" for factor in (0.1, 0.5, 1, 2)),
        "start": ", ".join(corners),
    })  # fmt: skip
    controls.toggle(state, "log", t("ui.log_loss"), t("ui.log_loss_help"))
    controls.toggle(state, "basins", t("ui.basins"), t("ui.basins_help"))


frame.header("landscapes", state, panel)

try:
    formula = gd.parse(state["formula"])
    if not formula.names or len(formula.names) > 2:
        raise gd.FormulaError("formula.two_variables", None)
    variables = (*formula.names, *({"x", "y"} - set(formula.names)))[:2]
    variables = tuple(sorted(variables))
    start = dict(zip(variables, (state["x"], state["y"]), strict=True))
    if not state["optimizers"]:
        raise gd.Problem("ui.choose_optimizer")
    call = {"formula": formula, "start": start, "learning_rate": state["lr"],
            "steps": state["steps"], "optimizer": state["optimizers"][0]}  # fmt: skip
    changes = overlay.runs(state, variables) or [
        (OPTIMIZERS[name].title, {"optimizer": name}) for name in state["optimizers"]
    ]
    runs = [(label, gd.descend(**call | change)) for label, change in changes]
    starts = list(zip(*(run.weights[0] for _, run in runs), strict=True))
    domain = tuple((float(min(low, *at)), float(max(high, *at)))
                   for (low, high), at in zip(domain, starts, strict=True))  # fmt: skip
    surface = grid(formula, variables, domain)
except gd.Problem as problem:
    frame.refuse(problem)
    st.stop()

look = frame.look()
paths = race.race_frame(runs)
labels = [label for label, _ in runs]
minima = landscape.minima if landscape else ()
best = overlay.known([run for _, run in runs], formula, domain, minima)
pools = None
if state["basins"]:
    pools = maps.basins(formula.text, variables, domain, state["lr"], state["steps"],
                        state["optimizers"][0], minima)  # fmt: skip
picture, side = st.columns([3, 2])
with picture:
    frame.draw(race.race_chart(paths, surface, minima, labels, look, variables, basins=pools),
               "race")  # fmt: skip
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


player("landscapes", shown, readout.race(runs, shown, variables), language(),
       total=max(run.steps for _, run in runs), map=domain, pick=begin)  # fmt: skip
st.caption(t("ui.pick_another" if several_starts else "ui.pick"))
if state["compare"] != "none":
    st.caption(t("ui.compared_with", optimizer=OPTIMIZERS[state["optimizers"][0]].title))
if pools is not None:
    st.caption(t("ui.basins_of", optimizer=OPTIMIZERS[state["optimizers"][0]].title,
                 steps=min(state["steps"], MOST_STEPS)))  # fmt: skip
overlay.verdicts(runs, best)
