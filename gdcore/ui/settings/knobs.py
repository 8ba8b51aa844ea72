"""The knobs of rules as settings: one record for all rules of a kind, and how one rule narrows it.

A rule is what a menu chooses that has knobs of its own: an optimizer, a schedule, a loss.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from gdcore.models.losses import DELTA, LOSSES
from gdcore.rules.knobs import Hyperparameter
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.rules.schedules import SCHEDULES
from gdcore.ui.setting import Box, Setting, Slider, number
from gdcore.words.texts import table

# Whose knobs a person turns, by the setting that chooses among them.
RULES: dict[str, Mapping[str, Any]] = {
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "loss": LOSSES,
}


def of_rule(kind: str, rule: str) -> tuple[Hyperparameter, ...]:
    """The knobs of one rule of a kind."""
    record = RULES[kind][rule]
    knobs: tuple[Hyperparameter, ...] = record.knobs if kind == "loss" else record.hyperparameters
    return knobs


def _by_name(kind: str) -> dict[str, list[Hyperparameter]]:
    """Every knob of the rules of a kind; `eps` has a record per optimizer."""
    records: dict[str, list[Hyperparameter]] = {}
    for rule in RULES[kind]:
        for knob in of_rule(kind, rule):
            records.setdefault(knob.name, []).append(knob)
    return records


def names(kind: str) -> list[str]:
    """What the knobs of the rules of a kind are called."""
    return list(_by_name(kind))


def knob_key(kind: str, name: str, taken: Collection[str]) -> str:
    """The key of a knob; with the kind before it where the name alone is something else's.

    taken: the keys of other settings, or those of a whole page.
    """
    longer = f"{kind}_{name}"
    return longer if longer in taken else name


def knobs(kind: str, taken: Collection[str] = ()) -> list[Setting]:
    """The knobs of the rules of a kind, each with the range that any of these rules gives it.

    A knob's default depends on the rule: None says that nothing else was set. taken: the keys of
    other settings; a knob that is called like one of them has its kind before its name.
    """
    return [_row(kind, name, same, taken) for name, same in _by_name(kind).items()]


def _row(kind: str, name: str, same: list[Hyperparameter], taken: Collection[str]) -> Setting:
    low, high = min(knob.low for knob in same), max(knob.high for knob in same)
    key = f"{kind}_{name}" if name in taken else name
    label, help = f"names.{name}", f"names.{name}_help"
    one = number(
        key,
        0.0,
        low,
        high,
        label,
        symbol=same[0].symbol,
        help=help if help in table("en") else "",
        control=turned_by(same[0]),
        report=label,
    )
    if kind == "loss" and name == DELTA.name:  # `fit_linear` has an argument for it
        one = replace(one, argument=name, become=_given_or(same[0].default))
    return replace(one, default=None)


def _given_or(usual: float) -> Callable[[float | None], float]:
    return lambda value: usual if value is None else value


def turned_by(knob: Hyperparameter) -> Slider | Box:
    """The control that turns a knob: a field where a slider would jump over what matters."""
    low, high = float(knob.low), float(knob.high)
    if knob.valid.whole:
        return Box(format="%.0f", step=1.0)
    if knob.logarithmic:
        return Box(format="%.6g")
    fine = 0.0001 if high > 0.999 and low >= 0.9 else 0.001 if high - low < 0.2 else 0.01
    return Slider(low=low, high=high, step=fine, format="%.4g")


def narrowed(one: Setting, knob: Hyperparameter) -> Setting:
    """The record as one rule's knob narrows it: its default, its range and its control."""
    return one.narrowed(
        default=float(knob.default),
        low=float(knob.low),
        high=float(knob.high),
        control=turned_by(knob),
        symbol=knob.symbol,
    )
