"""A setting's record as a widget: slider, field, menu or switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from gdcore.ui.language import t
from gdcore.ui.setting import Box, Line, Setting, Slider, Span
from gdcore.ui.state import State

Changed = Callable[[], None] | None
# Which option a menu stands on, where it is the setting's own value.
OWN_VALUE = object()


def put(key: str, value: Any) -> None:
    """Sets a widget's value if it is another one; writing the same would disturb the hand."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def show(
    state: State, *keys: str, standing: Any = OWN_VALUE, changed: Changed = None, **narrower: Any
) -> None:
    """The controls of these settings, each as its record says.

    narrower: what the ground or the data leave of the record, see `Setting.narrowed`: the range
    `within` of a slider, the `options` of a menu. standing: what a menu stands on, where a link
    may ask for something that these data do not have. changed: called when a person changes it.
    """
    for key in keys:
        draw(state, state.fields[key].narrowed(**narrower), standing, changed)


def draw(state: State, one: Setting, standing: Any = OWN_VALUE, changed: Changed = None) -> None:
    """The control of one record."""
    state.drawn[one.key] = one.default
    key, label, help = state.widget(one.key), one.shown_label(), one.shown_help()
    match one.control:
        case Slider() as control if control.exact:
            with st.container(key=f"exact_{state.page}_{one.key}", gap=None):
                _slider(state, one, control)
                _exactly(state, one)
        case Slider() as control:
            _slider(state, one, control)
        case Box() as control:
            low, high = type(one.default)(one.low), type(one.default)(one.high)
            st.number_input(
                label, low, high, key=key, format=control.format, step=control.step, help=help
            )
        case Line() as control:
            st.text_input(label, key=key, max_chars=control.longest, help=help)
        case Span():
            raise TypeError(f"{one.key}: its range comes from the page")
        case None if isinstance(one.default, bool):
            st.toggle(label, key=key, help=help)
        case None:
            _menu(state, one, standing, changed)


def _slider(state: State, one: Setting, control: Slider) -> None:
    """A link may carry a value beyond the usual range, and the slider reaches no further than a
    link may.
    """
    value, kind = state[one.key], type(control.low)
    low, high = kind(max(control.low, one.low)), kind(min(control.high, one.high))
    st.slider(
        one.shown_label(),
        min(low, kind(value)),
        max(high, kind(value)),
        step=kind(control.step),
        key=state.widget(one.key),
        help=one.shown_help(),
        format=control.format,
    )


def _exactly(state: State, one: Setting) -> None:
    """A field for a value that no slider can hit: data in their own units may need 0.00001."""
    key, value = state.widget(f"{one.key}.exactly"), state[one.key]

    def keep() -> None:
        state.set(one.key, st.session_state[key])

    put(key, value)
    st.number_input(
        t("ui.exactly", name=one.shown_label()),
        float(one.low),
        float(one.high),
        key=key,
        format="%.6g",
        on_change=keep,
        step=max(float(f"{value / 10:.0e}"), 1e-12),
        label_visibility="collapsed",
    )


def _menu(state: State, one: Setting, standing: Any, changed: Changed) -> None:
    """One or several of the options, each called as its record says."""
    key = state.widget(one.key)
    if standing is not OWN_VALUE:
        key = state.widget(f"{one.key}.menu")
        put(key, standing)

        def changed() -> None:
            value = st.session_state[key]
            several = isinstance(one.default, list)
            state.set(one.key, [value] if several and not isinstance(value, list) else value)

    elif one.most == 1 and state[one.key] not in one.options:
        state.set(one.key, one.default if one.default in one.options else one.options[0])
    asked: dict[str, Any] = {
        "label": one.shown_label(),
        "options": list(one.options),
        "key": key,
        "help": one.shown_help(),
        "on_change": changed,
    }
    if one.most > 1:
        st.multiselect(max_selections=one.most, format_func=one.say or str, **asked)
    else:
        st.selectbox(format_func=one.shown, **asked)
