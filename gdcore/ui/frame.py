"""The frame of every page: its title and introduction, the look of charts, drawing a chart."""

from __future__ import annotations

import html
import re
from typing import Any

import streamlit as st

from gdcore.charts.look import Look, Picture
from gdcore.charts.player import playable
from gdcore.ui.language import language, prose_here, t
from gdcore.ui.state import State

_STYLE = """<style>
.stMainBlockContainer { padding: 3.6rem 2rem 2rem; max-width: 1500px; }
.stMainBlockContainer h3 { font-size: 1.2rem; padding: .4rem 0 .2rem; }
.stMainBlockContainer h1 { font-size: 1.6rem; padding: 0 0 .1rem; }
[data-testid="stSidebarUserContent"] { padding-top: .5rem; }
@media (max-width: 700px) { .stMainBlockContainer { padding: 4rem .8rem 1rem; } }
</style>"""


def look() -> Look:
    """The language and theme in which this visitor sees charts."""
    return Look(language(), st.context.theme.type or "light")


def header(page: str, state: State | None = None) -> None:
    """Title and introduction of a page, and what was wrong with its link, if anything."""
    st.html(_STYLE)
    st.title(t(f"{page}.title"), anchor=False)
    st.markdown(prose_here(page))
    for problem in state.problems if state else []:
        st.warning(problem)


def draw(picture: Picture, key: str) -> None:
    """Shows a playable chart at the width of its column; the fixed key keeps it from flickering."""
    spec = playable(picture.stencil, picture.data)
    st.vega_lite_chart(spec, key=key, width="stretch")


def refuse(problem: Any) -> None:
    """Says what is wrong with an input and what to do, instead of a result."""
    position = getattr(problem, "position", None)
    place = t("ui.at_position", position=position + 1) if position is not None else ""
    # What a visitor typed may be quoted in the sentence; it is text, never Markdown.
    sentence = re.sub(r"([\\`*_\[\]$<>#|~:])", r"\\\1", f"{problem.say(language())} {place}")
    st.error(sentence.strip())


def escape(text: str) -> str:
    """Text that a visitor typed, safe inside our own HTML."""
    return html.escape(text, quote=True)
