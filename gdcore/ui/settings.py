"""The table of settings: every value that a person can set, on any page, stands here once.

Links, controls, the calls, the report and the exported code follow from these records.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from operator import not_
from typing import Any

from gdcore.backends import BACKENDS, DTYPES, installed
from gdcore.court.pitfalls import PITFALLS
from gdcore.data import datasets
from gdcore.data.datasets import BUILT_IN
from gdcore.ground.landscapes import LANDSCAPES, SURFACES
from gdcore.models.losses import LOSSES, PENALTIES
from gdcore.models.setup import SCALINGS
from gdcore.rules.optimizers import OPTIMIZERS, Hyperparameter
from gdcore.rules.schedules import SCHEDULES
from gdcore.ui.language import t
from gdcore.ui.setting import (
    Box,
    Setting,
    Slider,
    choice,
    names,
    number,
    switch,
    text,
    titled,
    whole,
    worded,
)

# Whose knobs a person turns, by the setting that chooses among them.
RULES: dict[str, Mapping[str, Any]] = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES}
# What share of the slowest error may be left when the forecast counts steps.
ACCURACIES = ("0.1", "0.01", "0.001", "0.000001")
RESIDUALS = ("lines", "squares", "none")
GENERATED, OWN = "generated", "own"
SOURCES = (GENERATED, *BUILT_IN, OWN)
MISSING = ("drop", "mean")
PICTURES = ("predicted", "surface", "residuals", "histogram", "quantiles", "plane")
KINDS = ("none", "lr", "optimizer", "start")
MOST_RUNS = 6
LONGEST = 200  # letters of a list of values to compare
MOST_SAMPLES, MOST_FEATURES = datasets.MOST_SAMPLES, datasets.MOST_FEATURES


def available() -> list[str]:
    """The backends that are installed here."""
    return [backend.name for backend in installed()]


def _modes() -> tuple[str, ...]:
    """Those of every backend."""
    return tuple(dict.fromkeys(mode for backend in BACKENDS.values() for mode in backend.modes))


def knobs(kind: str) -> dict[str, list[Hyperparameter]]:
    """Every knob of the rules of a kind, by name; `eps` has a record per optimizer."""
    found: dict[str, list[Hyperparameter]] = {}
    for record in RULES[kind].values():
        for knob in record.hyperparameters:
            found.setdefault(knob.name, []).append(knob)
    return found


def method(beside: Collection[Setting] = ()) -> list[Setting]:
    """Optimizer, schedule, backend, precision, mode and all hyperparameters.

    A hyperparameter's default may depend on the optimizer; None in the URL's stead means just that.
    beside: the page's other settings; a knob that is called like one of them, or like one of
    another kind, has its kind before its name.
    """
    found = [
        _named("optimizer", "sgd", tuple(OPTIMIZERS), titled(OPTIMIZERS), help="ui.optimizer_help"),
        _named("schedule", "constant", tuple(SCHEDULES), worded("schedules"), "ui.schedule_help"),
        _named("backend", "numpy", available(), titled(BACKENDS), "ui.backend_help"),
        _named("dtype", "float64", DTYPES, worded("names")),
        replace(_named("mode", "graph", _modes(), worded("modes"), "ui.mode_help"), report=""),
    ]
    for kind in RULES:
        taken = {one.key for one in (*beside, *found)}
        for name, same in knobs(kind).items():
            low, high = min(knob.low for knob in same), max(knob.high for knob in same)
            key = f"{kind}_{name}" if name in taken else name
            one = number(key, 0.0, low, high, f"names.{name}", symbol=same[0].symbol)
            found.append(replace(one, default=None))
    return found


def _named(key: str, default: str, options: Sequence[str], say: Any, help: str = "") -> Setting:
    """A choice whose key is its argument, its label and its name in the report."""
    label = f"ui.{key}"
    return choice(key, default, options, label, say=say, help=help, argument=key, report=label)


def comparing(kinds: Sequence[str] = KINDS) -> list[Setting]:
    """What varies between several runs, and its values, separated by commas."""
    return [
        choice("compare", "none", kinds, "ui.compare_what", say=worded("compare")),
        text("with", "", "ui.compare_with", LONGEST),
    ]


def single_variable() -> list[Setting]:
    """A descent on a curve; the article's parabola is the default."""
    opening = LANDSCAPES["parabola"]
    rate = Slider(low=0.0, high=1.5, step=0.005, format="%.4g")
    steps = Slider(low=1, high=500, step=1)
    own = [
        text("formula", opening.formula, "ui.formula", argument="formula"),
        number("start", opening.start[0], -1e3, 1e3, "ui.start", argument="start"),
        number(
            "lr",
            opening.learning_rate,
            0,
            100,
            "ui.learning_rate",
            control=rate,
            argument="learning_rate",
        ),
        whole("steps", opening.steps, 1, 10_000, "ui.epochs", control=steps, argument="steps"),
        *comparing(),
        switch("log", "ui.log_loss", help="ui.log_loss_help"),
        switch("sweep", "ui.sweep", help="ui.sweep_help"),
    ]
    return [*own, *method(own)]


def landscapes() -> list[Setting]:
    """A race of optimizers over two weights."""
    opening = SURFACES["ravine"]
    rate = Slider(low=0.0, high=1.5, step=0.0005, format="%.4g")
    steps = Slider(low=1, high=1_000, step=1)
    return [
        text("formula", opening.formula, "ui.formula"),
        number("x", opening.start[0], -1e3, 1e3, "ui.start_of", words={"name": "x"}),
        number("y", opening.start[1], -1e3, 1e3, "ui.start_of", words={"name": "y"}),
        number(
            "lr",
            opening.learning_rate,
            0,
            100,
            "ui.learning_rate",
            control=rate,
            argument="learning_rate",
        ),
        whole("steps", opening.steps, 1, 5_000, "ui.epochs", control=steps, argument="steps"),
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
    ]


def autodiff() -> list[Setting]:
    """A formula and the point at which it is differentiated."""
    return [
        text("formula", "x * sin(x)**2", "ui.formula_many"),
        text("at", "3", "ui.point_of_all"),
        choice("pitfall", "unwatched", tuple(PITFALLS), "ui.pitfall", say=_pitfall),
        whole("fold", 0, 0, 60, "ui.fold"),
    ]


def _pitfall(name: str) -> str:
    return t(f"pitfalls.{name}_title")


def _percent(share: str) -> str:
    return f"{100 * float(share):g} %"


def fitting() -> list[Setting]:
    """What `fit_linear` is asked, without the method, in the order of its exported call.

    The article's numbers are the defaults.
    """
    rate = Slider(low=0.0, high=1.5, step=0.005, format="%.4g")
    share = Slider(low=0.0, high=0.9, step=0.05)
    fine, tenths = Box(format="%.4g"), Box(format="%.4g", step=0.1)
    return [
        replace(
            number("lr", 0.1, 0, 100, "ui.learning_rate", control=rate, report="ui.learning_rate"),
            argument="learning_rate",
        ),
        replace(
            whole("epochs", 40, 1, 10_000, "ui.epochs", control=Slider(low=1, high=300, step=1)),
            argument="epochs",
            report="ui.epochs",
        ),
        replace(
            whole("batch", 0, 0, MOST_SAMPLES, "ui.batch", control=Box(), help="ui.batch_help"),
            argument="batch_size",
            become=lambda size: size or None,
            report="report.batch",
        ),
        _named("scaling", "none", SCALINGS, worded("names")),
        SEED,
        _named("loss", "mse", tuple(LOSSES), worded("losses"), "ui.loss_help"),
        number(
            "delta", 1, 1e-3, 1e6, "ui.delta", control=fine, help="ui.delta_help", argument="delta"
        ),
        *(
            number(
                key,
                0,
                0,
                1e6,
                f"ui.{key}",
                control=tenths,
                help=f"ui.{key}_help",
                argument=key,
                report=f"ui.{key}",
            )
            for key in PENALTIES
        ),
        replace(
            number("test", 0, 0, 0.9, "ui.test", control=share, help="ui.test_help"),
            argument="test",
            report="ui.test",
        ),
        replace(
            whole("patience", 0, 0, 10_000, "ui.patience", help="ui.patience_help"),
            control=Box(),
            argument="patience",
            report="report.patience",
        ),
        switch("ordered", "ui.ordered", help="ui.ordered_help", argument="shuffle", become=not_),
    ]


def sampling(features: int = 1) -> list[Setting]:
    """What `make_regression` is asked, in the order of its exported call.

    features: how many there usually are.
    """
    count, parts = Slider(low=1, high=20, step=1), Slider(low=0.0, high=0.5, step=0.01)
    samples = Slider(low=10, high=500, step=10)
    noise, bias = Slider(low=0.0, high=100.0, step=1.0), Slider(low=-100.0, high=100.0, step=1.0)
    return [
        _whole("samples", 100, 5, MOST_SAMPLES, samples, "n_samples"),
        _whole("features", features, 1, MOST_FEATURES, count, "n_features"),
        number("noise", 15, 0, 1_000, "ui.noise", control=noise, argument="noise"),
        number("bias", 50, -1_000, 1_000, "ui.bias", control=bias, argument="bias"),
        SEED,
        replace(
            number("outliers", 0, 0, 0.5, "ui.outliers", control=parts, help="ui.outliers_help"),
            argument="outliers",
            optional=True,
        ),
        replace(_whole("informative", 0, 0, MOST_FEATURES, Box(), "informative"), optional=True),
        replace(_whole("rank", 0, 0, MOST_FEATURES, Box(), "effective_rank"), optional=True),
    ]


def _whole(
    key: str, default: int, low: int, high: int, control: Slider | Box, argument: str
) -> Setting:
    return whole(key, default, low, high, f"ui.{key}", control=control, argument=argument)


# Of the random data and of the fit's batches and held-out samples.
SEED = whole("seed", 0, 0, 1_000_000, "ui.seed", control=Box(), argument="seed")


def reading(single: bool) -> list[Setting]:
    """Which data, the target's column, the features' columns, and what of gaps."""
    return [
        choice(
            "data",
            GENERATED,
            SOURCES,
            "ui.data_source",
            say=worded("sources"),
            help="ui.data_source_help",
        ),
        text("target", "", "own.target", 200),
        text("columns", "", "own.feature" if single else "own.features", 5_000),
        choice("missing", "drop", MISSING, "own.missing", say=worded("missing")),
    ]


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
    own = [
        *fitting(),
        choice("accuracy", "0.01", ACCURACIES, "ui.accuracy", say=_percent),
        switch("lab", "ui.lab", help="ui.lab_help"),
        switch("bridge", "ui.bridge"),
        *(one for one in sampling(features) if one is not SEED),
        *more,
    ]
    return [*own, *method(own)]


def simple_regression() -> list[Setting]:
    """A line through points."""
    residuals = choice("residuals", "lines", RESIDUALS, "ui.residuals", say=worded("residuals"))
    return _lesson(1, *reading(single=True), residuals)


def multiple_regression() -> list[Setting]:
    """A fit of many features."""
    return _lesson(2, *reading(single=False), *picturing())


def reported() -> list[Setting]:
    """The arguments of `fit_linear` that a report names."""
    return [one for one in (*fitting(), *method()) if one.report]
