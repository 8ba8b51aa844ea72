"""The router: language, navigation and the page that was asked for."""

import streamlit as st

from gdcore.ui import frame, memory
from gdcore.ui.language import t
from gdcore.ui.player import ready

st.set_page_config(page_title=t("ui.app"), layout="wide", initial_sidebar_state="auto")

PAGES = (
    "home",
    "single_variable",
    "landscapes",
    "autodiff",
    "simple_regression",
    "multiple_regression",
)

pages = [
    st.Page(f"pages/{name}.py", title=t(f"{name}.menu"), url_path=name, default=name == "home")
    for name in PAGES
]
chosen = st.navigation(pages, position="top")
frame.corner(chosen.url_path)
with ready.announced():
    chosen.run()
memory.settle()
