"""The page of one weight: a descent on a curve, or several of them over one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import gdcore as gd
from gdcore.charts import curve, steps
from gdcore.charts.look import Look
from gdcore.descent.trajectory import Trajectory
from gdcore.export import programs
from gdcore.formula import Formula
from gdcore.ground.landscapes import LANDSCAPES, Landscape, view
from gdcore.ground.sight import USUAL, least
from gdcore.models import contest
from gdcore.ui import controls, frame, frameworks, maps, overlay, readout, results, tabs
from gdcore.ui.language import language, t
from gdcore.ui.player import player
from gdcore.ui.setting import arguments
from gdcore.ui.starts import Ground
from gdcore.ui.state import State

# What there is below one run, and below several.
ONE = ("courses", "sweep", "steps", "code")
SEVERAL = ("comparison", "steps", "code")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the page shows of a run.

    frames: the steps that the player shows; path: the run's rows there; overlaid: those of all
    runs over one another, None for a single one. call: of the run; calls: of all that are shown,
    as a program repeats them. side: the column beside the first picture.
    """

    run: Trajectory
    frames: np.ndarray
    path: pd.DataFrame
    overlaid: pd.DataFrame | None
    own: bool
    others: list[tuple[str, Trajectory]]
    call: dict[str, Any]
    calls: list[dict[str, Any]]
    formula: Formula
    begin: Ground
    ground: pd.DataFrame
    minima: tuple[tuple[float, ...], ...]
    best: float
    look: Look
    side: Any


class Page:
    """The parts of the page, in the frame's order: `panel`, `first`, `rest`."""

    def __init__(self, state: State):
        self.state = state
        self.landscape: Landscape | None = controls.landscape(state, LANDSCAPES)
        self.domain = self.landscape.domain[0] if self.landscape else USUAL[1]
        self.method = controls.method(state)
        tabs.settle(state, SEVERAL if state["compare"] != "none" else ONE)
        self.begin: Ground | gd.Problem
        try:
            self.begin = self._begin()
            (self.domain,) = self.begin.box
        except gd.Problem as problem:
            self.begin = problem

    def _begin(self) -> Ground:
        formula = gd.parse(self.state["formula"])
        if len(formula.names) > 1:
            raise gd.FormulaError("formula.one_variable", None, names=", ".join(formula.names))
        names, start = (formula.names or ("w",)), (self.state["start"],)
        return Ground(formula, names, start, (self.domain,), self.state["dtype"])

    def panel(self) -> None:
        """The controls of the sidebar."""
        state = self.state
        controls.landscape_panel(state, LANDSCAPES)
        controls.show(state, "start", within=self.domain)
        controls.show(state, "lr", "steps")
        controls.optimizer_menu(state)
        with controls.more(state):
            controls.group("ui.method")
            controls.method_panel(state)
            controls.group("ui.compare")
            overlay.panel(state)
            controls.group("ui.view")
            controls.show(state, "log")
            controls.group("ui.framework")
            controls.framework_panel(state)

    def first(self) -> Shown:
        """The run, and the curve with its path."""
        begin = self.begin
        if isinstance(begin, gd.Problem):
            raise begin
        call = arguments(list(self.state.fields.values()), self.state.values())
        call |= {"formula": begin.formula, "start": begin.start} | self.method
        run, own = frameworks.result(gd.descend, **call)
        compared = [
            (label, overlay.merged(call, change))
            for label, change in overlay.runs(self.state, begin)
        ]
        others = [(label, gd.descend(**one)) for label, one in compared]
        calls = [one for _, one in compared] or [call]
        (name,) = begin.names
        ground = view(begin.formula, name, self.domain, begin.start[name])
        begin.say()
        minima = self.landscape.minima if self.landscape else ()
        runs = [run, *(other for _, other in others)]
        frames = curve.frames(run)
        picture, side = st.columns([3, 2])
        shown = Shown(
            run=run,
            frames=frames,
            path=curve.path_frame(run).iloc[frames],
            overlaid=overlay.table(others) if others else None,
            own=own,
            others=others,
            call=call,
            calls=[one | {"formula": begin.formula.text} for one in calls],
            formula=begin.formula,
            begin=begin,
            ground=ground,
            minima=minima,
            best=contest.least_loss(runs, begin.formula, (self.domain,), minima),
            look=frame.look(),
            side=side,
        )
        with picture:
            if shown.overlaid is not None:
                overlay.first(others, shown.overlaid, ground, shown.look, name)
            else:
                places = [point[0] for point in minima]
                chart = curve.curve_chart(shown.path, ground, shown.look, name, places)
                frame.draw(chart, "curve")
        return shown

    def rest(self, shown: Shown) -> None:
        """The courses beside it, the player, the verdict, and what is open below."""
        slot = None
        if shown.overlaid is not None:
            self._others(shown, shown.overlaid)
        else:
            slot = self._one(shown)
        if slot is not None:
            frameworks.agreement(
                slot, gd.descend, shown.run, shown.own, lambda r: r.weights, **shown.call
            )

    def _others(self, shown: Shown, rows: pd.DataFrame) -> None:
        best = shown.best if self.state["log"] else None
        (name,) = shown.begin.names
        with shown.side:
            overlay.courses(shown.others, rows, shown.ground, shown.look, name, best)
        overlay.play(shown.others, name)
        judged = overlay.winners(shown.others, shown.best)
        if self.method["backend"] != "numpy":
            st.caption(t("ui.compare_numpy"))
        tabs.index(
            self.state,
            {
                "comparison": lambda: overlay.verdicts(judged),
                "steps": lambda: overlay.steps_of(shown.others, self.state.page),
                "code": lambda: overlay.code_of(self.state.page, shown.others, shown.calls),
            },
        )

    def _one(self, shown: Shown) -> Any:
        """Everything on one run; returns the slot for what the frameworks say."""
        run, (name,) = shown.run, shown.begin.names
        course = self._course(shown)
        with shown.side:
            if self.state["log"]:
                course("loss_gap", "loss", "gap_title", True)
            elif steps.logarithmic(run):
                course("loss", "loss", "loss_log_title", True)
            else:
                course("loss", "loss", "loss_title", False)
            course("w", "path", "w_title", False)
        rows, extent = shown.frames, curve.extent(shown.ground)
        player(
            self.state.page,
            rows,
            readout.descent(run, rows, name),
            language(),
            total=run.steps,
            places=run.weights[rows, 0],
            map=(extent[:2], extent[2:]),
        )
        results.verdict(run, shown.best)
        slot = st.empty()
        tabs.index(
            self.state,
            {
                "courses": lambda: self._courses(course),
                "sweep": lambda: self._sweep(shown),
                "steps": lambda: results.table(run, self.state.page),
                "code": lambda: self._code(shown),
            },
        )
        return slot

    def _courses(self, course: Callable[[str, str, str, bool], None]) -> None:
        """The gradient over the steps, and the learning rate where it does not stay the same."""
        if self.state["schedule"] == "constant":
            course("gradient", "gradient", "gradient_title", False)
            return
        left, right = st.columns(2)
        with left:
            course("gradient", "gradient", "gradient_title", False)
        with right:
            course("learning_rate", "rate", "learning_rate_title", False)

    def _sweep(self, shown: Shown) -> None:
        (name,), formula = shown.begin.names, shown.formula
        lowest = least(formula, (name,), (self.domain,), shown.minima)
        maps.sweep(self.state, formula, name, self.domain, lowest, self.method, shown.look)

    def _code(self, shown: Shown) -> None:
        """The program, and the rule in symbols."""
        results.script(self.state.page, programs.of_descent(shown.calls[0]), shown.run)
        results.rule(shown.run, shown.formula)

    def _course(self, shown: Shown) -> Callable[[str, str, str, bool], None]:
        """Draws one quantity over the steps, by its column, its colour and its title."""
        (name,), path, look = shown.begin.names, shown.path, shown.look
        domains = curve.domains(path, shown.ground)
        if self.state["log"]:
            path = path.assign(loss_gap=steps.gap(path["loss"].to_numpy(), shown.best))
            domains["loss_gap"] = steps.gap_domain(path["loss_gap"].to_numpy())
        elif steps.logarithmic(shown.run):
            domains["loss"] = steps.decades(path["loss"].to_numpy())

        def course(field: str, colour: str, title: str, log: bool) -> None:
            named, last = look.t(title, name=name), self.state["steps"]
            chart = steps.step_chart(
                path, field, look, colour, named, domain=domains[field], last=last, log=log
            )
            frame.draw(chart, field)

        return course
