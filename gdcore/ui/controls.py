"""Controls that several pages share. Menus and sliders follow from the registries' records."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from gdcore import datasets
from gdcore.backends import BACKENDS, DTYPES
from gdcore.losses import LOSSES, PENALTIES
from gdcore.optimizers import OPTIMIZERS, Hyperparameter
from gdcore.schedules import SCHEDULES
from gdcore.ui.language import t
from gdcore.ui.state import Field, State, choice, in_link, number, switch, whole

MODES = ("graph", "xla", "step", "eager")
SCALINGS = ("none", "standardise")
# What share of the slowest error may be left when the forecast counts steps.
ACCURACIES = ("0.1", "0.01", "0.001", "0.000001")


def available() -> list[str]:
    """The backends that are installed here."""
    return [name for name, backend in BACKENDS.items() if backend.installed]


def _knobs() -> dict[str, list[Hyperparameter]]:
    """Every hyperparameter by name; `eps` has a record per optimizer."""
    found: dict[str, list[Hyperparameter]] = {}
    records: list[Any] = [*OPTIMIZERS.values(), *SCHEDULES.values()]
    for record in records:
        for knob in record.hyperparameters:
            found.setdefault(knob.name, []).append(knob)
    return found


def method_fields() -> list[Field]:
    """The fields of optimizer, schedule, their hyperparameters, backend, precision and mode.

    A hyperparameter's default may depend on the optimizer; None in the URL's stead means just that.
    """
    fields = [
        choice("optimizer", "sgd", tuple(OPTIMIZERS)),
        choice("schedule", "constant", tuple(SCHEDULES)),
        choice("backend", "numpy", available()),
        choice("dtype", "float64", DTYPES),
        choice("mode", "graph", MODES),
    ]
    for name, knobs in _knobs().items():
        low, high = min(k.low for k in knobs), max(k.high for k in knobs)
        field = number(name, 0.0, low, high)
        fields.append(Field(name, None, field.read, field.write))
    return fields


def put(key: str, value: Any) -> None:
    """Sets a widget's value if it is another one; writing the same would disturb the hand."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def slider(state: State, key: str, label: str, low: float, high: float, step: float,
           help: str | None = None, format: str | None = None) -> Any:  # fmt: skip
    """A slider for the value `key`. A link may carry a value beyond its usual range."""
    value = state[key]
    kind = type(low)
    low, high = min(low, kind(value)), max(high, kind(value))
    st.slider(label, low, high, step=step, key=state.widget(key), help=help, format=format)
    return state[key]


def toggle(state: State, key: str, label: str, help: str | None = None) -> None:
    """A switch for the value `key`."""
    st.toggle(label, key=state.widget(key), help=help)


def choose(state: State, key: str, label: str, options: Sequence[str], names: str,
           help: str | None = None) -> str:  # fmt: skip
    """A menu over language-independent names; `names` is the text group of their labels."""
    st.selectbox(label, list(options), key=state.widget(key), help=help,
                 format_func=lambda name: t(f"{names}.{name}"))  # fmt: skip
    return str(state[key])


def _values(state: State, record: Any) -> dict[str, float]:
    """The hyperparameters of a rule, its own defaults where nothing else was set."""
    return {
        knob.name: float(knob.default if state[knob.name] is None else state[knob.name])
        for knob in record.hyperparameters
    }


def _hyperparameters(state: State, record: Any) -> None:
    for knob in record.hyperparameters:
        name = state.widget(knob.name)
        if state[knob.name] is None:
            st.session_state[name] = float(knob.default)
        label = f"{t(f'names.{knob.name}')} ${knob.symbol}$"
        if knob.logarithmic or knob.low == 1:
            st.number_input(label, float(knob.low), float(knob.high), key=name,
                            format="%.0e" if knob.logarithmic else "%.0f")  # fmt: skip
        else:
            st.slider(label, float(knob.low), float(knob.high), key=name,
                      step=0.0001 if knob.high > 0.999 and knob.low >= 0.9 else 0.001
                      if knob.high - knob.low < 0.2 else 0.01,
                      format="%.4g")  # fmt: skip


def forget_hyperparameters(state: State) -> None:
    """Back to each rule's own defaults, as when another optimizer is chosen."""
    for name in _knobs():
        st.session_state[state.widget(name)] = None


def method(state: State) -> dict[str, Any]:
    """Optimizer, schedule and framework with all that belongs to them, as keyword arguments."""
    kept = {key: state[key] for key in ("optimizer", "schedule", "backend", "dtype", "mode")}
    rule, course = OPTIMIZERS[kept["optimizer"]], SCHEDULES[kept["schedule"]]
    return kept | _values(state, rule) | _values(state, course)


def method_panel(state: State) -> None:
    """The controls behind `method`."""
    with st.expander(t("ui.method")):
        st.selectbox(t("ui.optimizer"), list(OPTIMIZERS), key=state.widget("optimizer"),
                     format_func=lambda name: OPTIMIZERS[name].title, help=t("ui.optimizer_help"),
                     on_change=forget_hyperparameters, args=(state,))  # fmt: skip
        _hyperparameters(state, OPTIMIZERS[state["optimizer"]])
        choose(state, "schedule", t("ui.schedule"), list(SCHEDULES), "schedules",
               t("ui.schedule_help"))  # fmt: skip
        _hyperparameters(state, SCHEDULES[state["schedule"]])
    with st.expander(t("ui.framework")):
        st.selectbox(t("ui.backend"), available(), key=state.widget("backend"),
                     format_func=lambda name: BACKENDS[name].title,
                     help=t("ui.backend_help"))  # fmt: skip
        choose(state, "dtype", t("ui.dtype"), DTYPES, "names")
        if BACKENDS[state["backend"]].modes:
            choose(state, "mode", t("ui.mode"), MODES, "modes", t("ui.mode_help"))


OWN = "own"


def several(state: State, key: str, label: str, records: Mapping[str, Any], most: int) -> list[str]:
    """Several records of a registry, by their titles."""
    st.multiselect(label, list(records), key=state.widget(key), max_selections=most,
                   format_func=lambda name: records[name].title)  # fmt: skip
    return list(state[key])


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
    st.selectbox(t("ui.landscape"), [*landscapes, OWN], key=key, on_change=picked,
                 format_func=lambda name: t(f"landscapes.{name}"))  # fmt: skip
    if st.session_state[key] == OWN:
        st.text_input(t("ui.formula"), key=state.widget("formula"), max_chars=500,
                      help=t("ui.formula_help"))  # fmt: skip


def regression_fields(features: int = 1) -> list[Field]:
    """The fields of both regression pages; the article's numbers are the defaults."""
    return [
        number("lr", 0.1, 0, 100),
        whole("epochs", 40, 1, 10_000),
        whole("batch", 0, 0, datasets.MOST_SAMPLES),
        switch("ordered"),
        choice("scaling", "none", SCALINGS),
        choice("loss", "mse", tuple(LOSSES)),
        number("delta", 1, 1e-3, 1e6),
        number("ridge", 0, 0, 1e6),
        number("lasso", 0, 0, 1e6),
        choice("accuracy", "0.01", ACCURACIES),
        switch("lab"),
        switch("bridge"),
        number("test", 0, 0, 0.9),
        whole("patience", 0, 0, 10_000),
        whole("features", features, 1, datasets.MOST_FEATURES),
        whole("samples", 100, 5, datasets.MOST_SAMPLES),
        whole("informative", 0, 0, datasets.MOST_FEATURES),
        whole("rank", 0, 0, datasets.MOST_FEATURES),
        number("outliers", 0, 0, 0.5),
        number("noise", 15, 0, 1_000),
        number("bias", 50, -1_000, 1_000),
        whole("seed", 0, 0, 1_000_000),
        *method_fields(),
    ]


def fitting(state: State) -> dict[str, Any]:
    """Learning rate, epochs, batch size, scaling and method, as arguments of `fit_linear`."""
    settings = {"learning_rate": state["lr"], "epochs": state["epochs"],
                "batch_size": state["batch"] or None, "scaling": state["scaling"],
                "seed": state["seed"], "loss": state["loss"], "delta": state["delta"],
                "ridge": state["ridge"], "lasso": state["lasso"], "test": state["test"],
                "patience": state["patience"], "shuffle": not state["ordered"]}  # fmt: skip
    return settings | method(state)


def _exactly(state: State, key: str) -> None:
    """A box for a rate that no slider can hit: data in their own units may need 0.00001."""
    box = state.widget(f"{key}.exactly")

    def keep() -> None:
        st.session_state[state.widget(key)] = st.session_state[box]

    put(box, state[key])
    st.number_input(t("ui.exactly"), 0.0, 100.0, key=box, format="%.6g", on_change=keep,
                    step=max(float(f"{state[key] / 10:.0e}"), 1e-12))  # fmt: skip


def fitting_panel(state: State) -> None:
    """The first controls behind `fitting`."""
    slider(state, "lr", t("ui.learning_rate"), 0.0, 1.5, 0.005, format="%.4g")
    _exactly(state, "lr")
    slider(state, "epochs", t("ui.epochs"), 1, 300, 1)
    with st.expander(t("ui.batches")):
        st.number_input(t("ui.batch"), 0, datasets.MOST_SAMPLES, key=state.widget("batch"),
                        help=t("ui.batch_help"))  # fmt: skip
        if state["batch"]:
            toggle(state, "ordered", t("ui.ordered"), t("ui.ordered_help"))
        choose(state, "scaling", t("ui.scaling"), SCALINGS, "names")
    with st.expander(t("ui.loss_and_penalties")):
        choose(state, "loss", t("ui.loss"), tuple(LOSSES), "losses", t("ui.loss_help"))
        if state["loss"] == "huber":
            st.number_input(t("ui.delta"), 1e-3, 1e6, key=state.widget("delta"), format="%.4g",
                            help=t("ui.delta_help"))  # fmt: skip
        for name in PENALTIES:
            st.number_input(t(f"ui.{name}"), 0.0, 1e6, key=state.widget(name), format="%.4g",
                            step=0.1, help=t(f"ui.{name}_help"))  # fmt: skip
    with st.expander(t("ui.split")):
        slider(state, "test", t("ui.test"), 0.0, 0.9, 0.05, t("ui.test_help"))
        st.number_input(t("ui.patience"), 0, 10_000, key=state.widget("patience"),
                        help=t("ui.patience_help"))  # fmt: skip


def forecast_panel(state: State) -> None:
    """How exact is exact enough for the forecast of steps."""
    st.selectbox(t("ui.accuracy"), ACCURACIES, key=state.widget("accuracy"),
                 format_func=lambda share: f"{100 * float(share):g} %")  # fmt: skip
    toggle(state, "lab", t("ui.lab"), t("ui.lab_help"))
    toggle(state, "bridge", t("ui.bridge"))


def sampling(state: State, features: int | None = None) -> dict[str, Any]:
    """The article's random data, as arguments of `make_regression`."""
    count = features or state["features"]
    sample = {"n_samples": state["samples"], "n_features": count, "noise": state["noise"],
              "bias": state["bias"], "seed": state["seed"]}  # fmt: skip
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
        slider(state, "features", t("ui.features"), 1, 20, 1)
        with st.expander(t("ui.dependence")):
            most = state["features"]
            st.number_input(t("ui.informative"), 0, datasets.MOST_FEATURES,
                            key=state.widget("informative"),
                            help=t("ui.informative_help", most=most))  # fmt: skip
            st.number_input(t("ui.rank"), 0, datasets.MOST_FEATURES, key=state.widget("rank"),
                            help=t("ui.rank_help", most=most))  # fmt: skip
    with st.expander(t("ui.data"), expanded=True):
        slider(state, "samples", t("ui.samples"), 10, 500, 10)
        slider(state, "noise", t("ui.noise"), 0.0, 100.0, 1.0)
        slider(state, "bias", t("ui.bias"), -100.0, 100.0, 1.0)
        slider(state, "outliers", t("ui.outliers"), 0.0, 0.5, 0.01, t("ui.outliers_help"))
        st.number_input(t("ui.seed"), 0, 1_000_000, key=state.widget("seed"))


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
    """A number field per variable; the URL's `at` holds them in order: at=3,0.5."""
    values: list[float] = []
    for piece in state["at"].split(","):
        try:
            value = float(piece)
        except ValueError:
            value = math.nan
        if math.isfinite(value) and abs(value) <= 1e6:
            values.append(value)
    values += [1.0] * (len(names) - len(values))
    found = {}
    for name, value in zip(names, values, strict=False):
        key = state.widget(f"at.{name}")
        fresh = st.session_state.get(state.widget("at.known")) != state["at"]
        if key not in st.session_state or fresh:
            st.session_state[key] = value
        st.number_input(t("ui.point", name=name), -1e6, 1e6, key=key, step=0.1, format="%.6g")
        found[name] = float(st.session_state[key])
    written = ",".join(map(in_link, found.values()))
    put(state.widget("at"), written)
    put(state.widget("at.known"), written)
    return found
