"""Optimizer, schedule and framework with all that belongs to them."""

from __future__ import annotations

import inspect
from typing import Any

import gdcore as gd
from gdcore.backends import BACKENDS
from gdcore.rules.knobs import Hyperparameter
from gdcore.rules.method import Method
from gdcore.ui import settings
from gdcore.ui.controls.widgets import draw, show
from gdcore.ui.setting import Setting, in_link
from gdcore.ui.state import State

# What the arguments of a run are called, besides its knobs.
TAKEN = {*inspect.signature(gd.descend).parameters, *inspect.signature(gd.fit_linear).parameters}


def _turned(state: State, kind: str) -> list[tuple[Hyperparameter, Setting]]:
    """The knobs of the chosen rule of a kind, each with its record as this rule narrows it."""
    knobs = settings.of_rule(kind, state[kind])
    keys = [settings.knob_key(kind, knob.name, state.fields) for knob in knobs]
    return [
        (knob, settings.narrowed(state.fields[key], knob))
        for knob, key in zip(knobs, keys, strict=True)
    ]


def values(state: State, kind: str) -> dict[str, float]:
    """The knobs of the chosen rule by name, at its own defaults where nothing else was set.

    What a link asks of a knob may suit another rule: then it falls back, and is told.
    """
    turned = {}
    for knob, one in _turned(state, kind):
        if state[one.key] is not None and not knob.offers(state[one.key]):
            state.refuse(one.key, in_link(knob.default))
        turned[knob.name] = one.default if state[one.key] is None else float(state[one.key])
    return turned


def knob_panel(state: State, kind: str, numeric: bool | None = None) -> None:
    """A control for each knob of the chosen rule.

    numeric: only those that merely keep numbers in order, as Adam's ε, or only the others.
    """
    for knob, one in _turned(state, kind):
        if numeric not in (None, knob.logarithmic):
            continue
        if state[one.key] is None:
            state.set(one.key, one.default)
        draw(state, one)


def rule_menu(state: State, kind: str) -> None:
    """The menu of a kind of rule; another one starts at its own defaults."""

    def forget() -> None:
        for rule in settings.RULES[kind]:
            for knob in settings.of_rule(kind, rule):
                state.set(settings.knob_key(kind, knob.name, state.fields), None)

    show(state, kind, changed=forget)


def method(state: State) -> dict[str, Any]:
    """Optimizer, schedule and framework with all that belongs to them, as keyword arguments."""
    chosen = Method(
        learning_rate=state["lr"],
        optimizer=state["optimizer"],
        knobs=values(state, "optimizer"),
        schedule=state["schedule"],
        schedule_knobs=values(state, "schedule"),
        backend=state["backend"],
        dtype=state["dtype"],
        mode=state["mode"],
    )
    asked = chosen.keywords(TAKEN)
    return {key: value for key, value in asked.items() if key != "learning_rate"}


def optimizer_menu(state: State) -> None:
    """Which optimizer, and the knobs of it that one turns first."""
    rule_menu(state, "optimizer")
    knob_panel(state, "optimizer", numeric=False)


def method_panel(state: State) -> None:
    """The optimizer's other knobs, and how the learning rate changes on the way."""
    knob_panel(state, "optimizer", numeric=True)
    rule_menu(state, "schedule")
    knob_panel(state, "schedule")


def framework_panel(state: State) -> None:
    """Who computes, and how precisely."""
    show(state, "backend", "dtype")
    if BACKENDS[state["backend"]].modes:
        show(state, "mode", options=BACKENDS[state["backend"]].modes)
