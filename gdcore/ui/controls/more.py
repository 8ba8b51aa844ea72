"""Everything that need not be in sight at first, behind one door that says what lies changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from gdcore.ui.language import t
from gdcore.ui.state import State

# Another label would make Streamlit shut the door on the hand that is changing something.
_COUNT = """<style>
.st-key-more summary::after { content: %s; flex: none; margin-left: auto; white-space: nowrap;
  padding: 0 .55rem;
  border-radius: 1rem; font-size: .8rem; background: var(--gd-action); color: var(--gd-paper); }
</style>"""


@contextmanager
def more(state: State) -> Iterator[None]:
    """The controls that are drawn within stand behind a door; it counts those that were changed."""
    before = set(state.drawn)
    with st.expander(t("ui.more"), key="more"):
        yield
    within = [key for key in state.drawn if key not in before]
    count = sum(state[key] not in (None, state.drawn[key]) for key in within)
    if count:
        st.html(_COUNT % json.dumps(t("ui.changed", count=count), ensure_ascii=False))


def group(title: str) -> None:
    """A small heading among the controls. title: its text key."""
    st.markdown(f"###### {t(title)}")
