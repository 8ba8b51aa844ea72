"""Every control's value stands in the URL, so that a link reproduces the screen.

Values in the URL are language-independent and hostile until read: what does not parse or lies
outside its range falls back to the default, and a sentence says so. Streamlit's own binding of
widgets to the URL writes translated labels for option widgets, hence this small module.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from gdcore.ui.language import literal, t
from gdcore.words.figures import typed

# Keys that belong to the browser (the player) or to the whole app, not to a page's controls.
ECHO = 5.0  # seconds
KEPT = ("step", "speed", "play", "loop", "guess", "present", "embed", "embed_options")


@dataclass(frozen=True)
class Field:
    """One value: its URL key, its default, how it is read (ValueError refuses) and written.

    label: the text key of its control's label, words: what the label's placeholders say; symbol:
    what follows it as mathematics. say: how one option is called on the screen. A control asks
    here for them, so that a sentence about a link names what a person sees. low, high: of numbers.
    """

    key: str
    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    label: str = ""
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    symbol: str = ""
    say: Callable[[Any], str] | None = None
    low: float = -math.inf
    high: float = math.inf

    def shown_label(self) -> str:
        """The label of its control in this visitor's language."""
        label = t(self.label, **self.words)
        return f"{label} ${self.symbol}$" if self.symbol else label

    def shown(self, value: Any) -> str:
        """A value as a person reads it."""
        if value in (None, ""):
            return t("ui.usual")
        if self.say is None:
            return self.write(value)
        return ", ".join(map(self.say, value)) if isinstance(value, list) else self.say(value)


def in_link(value: float) -> str:
    """The number in as few digits as tell it, without those that only a slider's rounding adds."""
    short = f"{value:.10g}"
    same = abs(float(short) - value) <= 1e-14 * abs(value)
    return short if same else repr(float(value)).removesuffix(".0")


def worded(group: str) -> Callable[[str], str]:
    """How the options of a text group are called."""
    return lambda name: t(f"{group}.{name}")


def titled(records: Mapping[str, Any]) -> Callable[[str], str]:
    """How the records of a registry are called."""
    return lambda name: str(records[name].title)


def number(key: str, default: float, low: float, high: float, label: str, **words: str) -> Field:
    def read(text: str) -> float:
        value = typed(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return Field(key, float(default), read, in_link, label, words, low=low, high=high)


def whole(key: str, default: int, low: int, high: int, label: str) -> Field:
    def read(text: str) -> int:
        value = typed(text)
        if not (value.is_integer() and low <= value <= high):
            raise ValueError(text)
        return int(value)

    return Field(key, int(default), read, label=label, low=low, high=high)


def choice(
    key: str,
    default: str,
    options: Sequence[str],
    label: str,
    say: Callable[[str], str] | None = None,
) -> Field:
    def read(text: str) -> str:
        if text not in options:
            raise ValueError(text)
        return text

    return Field(key, default, read, label=label, say=say)


def text(key: str, default: str, label: str, longest: int = 500) -> Field:
    def read(value: str) -> str:
        if len(value) > longest:
            raise ValueError(value[:20])
        return value

    return Field(key, default, read, label=label)


def switch(key: str, label: str) -> Field:
    """Off unless the URL says 1."""

    def read(value: str) -> bool:
        if value not in ("0", "1"):
            raise ValueError(value)
        return value == "1"

    def say(value: bool) -> str:
        return t("ui.on" if value else "ui.off")

    return Field(key, False, read, lambda value: str(int(value)), label, say=say)


def names(
    key: str,
    default: Sequence[str],
    options: Sequence[str],
    most: int,
    label: str,
    say: Callable[[str], str] | None = None,
) -> Field:
    """Several of the options, in the URL separated by commas."""

    def read(value: str) -> list[str]:
        found = list(dict.fromkeys(value.split(",")))
        if not set(found) <= set(options) or len(found) > most:
            raise ValueError(value)
        return found

    return Field(key, list(default), read, ",".join, label, say=say)


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

    def __init__(self, page: str, fields: Sequence[Field]):
        self.page = page
        self.fields = {field.key: field for field in fields}
        self._refused: list[tuple[str, str, str]] = []
        self._told: list[str] = []
        self._asked: set[str] = set()
        _ensure_router()
        self._enter()

    def widget(self, key: str) -> str:
        """The widget key under which the value `key` lives."""
        return f"{self.page}.{key}"

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
        found = []
        for key, value, instead in self._refused:
            one = self.fields[key]
            usual = instead or one.shown(one.default)
            values = {"name": one.shown_label(), "value": literal(value), "default": usual}
            found.append(t("ui.bad_link", **values))
        return [*found, *self._told]

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

    def _read(self, field: Field, incoming: dict[str, str]) -> Any:
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
        values = {key: self[key] for key in self.fields}
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
