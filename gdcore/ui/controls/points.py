"""The point to differentiate at: as many numbers as the formula has variables, in one setting."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from gdcore.ui.controls.widgets import put
from gdcore.ui.language import literal, t
from gdcore.ui.setting import in_link
from gdcore.ui.state import State
from gdcore.words.figures import plain, typed

FARTHEST = 1e6  # of a point from 0, along each variable


def point(state: State, names: Sequence[str]) -> dict[str, float]:
    """The point to differentiate at; the URL's `at` holds its numbers in order: at=3,0.5.

    What is no number there, or too large, falls back alone, and a sentence says so.
    """
    written = state.widget("at.known")
    fresh = st.session_state.get(written) != state["at"]
    at = {}
    for name, value in zip(names, _coordinates(state, names), strict=True):
        key = state.widget(f"at.{name}")
        if key not in st.session_state or fresh:
            st.session_state[key] = value
        at[name] = float(st.session_state[key])
    whole = ",".join(map(in_link, at.values()))
    put(state.widget("at"), whole)
    put(written, whole)
    return at


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
