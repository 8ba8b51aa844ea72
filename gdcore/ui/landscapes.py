"""The page of two weights: optimizers race from one start over a landscape seen from above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import gdcore as gd
from gdcore.charts import race, steps
from gdcore.charts.look import Look, resting
from gdcore.descent.sweep import MOST_STEPS, Basins
from gdcore.descent.trajectory import Trajectory
from gdcore.ground.landscapes import SURFACES, Landscape, grid, surface_names
from gdcore.ground.sight import USUAL
from gdcore.models import contest
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.ui import controls, frame, maps, overlay, readout, tabs
from gdcore.ui.language import language, t
from gdcore.ui.player import player
from gdcore.ui.setting import arguments
from gdcore.ui.starts import Ground
from gdcore.ui.state import State

AXES = ("x", "y")  # the keys of the start's coordinates, whatever the variables are called
# Three starts to begin a comparison with, as shares of the map's width and height.
CORNERS = ((0.15, 0.8), (0.85, 0.8), (0.5, 0.1))
# Rates to begin a comparison with, beside the one that is set.
FACTORS = (0.1, 0.5, 1, 2)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the page shows of a race.

    calls: of `descend`, one per run. box: the map's intervals. paths: the rows of all runs.
    side: the column beside the map.
    """

    runs: list[tuple[str, Trajectory]]
    calls: list[dict[str, Any]]
    box: tuple[tuple[float, float], ...]
    names: tuple[str, str]
    paths: pd.DataFrame
    best: float
    pools: Basins | None
    look: Look
    side: Any


class Page:
    """The parts of the page, in the frame's order: `panel`, `first`, `rest`."""

    def __init__(self, state: State):
        self.state = state
        self.landscape: Landscape | None = controls.landscape(state, SURFACES)
        self.several_starts = state["compare"] == "start"
        tabs.settle(state, state.fields["tab"].options)
        self.box = self.landscape.domain if self.landscape else (USUAL[2],) * 2
        self.begin: Ground | gd.Problem
        try:
            self.begin = self._begin()
            self.box = self.begin.box
        except gd.Problem as problem:
            self.begin = problem

    def _begin(self) -> Ground:
        formula = gd.parse(self.state["formula"])
        names = surface_names(formula)
        for key, name in zip(AXES, names, strict=True):
            self.state.name(key, name=name)
        return Ground(formula, names, (self.state["x"], self.state["y"]), self.box)

    def panel(self) -> None:
        """The controls of the sidebar."""
        state = self.state
        controls.landscape_panel(state, SURFACES, AXES)
        for key, interval in zip(AXES, self.box, strict=True) if not self.several_starts else ():
            controls.show(state, key, within=interval)
        controls.show(state, "lr", "steps", "optimizers")
        (low, high), (bottom, top) = self.box
        corners = [
            f"{low + (high - low) * u:.3g} {bottom + (top - bottom) * v:.3g}" for u, v in CORNERS
        ]
        rates = ", ".join(f"{state['lr'] * factor:.3g}" for factor in FACTORS)
        with controls.more(state):
            controls.group("ui.compare")
            overlay.panel(state, {"lr": rates, "start": ", ".join(corners)})
            controls.group("ui.view")
            controls.show(state, "log", "basins")

    def first(self) -> Shown:
        """The runs, and the map with their paths."""
        state, begin = self.state, self.begin
        if isinstance(begin, gd.Problem):
            raise begin
        if not state["optimizers"]:
            raise gd.Problem("ui.choose_optimizer")
        call = {"formula": begin.formula, "start": begin.start, "optimizer": state["optimizers"][0]}
        call |= arguments(list(state.fields.values()), state.values())
        changes = overlay.runs(state, begin) or [
            (OPTIMIZERS[name].title, {"optimizer": name}) for name in state["optimizers"]
        ]
        calls = [call | change for _, change in changes]
        runs = [(label, gd.descend(**one)) for (label, _), one in zip(changes, calls, strict=True)]
        begin.hold([run.weights[0] for _, run in runs])
        (one, other), box, look = begin.names, begin.box, frame.look()
        names = (one, other)
        surface = grid(begin.formula, names, box)
        begin.say()
        minima = self.landscape.minima if self.landscape else ()
        paths, labels = race.race_frame(runs), [label for label, _ in runs]
        pools = self._pools(begin, minima) if state["basins"] else None
        picture, side = st.columns([3, 2])
        with picture:
            chart = race.race_chart(paths, surface, minima, labels, look, names, basins=pools)
            frame.draw(chart, "race")
        return Shown(
            runs=runs,
            calls=[one | {"formula": begin.formula.text} for one in calls],
            box=box,
            names=names,
            paths=paths,
            best=contest.least_loss([run for _, run in runs], begin.formula, box, minima),
            pools=pools,
            look=look,
            side=side,
        )

    def _pools(self, begin: Ground, minima: Any) -> Basins:
        state = self.state
        first, second = begin.names
        return maps.basins(
            begin.formula,
            (first, second),
            begin.box,
            state["lr"],
            state["steps"],
            state["optimizers"][0],
            minima,
        )

    def rest(self, shown: Shown) -> None:
        """The courses beside the map, the player, who came first, and what is open below."""
        with shown.side:
            self._courses(shown)
        rows = shown.paths["step"].unique()
        player(
            self.state.page,
            rows,
            readout.race(shown.runs, rows, shown.names),
            language(),
            total=max(run.steps for _, run in shown.runs),
            map=(shown.box[0], shown.box[1]),
            pick=self._pick,
        )
        st.caption(t("ui.pick_another" if self.several_starts else "ui.pick"))
        optimizer = OPTIMIZERS[self.state["optimizers"][0]].title
        if self.state["compare"] != "none":
            st.caption(t("ui.compared_with", optimizer=optimizer))
        if shown.pools is not None:
            steps = min(self.state["steps"], MOST_STEPS)
            st.caption(t("ui.basins_of", optimizer=optimizer, steps=steps))
        judged = overlay.winners(shown.runs, shown.best)
        tabs.index(
            self.state,
            {
                "comparison": lambda: overlay.verdicts(judged),
                "steps": lambda: overlay.steps_of(shown.runs, self.state.page),
                "code": lambda: overlay.code_of(self.state.page, shown.runs, shown.calls),
            },
        )

    def _courses(self, shown: Shown) -> None:
        """The loss, and the first weight, over the steps."""
        look, paths, labels = shown.look, shown.paths, [label for label, _ in shown.runs]
        for field, title, usual in (
            ("loss", look.t("loss_title"), [0.0, float(shown.runs[0][1].losses[0])]),
            ("u", look.t("w_title", name=shown.names[0]), [*shown.box[0]]),
        ):
            values = paths[field].to_numpy()
            log = self.state["log"] and field == "loss"
            if log:
                title, values = look.t("gap_title"), steps.gap(values, shown.best)
            long = pd.DataFrame({"step": paths["step"], "name": paths["name"], "value": values})
            axis = steps.gap_domain(np.asarray(values)) if log else resting(values, usual)
            if not log and field == "loss" and steps.logarithmic(*(run for _, run in shown.runs)):
                log, title, axis = True, look.t("loss_log_title"), steps.decades(values)
            chart = steps.series_chart(long, labels, look, title, 210, axis, log=log)
            frame.draw(chart, f"race_{field}")

    def _pick(self, x: float, y: float) -> None:
        """A place on the map was clicked: the next start."""
        if self.several_starts:
            overlay.add(self.state, f"{x:.2f} {y:.2f}")
            return
        self.state.set("x", round(x, 2))
        self.state.set("y", round(y, 2))
