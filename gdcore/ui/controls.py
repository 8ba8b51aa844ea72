"""Controls that several pages share. Menus and sliders follow from the registries' records."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Sequence
from typing import Any

import streamlit as st

import gdcore as gd
from gdcore.backends import BACKENDS
from gdcore.models.losses import LOSSES, PENALTIES
from gdcore.rules.method import Method
from gdcore.rules.optimizers import Hyperparameter
from gdcore.ui import settings
from gdcore.ui.language import literal, t
from gdcore.ui.setting import Box, Setting, Slider, arguments, in_link
from gdcore.ui.settings import OWN, RULES
from gdcore.ui.state import State
from gdcore.words.figures import plain, typed

# What the arguments of a run are called, besides its knobs.
TAKEN = {*inspect.signature(gd.descend).parameters, *inspect.signature(gd.fit_linear).parameters}


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


def choose(
    state: State,
    key: str,
    options: Sequence[str] | None = None,
    help: str | None = None,
    **more: Any,
) -> str:
    """A menu over language-independent names, each shown as its setting says it.

    options: those of the setting that can be had now, if not all.
    """
    one = state.fields[key]
    st.selectbox(
        state.label(key),
        list(one.options if options is None else options),
        key=state.widget(key),
        help=help or _help(one),
        format_func=one.shown,
        **more,
    )
    return str(state[key])


def _help(one: Setting) -> str | None:
    return t(one.help) if one.help else None


def show(state: State, *keys: str) -> None:
    """The controls of these settings, each as its record says."""
    for key in keys:
        one = state.fields[key]
        match one.control:
            case Slider() as range:
                slider(state, key, range.low, range.high, range.step, _help(one), range.format)
            case Box() as range:
                kind = type(one.default)
                low, high = kind(one.low), kind(one.high)
                box(state, key, low, high, format=range.format, step=range.step, help=_help(one))
            case _ if one.most > 1:
                st.multiselect(
                    state.label(key),
                    list(one.options),
                    key=state.widget(key),
                    max_selections=one.most,
                    format_func=one.say or str,
                )
            case _ if isinstance(one.default, bool):
                st.toggle(state.label(key), key=state.widget(key), help=_help(one))
            case _:
                choose(state, key)


def box(state: State, key: str, low: float, high: float, **more: Any) -> None:
    """A number field for the value `key`."""
    st.number_input(state.label(key), low, high, key=state.widget(key), **more)


def _turned(state: State, kind: str) -> list[tuple[Hyperparameter, str]]:
    """The knobs of the chosen rule of a kind, each with its key."""
    record = RULES[kind][state[kind]]
    return [(knob, _key(state, kind, knob.name)) for knob in record.hyperparameters]


def _key(state: State, kind: str, name: str) -> str:
    """The key of a knob; with the kind before it where the name alone is something else's."""
    longer = f"{kind}_{name}"
    return longer if longer in state.fields else name


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
    for name in settings.knobs(kind):
        st.session_state[state.widget(_key(state, kind, name))] = None


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
        choose(state, "optimizer", on_change=forget, args=(state, "optimizer"))
        _hyperparameters(state, "optimizer")
        choose(state, "schedule", on_change=forget, args=(state, "schedule"))
        _hyperparameters(state, "schedule")
    with st.expander(t("ui.framework")):
        show(state, "backend", "dtype")
        if BACKENDS[state["backend"]].modes:
            choose(state, "mode", BACKENDS[state["backend"]].modes)


FARTHEST = 1e6  # of a point from 0, along each variable


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


def fitting(state: State) -> dict[str, Any]:
    """Learning rate, epochs, batch size, scaling and method, as arguments of `fit_linear`."""
    return arguments(settings.fitting(), state.values()) | method(state)


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
    show(state, "lr")
    _exactly(state, "lr")
    show(state, "epochs")
    with st.expander(t("ui.batches")):
        show(state, "batch")
        if state["batch"]:
            show(state, "ordered")
        show(state, "scaling")
    with st.expander(t("ui.loss_and_penalties")):
        show(state, "loss")
        if "delta" in {knob.name for knob in LOSSES[state["loss"]].knobs}:
            show(state, "delta")
        show(state, *PENALTIES)
    with st.expander(t("ui.split")):
        show(state, "test", "patience")


def forecast_panel(state: State) -> None:
    """How exact is exact enough for the forecast of steps."""
    show(state, "accuracy")


def sampling(state: State, features: int | None = None) -> dict[str, Any]:
    """The article's random data, as arguments of `make_regression`."""
    sample = arguments(settings.sampling(), state.values())
    count = features or state["features"]
    for key in ("informative", "effective_rank"):
        if key in sample:
            sample[key] = min(sample[key], count)
        if count == 1:
            sample.pop(key, None)
    return sample | {"n_features": count}


def sampling_panel(state: State, features: int | None = None) -> None:
    """The controls behind `sampling`."""
    if features is None:
        show(state, "features")
        with st.expander(t("ui.dependence")):
            for key in ("informative", "rank"):
                help = t(f"ui.{key}_help", most=state["features"])
                box(state, key, 0, settings.MOST_FEATURES, help=help)
    with st.expander(t("ui.data"), expanded=True):
        show(state, "samples", "noise", "bias", "outliers", "seed")


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
    """The point to differentiate at; the URL's `at` holds its numbers in order: at=3,0.5.

    What is no number there, or too large, falls back alone, and a sentence says so.
    """
    known = state.widget("at.known")
    fresh = st.session_state.get(known) != state["at"]
    found = {}
    for name, value in zip(names, _coordinates(state, names), strict=True):
        key = state.widget(f"at.{name}")
        if key not in st.session_state or fresh:
            st.session_state[key] = value
        found[name] = float(st.session_state[key])
    written = ",".join(map(in_link, found.values()))
    put(state.widget("at"), written)
    put(known, written)
    return found


def point_panel(state: State, names: Sequence[str]) -> None:
    """A number field for each coordinate of `point`."""
    for name in names:
        label, key = t("ui.point", name=name), state.widget(f"at.{name}")
        st.number_input(label, -FARTHEST, FARTHEST, key=key, step=0.1, format="%.6g")


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
