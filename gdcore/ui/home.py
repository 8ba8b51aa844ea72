"""The first page: what this is, and a gallery of demonstrations to open."""

from __future__ import annotations

import streamlit as st

from gdcore.ui import frame
from gdcore.ui.gallery import GALLERY
from gdcore.ui.language import language, t


def show() -> None:
    """The introduction, and a card for every demonstration."""
    st.session_state["page"] = "home"
    if st.query_params.to_dict() != {"lang": language()}:
        st.query_params.from_dict({"lang": language()})
    frame.header("home")
    for group, demonstrations in GALLERY.items():
        st.subheader(t(f"gallery.{group}"), anchor=False)
        columns = st.columns(len(demonstrations))
        for column, one in zip(columns, demonstrations, strict=True):
            with column.container(border=True, height="stretch"):
                st.page_link(
                    f"pages/{one.page}.py",
                    label=f"**{t(f'gallery.{one.name}_title')}**",
                    query_params=one.query | {"lang": language()},
                )
                st.caption(t(f"gallery.{one.name}"))
