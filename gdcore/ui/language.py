"""Which language the page speaks: `?lang=`, else the switch, else the browser's own."""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from gdcore.words.texts import LANGUAGES, prose, say


def language() -> str:
    """The language of this visit."""
    if (chosen := st.session_state.get("language")) in LANGUAGES:
        return str(chosen)
    asked = st.query_params.get("lang")
    code = str(asked) if asked in LANGUAGES else nearest(st.context.locale or "")
    st.session_state["language"] = code
    return code


def nearest(locale: str) -> str:
    """The language nearest to a browser's locale: the same, a relative (zh for zh-TW), English."""
    wanted = locale.lower().replace("_", "-")
    same = [name for name in LANGUAGES if name.lower() == wanted]
    related = [name for name in LANGUAGES if name.lower().split("-")[0] == wanted.split("-")[0]]
    return [*same, *related, "en"][0]


def t(key: str, **values: Any) -> str:
    """The text of `key` in the language of this visit."""
    return say(key, language(), **values)


def prose_here(name: str) -> str:
    """The Markdown text `name` in the language of this visit."""
    return prose(name, language())


def _renamed() -> None:
    """Menus keep their chosen entry in the old language unless they are told it anew."""
    for key, value in st.session_state.items():
        if isinstance(value, str) and "." in str(key):
            st.session_state[key] = value


def switch() -> None:
    """The control that changes the language; `frame.corner` says where it stands."""
    language()
    st.segmented_control(
        t("ui.language"),
        LANGUAGES,
        key="language",
        format_func=lambda name: say("ui.language_name", name),
        default=None,
        required=True,
        label_visibility="collapsed",
        on_change=_renamed,
    )


def literal(sentence: str) -> str:
    """Text that a visitor typed or uploaded is text, never Markdown."""
    return re.sub(r"([\\`*_\[\]$<>#|~:])", r"\\\1", sentence)
