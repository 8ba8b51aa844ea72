"""Every control's value stands in the URL, so that a link reproduces the screen.

What does not parse or lies outside its range falls back to the default, and a sentence says so.
Streamlit's own binding of widgets to the URL writes translated labels for option widgets, hence
this small module. What a setting is stands in `gdcore.ui.setting`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from gdcore.ui.language import literal, t
from gdcore.ui.setting import Setting

# Keys that belong to the browser (the player) or to the whole app, not to a page's controls.
ECHO = 5.0  # seconds
KEPT = ("step", "speed", "play", "loop", "guess", "present", "embed", "embed_options")


def _ensure_router() -> None:
    """Goes back to app.py where a page was opened without it.

    Until `st.navigation` has run once in a server's life, Streamlit takes `pages/` for an app of
    the older kind and runs a deep link's page alone: no menu, no language. (Seen in 1.67.)
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


class State:
    """The values of one page's controls, shared by URL, widgets and session."""

    def __init__(self, page: str, fields: Sequence[Setting]):
        self.page = page
        self.fields = {field.key: field for field in fields}
        self.drawn: dict[str, Any] = {}  # the usual value of every control on the screen
        self._refused: list[tuple[str, str, str]] = []
        self._told: list[str] = []
        self._asked: set[str] = set()
        _ensure_router()
        self._enter()

    def widget(self, key: str) -> str:
        """The widget key under which the value `key` lives."""
        return f"{self.page}.{key}"

    def values(self) -> dict[str, Any]:
        """All values by key."""
        return {key: self[key] for key in self.fields}

    def set(self, key: str, value: Any) -> None:
        """Sets a value; in a callback alone, or before its control is drawn."""
        st.session_state[self.widget(key)] = value

    def __getitem__(self, key: str) -> Any:
        return st.session_state[self.widget(key)]

    def label(self, key: str) -> str:
        """The label of the control for the value `key`."""
        return self.fields[key].shown_label()

    def name(self, key: str, **words: str) -> None:
        """Fills the placeholders of a label, where they depend on what was typed."""
        self.fields[key] = replace(self.fields[key], words=words)

    def refuse(self, key: str, instead: str = "") -> None:
        """Back to the default, where a value fits its field but not what else was chosen.

        instead: what the default is then, where the field does not know.
        """
        self._refused.append((key, self.fields[key].write(self[key]), instead))
        st.session_state[self.widget(key)] = self.fields[key].default

    def asked(self, key: str) -> bool:
        """Whether the value comes from a link that was just followed."""
        return key in self._asked

    def tell(self, sentence: str) -> None:
        """One more sentence about what the link asks for."""
        self._told.append(sentence)

    @property
    def problems(self) -> list[str]:
        """What was wrong with the link, in sentences."""
        sentences = []
        for key, value, instead in self._refused:
            one = self.fields[key]
            usual = instead or one.shown(one.default)
            values = {"name": one.shown_label(), "value": literal(value), "default": usual}
            sentences.append(t("ui.bad_link", **values))
        return [*sentences, *self._told]

    def _enter(self) -> None:
        incoming = {k: v for k, v in st.query_params.items() if k in self.fields}
        memory = st.session_state.setdefault("pages", {}).setdefault(self.page, {})
        here = st.session_state.get("page") == self.page
        st.session_state["page"] = self.page
        if here and self._echo(memory, incoming):
            source = {}  # an ordinary rerun: the widgets know best
        elif incoming or not memory:
            source = {key: self._read(field, incoming) for key, field in self.fields.items()}
            self._asked = set(incoming)
        else:
            source = memory.get("values", {})  # back from another page without a link
        for key, field in self.fields.items():
            name = self.widget(key)
            if key in source:
                st.session_state[name] = source[key]
            elif name not in st.session_state:  # its widget was not drawn the last time
                # Only then: writing a value that a slider is just changing would stop the hand.
                st.session_state[name] = memory.get("values", {}).get(key, field.default)

    @staticmethod
    def _echo(memory: dict[str, Any], incoming: dict[str, str]) -> bool:
        """Whether this is a URL that was written here, and no link that somebody followed.

        While a slider moves, a rerun may still carry the URL of a moment ago.
        """
        recent = [w for when, w in memory.get("history", []) if time.monotonic() - when < ECHO]
        return incoming in [memory.get("written"), *recent]

    def _read(self, field: Setting, incoming: dict[str, str]) -> Any:
        if field.key not in incoming:
            return field.default
        try:
            return field.read(incoming[field.key])
        except ValueError:
            shown = "".join(c for c in incoming[field.key] if c.isprintable())[:20]
            self._refused.append((field.key, shown, ""))
            return field.default

    def leave(self) -> None:
        """Writes what differs from the defaults into the URL. Call after the controls."""
        values = self.values()
        written = {
            key: self.fields[key].write(value)
            for key, value in values.items()
            if value is not None and value != self.fields[key].default
        }
        memory = st.session_state["pages"][self.page]
        history = [*memory.get("history", []), (time.monotonic(), memory.get("written"))]
        st.session_state["pages"][self.page] = {
            "values": values,
            "written": written,
            "history": history[-50:],
        }
        kept = {key: st.query_params[key] for key in KEPT if key in st.query_params}
        everything = written | kept | {"lang": st.session_state["language"]}
        if everything != st.query_params.to_dict():
            st.query_params.from_dict(everything)
