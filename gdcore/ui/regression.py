"""What both regression pages are made of: which pictures they show is all that tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

import gdcore as gd
from gdcore.charts import regression as charts
from gdcore.charts import steps
from gdcore.charts.line import line_chart
from gdcore.charts.look import Look
from gdcore.charts.player import MOST_FRAMES
from gdcore.data.datasets import Data
from gdcore.export import programs
from gdcore.export.programs import Programs
from gdcore.models.fit import Fit
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
    tabs,
)
from gdcore.ui.language import language
from gdcore.ui.player import player
from gdcore.ui.state import State

# More horizontals than these hide the paths; the table below has all the values.
MOST_LINES = 20


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the page shows of a fit.

    names: of all weights, the intercept last. frames: the steps that the player shows. side: the
    column beside the first picture. own: as in `frameworks.result`.
    """

    state: State
    fit: Fit
    own: bool
    given: Data
    notes: list[str]
    names: list[str]
    frames: np.ndarray
    look: Look
    side: Any

    @property
    def pair(self) -> tuple[int, int]:
        """The two weights that a surface is drawn over."""
        if "first" not in self.state.fields:
            return 0, 1
        return pictures.pair(self.state, len(self.names))


Part = Callable[[Shown], None]


class Page:
    """The parts of a page, in the frame's order: `panel`, `first`, `rest`.

    single: one feature only, and no menu of several. picture, beside: the first picture and what
    stands beside it. courses: the curves below, side by side. most_frames: of the player.
    """

    def __init__(
        self,
        state: State,
        *,
        single: bool,
        picture: Part,
        beside: Part,
        courses: Sequence[Part],
        most_frames: int = MOST_FRAMES,
    ):
        self.state, self.single, self.most_frames = state, single, most_frames
        self.picture, self.beside, self.courses = picture, beside, courses
        # Before a control is drawn: what a link asks of it may be refused here.
        self.settings = controls.fitting(state)
        self.sample = controls.sampling(state, features=1 if single else None)
        tabs.settle(state, state.fields["tab"].options)

    def panel(self) -> None:
        """The controls of the sidebar."""
        state = self.state
        controls.fitting_panel(state)
        data.panel(state, self.single)
        with controls.more(state):
            controls.group("ui.view")
            if "residuals" in state.fields:
                controls.show(state, "residuals")
            if "picture" in state.fields:
                pictures.panel(state, data.weights(state, self.sample))
            controls.forecast_panel(state)
            controls.group("ui.data")
            data.more(state, self.single)
            controls.group("ui.training")
            controls.data_panel(state)
            controls.group("ui.loss_and_penalties")
            controls.loss_panel(state)
            controls.group("ui.method")
            controls.method_panel(state)
            controls.group("ui.framework")
            controls.framework_panel(state)

    def first(self) -> Shown:
        """The fit and its first picture."""
        given, notes = data.load(self.state, self.single, self.sample)
        fit, own = frameworks.result(gd.fit_linear, X=given.X, y=given.y, **self.settings)
        names = fit.trajectory.names
        picture, side = st.columns([3, 2])
        shown = Shown(
            state=self.state,
            fit=fit,
            own=own,
            given=given,
            notes=notes,
            names=list(names) if self.single else data.labels(given, names),
            frames=charts.frames(fit, self.most_frames),
            look=frame.look(),
            side=side,
        )
        with picture:
            self.picture(shown)
        return shown

    def rest(self, shown: Shown) -> None:
        """The player, the verdict, and whatever is open below them."""
        state, fit, look, rows = self.state, shown.fit, shown.look, shown.frames
        settings, run = self.settings, fit.trajectory
        with shown.side:
            self.beside(shown)
        plain = settings["scaling"] == "none"
        lines = readout.fit(fit, shown.names, rows, plain)
        player(state.page, rows, lines, language(), total=run.steps)
        results.verdict(fit)
        slot = st.empty()
        data.told(shown.given, shown.notes)

        def offer() -> None:
            code = self._programs(shown).library
            report.offer(state.page, fit, shown.given, shown.notes, code, rows, lines)

        tabs.index(
            state,
            {
                "courses": lambda: self._courses(shown),
                "forecast": lambda: forecast.layout(state, fit, shown.names, look),
                "directions": lambda: forecast.lab(fit, rows, look),
                "bridge": lambda: bridge.layout(
                    fit, shown.given, shown.names, shown.pair, rows, look
                ),
                "comparison": lambda: results.beside(fit, shown.given, shown.names),
                "steps": lambda: self._steps(shown),
                "code": lambda: self._code(shown),
                "data": lambda: data.edit(state, shown.given),
                "report": offer,
            },
        )
        given = {"X": shown.given.X, "y": shown.given.y}
        frameworks.agreement(
            slot, gd.fit_linear, fit, shown.own, lambda f: f.weights, **given, **settings
        )

    def _steps(self, shown: Shown) -> None:
        """Every step in figures, and what the article's loop prints."""
        results.table(shown.fit.trajectory, self.state.page)
        results.log(shown.fit.trajectory)

    def _code(self, shown: Shown) -> None:
        """The program, and the rule in symbols."""
        results.script(self.state.page, self._programs(shown), shown.fit.trajectory)
        results.rule(shown.fit.trajectory)

    def _programs(self, shown: Shown) -> Programs:
        given = data.script(self.state, shown.given, self.sample)
        return programs.of_fit(given, self.settings)

    def _courses(self, shown: Shown) -> None:
        for column, part in zip(st.columns(len(self.courses)), self.courses, strict=True):
            with column:
                part(shown)


def line(shown: Shown) -> None:
    """The points and the line that finds its way through them."""
    fit, reference = shown.fit, shown.fit.reference
    chart = line_chart(
        fit.X[:, 0],
        fit.y,
        fit.weights[shown.frames],
        shown.frames,
        shown.look,
        (float(reference.coef_[0]), reference.intercept_),
        shown.given.features[0],
        shown.given.target,
        residuals=shown.state["residuals"],
    )
    frame.draw(chart, "line")


def surface(shown: Shown) -> None:
    """The loss over slope and intercept."""
    chart = pictures.over(shown.fit, (0, 1), shown.names, shown.frames, shown.look)
    frame.draw(chart, "surface")


def chosen(shown: Shown) -> None:
    """The picture that was chosen from many."""
    pictures.draw(
        shown.state, shown.fit, shown.names, shown.given.features, shown.frames, shown.look
    )


def losses(height: int) -> Part:
    """The loss over the steps."""

    def draw(shown: Shown) -> None:
        domain = charts.loss_domain(shown.fit.trajectory)
        forecast.losses(shown.fit, shown.frames, shown.look, height, domain)

    return draw


def weights(height: int, truth: bool) -> Part:
    """Every weight's path, and where the reference says it belongs. truth: and the true one."""

    def draw(shown: Shown) -> None:
        fit, names, rows, look = shown.fit, shown.names, shown.frames, shown.look
        title, domain = look.t("weights_title"), charts.weight_domain(fit)
        lines = _horizontals(shown, truth) if len(names) <= MOST_LINES else ()
        long = steps.long_frame(rows, names, fit.weights[rows])
        chart = steps.series_chart(long, names, look, title, height, domain, references=lines)
        frame.draw(chart, "weights")

    return draw


def _horizontals(shown: Shown, truth: bool) -> list[tuple[str, str, float]]:
    """The reference's weights and the true ones, each with the style of its line."""
    reference, given = shown.fit.reference, shown.given
    kinds = {"reference_line": [*reference.coef_, reference.intercept_]}
    if truth and given.true_coef is not None:
        kinds["true_line"] = [*given.true_coef, given.true_bias]
    return [
        (name, kind, float(value))
        for kind, values in kinds.items()
        for name, value in zip(shown.names, values, strict=True)
    ]
