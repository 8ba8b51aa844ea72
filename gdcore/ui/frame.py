"""The frame of every page: its order, its title and introduction, the look of charts."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from gdcore.charts.look import Look, Picture
from gdcore.charts.player import playable
from gdcore.ui.language import language, literal, prose_here, switch, t
from gdcore.ui.player import ready
from gdcore.ui.state import State
from gdcore.words.texts import Problem

# At a visit's very first chart the browser is busy loading: whatever follows at once delays the
# one picture that people wait for, by twice as much as this pause costs the rest (measured).
HEAD_START = 0.3  # seconds
Shown = TypeVar("Shown")

_STYLE = """<style>
.stMainBlockContainer { padding: 3.6rem 2rem 2rem; max-width: 1500px; }
.stMainBlockContainer h3 { font-size: 1.2rem; padding: .4rem 0 .2rem; }
.stMainBlockContainer h1 { font-size: 1.6rem; padding: 0 0 .1rem; }
.st-key-gd_formulas p { display: flex; flex-wrap: wrap; gap: .1rem 2.5rem; margin: 0;
  max-height: 8.5rem; overflow-y: auto; font-size: 1.1rem; }
.st-key-gd_formulas p > span { max-width: 100%; overflow: auto hidden; padding: .15rem 0; }
.gd-ways > div { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1.6rem;
  font-variant-numeric: tabular-nums; line-height: 1.7; }
.gd-ways b { font-size: 1.15rem; }
.gd-ruling { min-height: 3em; margin: .1rem 0 0; line-height: 1.5; font-size: .95rem;
  padding-left: .7rem; border-left: 4px solid var(--gd-tone, var(--gd-data)); }
.gd-success { --gd-tone: var(--gd-converges); } .gd-info { --gd-tone: var(--gd-data); }
.gd-warning { --gd-tone: var(--gd-diverges); }
@media (max-width: 700px) { .stMainBlockContainer { padding: 4rem .8rem 1rem; } }
</style>"""

# Language and stage stand at the end of the menu's line, which never scrolls away; the menu gives
# way to them.
_CORNER = """<style>
.st-key-corner { position: fixed; top: .7rem; right: 1rem; z-index: 1000000; width: auto;
  flex-wrap: nowrap; gap: .5rem; }
.stLayoutWrapper:has(> .st-key-corner), [data-testid="stLayoutWrapper"]:has(> .st-key-corner) {
  position: absolute; }
.st-key-corner button { min-height: 2rem; padding: .1rem .6rem; white-space: nowrap; }
.stAppHeader .stAppToolbar { padding-right: 17rem; }
@media (max-width: 700px) { .st-key-corner { right: .5rem; gap: .3rem; } }
</style>"""

# The controls that come first end above the fold of a small screen. On a phone they lie in a sheet
# over the lower half: what they change stays in sight.
_SIDEBAR = """<style>
[data-testid="stSidebarHeader"] { height: 2.2rem; margin-bottom: 0; padding-top: .5rem; }
[data-testid="stSidebarUserContent"] { padding-top: 0; padding-bottom: 1rem; }
[data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] { gap: .55rem; }
[data-testid="stSidebarUserContent"] h6 { padding: .6rem 0 .25rem; }
[class*="st-key-exact_"] { position: relative; }
[class*="st-key-exact_"] > :has(.stNumberInput) { position: absolute; top: -.4rem; right: 0;
  width: 6.5rem; }
[class*="st-key-exact_"] .stNumberInput [data-testid="stNumberInputContainer"],
[class*="st-key-exact_"] .stNumberInput input { height: 2rem; min-height: 2rem; }
[class*="st-key-exact_"] .stNumberInput input { text-align: right; }
[class*="st-key-exact_"] .stNumberInput button { display: none; }
[class*="st-key-exact_"] [data-testid="stSliderThumbValue"] { visibility: hidden; }
@media (max-width: 700px) {
  [data-testid="stSidebar"][data-collapsed="false"] { position: fixed !important;
    inset: auto 0 0 0 !important; width: 100% !important; max-width: none; min-width: 100%;
    height: 50dvh !important; border-top: 1px solid rgba(128, 128, 128, .4); }
  [data-testid="stSidebarNavItems"] { display: flex; overflow-x: auto; padding-bottom: .2rem; }
  [data-testid="stSidebarNavItems"] li { flex: none; }
}
</style>"""


# The colours of charts that the pages' own HTML takes up, as `--gd-<role>`.
_COLOURED = ("action", "paper", "data", "converges", "diverges")

# On the stage there is the picture, the player and the numbers; type is read from the last row.
_STAGE = """<style>
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], .stAppHeader { display: none; }
.stMainBlockContainer { padding: 1rem 2rem; max-width: none; }
.gd-player { font-size: 1.35rem; }
.gd-player .gd-readout, .gd-player .gd-readout .gd-rule { font-size: 1.5rem; }
.gd-player .gd-ask { font-size: 1.5rem; }
.st-key-language { display: none; }
</style>"""


def on_stage() -> bool:
    """Whether the page is being presented (`?present=1`)."""
    return st.query_params.get("present") == "1"


def _switch_stage() -> None:
    if on_stage():
        del st.query_params["present"]
    else:
        st.query_params["present"] = "1"


def corner(page: str) -> None:
    """The language, and the button that fills the screen with the picture or leads back.

    page: the path of the page, empty for the first one, which has no picture.
    """
    st.html(_CORNER)
    with st.container(key="corner", horizontal=True):
        switch()
        if page:
            here = on_stage()
            help = None if here else t("ui.present_help")
            label = t("ui.leave_stage" if here else "ui.present")
            st.button(label, key="stage", on_click=_switch_stage, help=help)


def look() -> Look:
    """The language, theme and size in which this visitor sees charts."""
    theme = st.context.theme.type or "light"
    return Look(language(), theme, 20, 1.3) if on_stage() else Look(language(), theme)


def styled() -> None:
    """The look that all pages share."""
    colours = "".join(f"--gd-{role}: {look().colour(role)};" for role in _COLOURED)
    st.html(f"<style>:root {{ {colours} }}</style>{_STYLE}{_SIDEBAR}")


def header(page: str, problems: Sequence[str] = ()) -> None:
    """Title and introduction of a page, and what was wrong with its link, if anything."""
    styled()
    if on_stage():
        st.html(_STAGE)
    st.title(t(f"{page}.title"), anchor=False)
    if not on_stage():
        st.markdown(prose_here(page))
    for problem in problems:
        st.warning(problem)


def page(
    state: State,
    *,
    panel: Callable[[], None],
    first: Callable[[], Shown],
    rest: Callable[[Shown], None],
) -> None:
    """The order of a page: its title, the first picture, the panel, the rest.

    panel: draws the controls in the sidebar. first: computes what the page shows and draws its
    first picture; a Problem that it raises is said in the picture's place, and there is no rest.
    rest: gets what `first` returned.

    At a visit's very first run the picture goes before the panel, because what the controls are
    set to stands in the state already. From then on the panel goes first, because a person may
    have put something into it that the picture is made of: a file, a column.
    """
    opening = "opened" not in st.session_state
    if not opening:
        _panel(state, panel)
    header(state.page, state.problems)
    problem, shown = None, None
    try:
        shown = first()
    except Problem as error:
        problem = error
    st.session_state["opened"] = True
    if opening:
        if problem is None:
            time.sleep(HEAD_START)
        _panel(state, panel)
    if problem is not None:
        refuse(problem)
    elif shown is not None:
        rest(shown)


def _panel(state: State, panel: Callable[[], None]) -> None:
    """The controls, and what they say written into the URL."""
    with st.sidebar:
        panel()
    state.leave()


def draw(picture: Picture, key: str, **selection: Any) -> None:
    """Shows a playable chart at the width of its column; the fixed key keeps it from flickering.

    selection: `on_select` and `selection_mode` of Streamlit's chart, where clicking does something.
    """
    spec = playable(picture.stencil, picture.data)
    ready.chart(key)
    st.vega_lite_chart(spec, key=key, width="stretch", **selection)


class Later:
    """A place for what comes later in the run and may be filled more than once.

    What stood there in the last run stays until then, and the browser changes it instead of
    building it anew, which for a table takes as long as the rest of a page.
    """

    def __init__(self) -> None:
        self._place = st.container()
        self._slot: Any = None

    def fill(self) -> Any:
        """A container that replaces what was filled in before."""
        if self._slot is None:
            self._slot = self._place.empty()
        return self._slot.container()


class Waiting(Problem):
    """Nothing is wrong: the page waits for something from the person."""


def refuse(problem: Any) -> None:
    """Says what is wrong with an input and what to do, instead of a result."""
    position = getattr(problem, "position", None)
    place = t("ui.at_position", position=position + 1) if position is not None else ""
    show = st.info if isinstance(problem, Waiting) else st.error
    show(literal(f"{problem.say(language())} {place}".strip()))


def escape(text: str) -> str:
    """Text that a visitor typed, safe inside our own HTML."""
    return html.escape(text, quote=True)
