"""Controls that several pages share. Menus and sliders follow from the registries' records."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

import gdcore as gd
from gdcore.backends import BACKENDS, DTYPES, installed
from gdcore.data import datasets
from gdcore.models.losses import LOSSES, PENALTIES
from gdcore.models.setup import SCALINGS
from gdcore.rules.method import Method
from gdcore.rules.optimizers import OPTIMIZERS, Hyperparameter
from gdcore.rules.schedules import SCHEDULES
from gdcore.ui.language import literal, t
from gdcore.ui.state import Field, State, choice, in_link, number, switch, titled, whole, worded
from gdcore.words.figures import plain, typed

# Of every backend.
MODES = tuple(dict.fromkeys(mode for backend in BACKENDS.values() for mode in backend.modes))
# What share of the slowest error may be left when the forecast counts steps.
ACCURACIES = ("0.1", "0.01", "0.001", "0.000001")


def available() -> list[str]:
    """The backends that are installed here."""
    return [backend.name for backend in installed()]


# What may have knobs, and what the arguments of a run are called besides them.
RECORDS: dict[str, Mapping[str, Any]] = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES}
TAKEN = {*inspect.signature(gd.descend).parameters, *inspect.signature(gd.fit_linear).parameters}


def _knobs(kind: str) -> dict[str, list[Hyperparameter]]:
    """Every knob of a kind of records by name; `eps` has a record per optimizer."""
    found: dict[str, list[Hyperparameter]] = {}
    for record in RECORDS[kind].values():
        for knob in record.hyperparameters:
            found.setdefault(knob.name, []).append(knob)
    return found


def _key(fields: Collection[str], kind: str, name: str) -> str:
    """The URL key of a knob; with the kind before it where the name alone is something else's."""
    longer = f"{kind}_{name}"
    return longer if longer in fields else name


def method_fields(taken: Collection[str] = ()) -> list[Field]:
    """The fields of optimizer, schedule, their hyperparameters, backend, precision and mode.

    A hyperparameter's default may depend on the optimizer; None in the URL's stead means just that.
    taken: the keys of the page's other fields.
    """
    fields = [
        choice("optimizer", "sgd", tuple(OPTIMIZERS), "ui.optimizer", titled(OPTIMIZERS)),
        choice("schedule", "constant", tuple(SCHEDULES), "ui.schedule", worded("schedules")),
        choice("backend", "numpy", available(), "ui.backend", titled(BACKENDS)),
        choice("dtype", "float64", DTYPES, "ui.dtype", worded("names")),
        choice("mode", "graph", MODES, "ui.mode", worded("modes")),
    ]
    used = {*taken, *(field.key for field in fields)}
    for kind in RECORDS:
        for name, knobs in _knobs(kind).items():
            low, high = min(k.low for k in knobs), max(k.high for k in knobs)
            key = f"{kind}_{name}" if name in used else name
            field = number(key, 0.0, low, high, f"names.{name}")
            fields.append(replace(field, default=None, symbol=knobs[0].symbol))
        used |= {field.key for field in fields}
    return fields


def put(key: str, value: Any) -> None:
    """Sets a widget's value if it is another one; writing the same would disturb the hand."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def slider(
    state: State,
    key: str,
    low: float,
    high: float,
    step: float,
    help: str | None = None,
    format: str | None = None,
) -> Any:
    """A slider for the value `key`. A link may carry a value beyond its usual range, and the
    slider reaches no further than a link may.
    """
    value, field = state[key], state.fields[key]
    kind = type(low)
    low, high = kind(max(low, field.low)), kind(min(high, field.high))
    low, high = min(low, kind(value)), max(high, kind(value))
    st.slider(
        state.label(key), low, high, step=step, key=state.widget(key), help=help, format=format
    )
    return state[key]


def start_slider(state: State, key: str, interval: tuple[float, float]) -> None:
    """A slider over an interval that may be very small."""
    low, high = interval
    step = 0.05 if high - low > 2 else 10.0 ** math.floor(math.log10((high - low) / 50))
    slider(state, key, low, high, step, format=None if step == 0.05 else "%.4g")


def toggle(state: State, key: str, help: str | None = None) -> None:
    """A switch for the value `key`."""
    st.toggle(state.label(key), key=state.widget(key), help=help)


def choose(
    state: State, key: str, options: Sequence[str], help: str | None = None, **more: Any
) -> str:
    """A menu over language-independent names, each shown as its field says it."""
    st.selectbox(
        state.label(key),
        list(options),
        key=state.widget(key),
        help=help,
        format_func=state.fields[key].shown,
        **more,
    )
    return str(state[key])


def box(state: State, key: str, low: float, high: float, **more: Any) -> None:
    """A number field for the value `key`."""
    st.number_input(state.label(key), low, high, key=state.widget(key), **more)


def _turned(state: State, kind: str) -> list[tuple[Hyperparameter, str]]:
    """The knobs of the chosen rule of a kind, each with its key."""
    record = RECORDS[kind][state[kind]]
    return [(knob, _key(state.fields, kind, knob.name)) for knob in record.hyperparameters]


def _values(state: State, kind: str) -> dict[str, float]:
    """The hyperparameters of the chosen rule, its own defaults where nothing else was set.

    What a link asks of a knob may suit another rule: then it falls back, and is told.
    """
    found = {}
    for knob, key in _turned(state, kind):
        if state[key] is not None and not knob.offers(state[key]):
            state.refuse(key, in_link(knob.default))
        found[knob.name] = float(knob.default if state[key] is None else state[key])
    return found


def _hyperparameters(state: State, kind: str) -> None:
    for knob, key in _turned(state, kind):
        if state[key] is None:
            st.session_state[state.widget(key)] = float(knob.default)
        low, high = float(knob.low), float(knob.high)
        if knob.logarithmic or knob.valid.whole:
            box(
                state,
                key,
                low,
                high,
                format="%.0e" if knob.logarithmic else "%.0f",
                step=1.0 if knob.valid.whole else None,
            )
        else:
            step = 0.0001 if high > 0.999 and low >= 0.9 else 0.001 if high - low < 0.2 else 0.01
            slider(state, key, low, high, step, format="%.4g")


def forget(state: State, kind: str) -> None:
    """Back to each rule's own defaults, as when another one is chosen."""
    for name in _knobs(kind):
        st.session_state[state.widget(_key(state.fields, kind, name))] = None


def method(state: State) -> dict[str, Any]:
    """Optimizer, schedule and framework with all that belongs to them, as keyword arguments."""
    made = Method(
        learning_rate=state["lr"],
        optimizer=state["optimizer"],
        knobs=_values(state, "optimizer"),
        schedule=state["schedule"],
        schedule_knobs=_values(state, "schedule"),
        backend=state["backend"],
        dtype=state["dtype"],
        mode=state["mode"],
    )
    asked = made.keywords(TAKEN)
    return {key: value for key, value in asked.items() if key != "learning_rate"}


def method_panel(state: State) -> None:
    """The controls behind `method`."""
    with st.expander(t("ui.method")):
        choose(
            state,
            "optimizer",
            list(OPTIMIZERS),
            t("ui.optimizer_help"),
            on_change=forget,
            args=(state, "optimizer"),
        )
        _hyperparameters(state, "optimizer")
        choose(
            state,
            "schedule",
            list(SCHEDULES),
            t("ui.schedule_help"),
            on_change=forget,
            args=(state, "schedule"),
        )
        _hyperparameters(state, "schedule")
    with st.expander(t("ui.framework")):
        choose(state, "backend", available(), t("ui.backend_help"))
        choose(state, "dtype", DTYPES)
        if BACKENDS[state["backend"]].modes:
            choose(state, "mode", BACKENDS[state["backend"]].modes, t("ui.mode_help"))


OWN = "own"
FARTHEST = 1e6  # of a point from 0, along each variable


def several(state: State, key: str, options: Sequence[str], most: int) -> None:
    """A menu from which several options may be chosen."""
    st.multiselect(
        state.label(key),
        list(options),
        key=state.widget(key),
        max_selections=most,
        format_func=state.fields[key].say or str,
    )


def formula_box(state: State, help: str) -> None:
    """The field for a formula of one's own."""
    st.text_input(state.label("formula"), key=state.widget("formula"), max_chars=500, help=help)


def landscape(state: State, landscapes: dict[str, Any]) -> Any:
    """The named loss that is descended on, None for a formula of one's own."""
    if _typing(state):
        return None
    return {record.formula: record for record in landscapes.values()}.get(state["formula"])


def _typing(state: State) -> bool:
    """Whether the menu of losses stands on one's own formula."""
    chosen = st.session_state.get(state.widget("landscape"))
    return chosen == OWN and st.session_state.get("page") == state.page


def landscape_panel(
    state: State, landscapes: dict[str, Any], start: Sequence[str] = ("start",)
) -> None:
    """Menu of named losses and a field for one's own formula.

    start: the keys of the start's coordinates.
    """
    key = state.widget("landscape")
    named = {record.formula: name for name, record in landscapes.items()}

    def picked() -> None:
        record = landscapes.get(st.session_state[key])
        if record is None:
            return
        usual = {"formula": record.formula, "lr": record.learning_rate, "steps": record.steps}
        usual |= dict(zip(start, record.start, strict=True))
        for field, value in usual.items():
            st.session_state[state.widget(field)] = value

    put(key, OWN if _typing(state) else named.get(state["formula"], OWN))
    st.selectbox(
        t("ui.landscape"),
        [*landscapes, OWN],
        key=key,
        on_change=picked,
        format_func=lambda name: t(f"landscapes.{name}"),
    )
    if st.session_state[key] == OWN:
        formula_box(state, t("ui.formula_help"))


def regression_fields(features: int = 1) -> list[Field]:
    """The fields of both regression pages; the article's numbers are the defaults."""
    fields = [
        number("lr", 0.1, 0, 100, "ui.learning_rate"),
        whole("epochs", 40, 1, 10_000, "ui.epochs"),
        whole("batch", 0, 0, datasets.MOST_SAMPLES, "ui.batch"),
        switch("ordered", "ui.ordered"),
        choice("scaling", "none", SCALINGS, "ui.scaling", worded("names")),
        choice("loss", "mse", tuple(LOSSES), "ui.loss", worded("losses")),
        number("delta", 1, 1e-3, 1e6, "ui.delta"),
        number("ridge", 0, 0, 1e6, "ui.ridge"),
        number("lasso", 0, 0, 1e6, "ui.lasso"),
        choice("accuracy", "0.01", ACCURACIES, "ui.accuracy", _percent),
        switch("lab", "ui.lab"),
        switch("bridge", "ui.bridge"),
        number("test", 0, 0, 0.9, "ui.test"),
        whole("patience", 0, 0, 10_000, "ui.patience"),
        whole("features", features, 1, datasets.MOST_FEATURES, "ui.features"),
        whole("samples", 100, 5, datasets.MOST_SAMPLES, "ui.samples"),
        whole("informative", 0, 0, datasets.MOST_FEATURES, "ui.informative"),
        whole("rank", 0, 0, datasets.MOST_FEATURES, "ui.rank"),
        number("outliers", 0, 0, 0.5, "ui.outliers"),
        number("noise", 15, 0, 1_000, "ui.noise"),
        number("bias", 50, -1_000, 1_000, "ui.bias"),
        whole("seed", 0, 0, 1_000_000, "ui.seed"),
    ]
    return [*fields, *method_fields([field.key for field in fields])]


def _percent(share: str) -> str:
    return f"{100 * float(share):g} %"


def fitting(state: State) -> dict[str, Any]:
    """Learning rate, epochs, batch size, scaling and method, as arguments of `fit_linear`."""
    settings = {
        "learning_rate": state["lr"],
        "epochs": state["epochs"],
        "batch_size": state["batch"] or None,
        "scaling": state["scaling"],
        "seed": state["seed"],
        "loss": state["loss"],
        "delta": state["delta"],
        "ridge": state["ridge"],
        "lasso": state["lasso"],
        "test": state["test"],
        "patience": state["patience"],
        "shuffle": not state["ordered"],
    }
    return settings | method(state)


def _exactly(state: State, key: str) -> None:
    """A box for a rate that no slider can hit: data in their own units may need 0.00001."""
    box = state.widget(f"{key}.exactly")

    def keep() -> None:
        st.session_state[state.widget(key)] = st.session_state[box]

    put(box, state[key])
    st.number_input(
        t("ui.exactly"),
        0.0,
        100.0,
        key=box,
        format="%.6g",
        on_change=keep,
        step=max(float(f"{state[key] / 10:.0e}"), 1e-12),
    )


def fitting_panel(state: State) -> None:
    """The first controls behind `fitting`."""
    slider(state, "lr", 0.0, 1.5, 0.005, format="%.4g")
    _exactly(state, "lr")
    slider(state, "epochs", 1, 300, 1)
    with st.expander(t("ui.batches")):
        box(state, "batch", 0, datasets.MOST_SAMPLES, help=t("ui.batch_help"))
        if state["batch"]:
            toggle(state, "ordered", t("ui.ordered_help"))
        choose(state, "scaling", SCALINGS)
    with st.expander(t("ui.loss_and_penalties")):
        choose(state, "loss", tuple(LOSSES), t("ui.loss_help"))
        if state["loss"] == "huber":
            box(state, "delta", 1e-3, 1e6, format="%.4g", help=t("ui.delta_help"))
        for name in PENALTIES:
            box(state, name, 0.0, 1e6, format="%.4g", step=0.1, help=t(f"ui.{name}_help"))
    with st.expander(t("ui.split")):
        slider(state, "test", 0.0, 0.9, 0.05, t("ui.test_help"))
        box(state, "patience", 0, 10_000, help=t("ui.patience_help"))


def forecast_panel(state: State) -> None:
    """How exact is exact enough for the forecast of steps."""
    choose(state, "accuracy", ACCURACIES)
    toggle(state, "lab", t("ui.lab_help"))
    toggle(state, "bridge")


def sampling(state: State, features: int | None = None) -> dict[str, Any]:
    """The article's random data, as arguments of `make_regression`."""
    count = features or state["features"]
    sample = {
        "n_samples": state["samples"],
        "n_features": count,
        "noise": state["noise"],
        "bias": state["bias"],
        "seed": state["seed"],
    }
    # What is left as in the article stays out of the call, and out of the exported code.
    if state["outliers"]:
        sample["outliers"] = state["outliers"]
    if count > 1 and state["informative"]:
        sample["informative"] = min(state["informative"], count)
    if count > 1 and state["rank"]:
        sample["effective_rank"] = min(state["rank"], count)
    return sample


def sampling_panel(state: State, features: int | None = None) -> None:
    """The controls behind `sampling`."""
    if features is None:
        slider(state, "features", 1, 20, 1)
        with st.expander(t("ui.dependence")):
            for key in ("informative", "rank"):
                help = t(f"ui.{key}_help", most=state["features"])
                box(state, key, 0, datasets.MOST_FEATURES, help=help)
    with st.expander(t("ui.data"), expanded=True):
        slider(state, "samples", 10, 500, 10)
        slider(state, "noise", 0.0, 100.0, 1.0)
        slider(state, "bias", -100.0, 100.0, 1.0)
        slider(state, "outliers", 0.0, 0.5, 0.01, t("ui.outliers_help"))
        box(state, "seed", 0, 1_000_000)


def examples(state: State, formulas: Sequence[str]) -> None:
    """Pills that put a ready formula into the field `formula`."""
    key = state.widget("example")

    def picked() -> None:
        if st.session_state[key]:
            st.session_state[state.widget("formula")] = st.session_state[key]
            st.session_state[state.widget("at")] = "3"

    put(key, state["formula"] if state["formula"] in formulas else None)
    st.pills(t("ui.examples"), formulas, key=key, on_change=picked)


def point(state: State, names: Sequence[str]) -> dict[str, float]:
    """A number field per variable; the URL's `at` holds them in order: at=3,0.5.

    What is no number there, or too large, falls back alone, and a sentence says so.
    """
    known = state.widget("at.known")
    fresh = st.session_state.get(known) != state["at"]
    found = {}
    for name, value in zip(names, _coordinates(state, names), strict=True):
        key = state.widget(f"at.{name}")
        if key not in st.session_state or fresh:
            st.session_state[key] = value
        label = t("ui.point", name=name)
        st.number_input(label, -FARTHEST, FARTHEST, key=key, step=0.1, format="%.6g")
        found[name] = float(st.session_state[key])
    written = ",".join(map(in_link, found.values()))
    put(state.widget("at"), written)
    put(known, written)
    return found


def _coordinates(state: State, names: Sequence[str]) -> list[float]:
    """The numbers of `at`, one for each name; what cannot be used is told."""
    pieces = re.split("[,，、]", state["at"])
    usual = [float(state.fields["at"].default), *[1.0] * len(names)]
    for i, (name, piece) in enumerate(zip(names, pieces, strict=False)):
        values = {"name": literal(name), "value": literal(piece[:20]), "default": plain(usual[i])}
        try:
            value = typed(piece)
        except ValueError:
            state.tell(t("ui.bad_point", **values))
            continue
        if abs(value) <= FARTHEST:
            usual[i] = value
        else:
            ends = {"low": plain(-FARTHEST), "high": plain(FARTHEST)}
            state.tell(t("ui.far_point", **values, **ends))
    if len(pieces) > len(names) and state.asked("at"):
        state.tell(t("ui.many_points", given=len(pieces), count=len(names)))
    return usual[: len(names)]
