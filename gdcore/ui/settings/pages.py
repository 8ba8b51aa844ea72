"""The settings of each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gdcore.court.pitfalls import PITFALLS
from gdcore.ground.landscapes import LANDSCAPES, SURFACES, Landscape
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.ui.language import t
from gdcore.ui.setting import (
    Setting,
    Slider,
    Span,
    choice,
    names,
    number,
    switch,
    text,
    titled,
    whole,
    worded,
)
from gdcore.ui.settings.data import SEED, reading, sampling
from gdcore.ui.settings.fits import ACCURACIES, fitting
from gdcore.ui.settings.method import method

RESIDUALS = ("lines", "squares", "none")
PICTURES = ("predicted", "surface", "residuals", "histogram", "quantiles", "plane")
KINDS = ("none", "lr", "optimizer", "start")
# What lies below the pictures of a page, in the order of its index.
TABS = {
    "single_variable": ("courses", "comparison", "sweep", "steps", "code"),
    "landscapes": ("comparison", "steps", "code"),
    "autodiff": ("digits", "recorded", "curvature", "quotients", "code", "pitfalls", "exercise"),
    "regression": (
        "courses",
        "forecast",
        "directions",
        "bridge",
        "comparison",
        "steps",
        "code",
        "data",
        "report",
    ),
}
MOST_RUNS = 6
LONGEST = 200  # letters of a list of values to compare


# Where a descent begins: the page knows how far one looks.
_START = Span(step=0.05, fine=True)


def _rate(opening: Landscape, step: float) -> Setting:
    return number(
        "lr",
        opening.learning_rate,
        0,
        100,
        "ui.learning_rate",
        control=Slider(low=0.0, high=1.5, step=step, format="%.4g", exact=True),
        argument="learning_rate",
    )


def _steps(opening: Landscape, usual: int, most: int) -> Setting:
    control = Slider(low=1, high=usual, step=1)
    return whole("steps", opening.steps, 1, most, "ui.epochs", control=control, argument="steps")


def tab(page: str) -> Setting:
    """What is open below the pictures: the first thing, or None where nothing need be."""
    names = TABS[page]
    one = choice("tab", names[0], names, "ui.below", say=worded("tabs"))
    return replace(one, default=None) if page == "autodiff" else one


def comparing(kinds: Sequence[str] = KINDS) -> list[Setting]:
    """What varies between several runs, and its values, separated by commas."""
    return [
        choice("compare", "none", kinds, "ui.compare_what", say=worded("compare")),
        text("with", "", "ui.compare_with", LONGEST, help="ui.compare_help"),
    ]


def single_variable() -> list[Setting]:
    """A descent on a curve; the article's parabola is the default."""
    opening = LANDSCAPES["parabola"]
    own = [
        text("formula", opening.formula, "ui.formula", argument="formula", help="ui.formula_help"),
        number("start", opening.start[0], -1e3, 1e3, "ui.start", control=_START, argument="start"),
        _rate(opening, 0.005),
        _steps(opening, 500, 10_000),
        *comparing(),
        switch("log", "ui.log_loss", help="ui.log_loss_help"),
        switch("sweep", "ui.sweep"),
        tab("single_variable"),
    ]
    return [*own, *method(own)]


def landscapes() -> list[Setting]:
    """A race of optimizers over two weights."""
    opening = SURFACES["ravine"]
    return [
        text("formula", opening.formula, "ui.formula", help="ui.formula_help"),
        *(
            number(key, at, -1e3, 1e3, "ui.start_of", words={"name": key}, control=_START)
            for key, at in zip(("x", "y"), opening.start, strict=True)
        ),
        _rate(opening, 0.0005),
        _steps(opening, 1_000, 5_000),
        names(
            "optimizers",
            ("sgd", "momentum", "adam"),
            tuple(OPTIMIZERS),
            MOST_RUNS,
            "ui.optimizer",
            say=titled(OPTIMIZERS),
        ),
        *comparing(("none", "lr", "start")),
        switch("log", "ui.log_loss", help="ui.log_loss_help"),
        switch("basins", "ui.basins", help="ui.basins_help"),
        tab("landscapes"),
    ]


def autodiff() -> list[Setting]:
    """A formula and the point at which it is differentiated."""
    return [
        text("formula", "x * sin(x)**2", "ui.formula_many", help="ui.formula_help_many"),
        text("at", "3", "ui.point_of_all"),
        choice("pitfall", "unwatched", tuple(PITFALLS), "ui.pitfall", say=_pitfall),
        whole("fold", 0, 0, 60, "ui.fold", control=Span(step=1), help="ui.fold_help"),
        tab("autodiff"),
    ]


def _pitfall(name: str) -> str:
    return t(f"pitfalls.{name}_title")


def _percent(share: str) -> str:
    return f"{100 * float(share):g} %"


def picturing() -> list[Setting]:
    """Which picture, the surface's two weights, the turn of the plane's view."""
    turn = Slider(low=0.0, high=360.0, step=5.0)
    return [
        choice("picture", PICTURES[0], PICTURES, "ui.picture", say=worded("pictures")),
        whole("first", 1, 1, 51, "ui.first_weight"),
        whole("second", 2, 1, 51, "ui.second_weight"),
        number("turn", 35, 0, 360, "ui.turn", control=turn),
    ]


def _lesson(features: int, *more: Setting) -> list[Setting]:
    beside = [
        choice("accuracy", "0.01", ACCURACIES, "ui.accuracy", say=_percent),
        switch("lab", "ui.lab"),
        switch("bridge", "ui.bridge"),
        tab("regression"),
        *(one for one in sampling(features) if one is not SEED),
        *more,
    ]
    own = [*fitting(beside), *beside]
    return [*own, *method(own)]


def simple_regression() -> list[Setting]:
    """A line through points."""
    residuals = choice("residuals", "lines", RESIDUALS, "ui.residuals", say=worded("residuals"))
    return _lesson(1, *reading(single=True), residuals)


def multiple_regression() -> list[Setting]:
    """A fit of many features."""
    return _lesson(2, *reading(single=False), *picturing())
