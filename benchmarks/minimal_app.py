"""The floor: the smallest Streamlit app with one slider and one chart on a page of its own."""

import altair as alt
import pandas as pd
import streamlit as st


def page() -> None:
    rate = st.slider("rate", 0.0, 1.5, 0.1, 0.005)
    frame = pd.DataFrame({"step": range(150), "w": [-5 * (1 - 2 * rate) ** t for t in range(150)]})
    st.altair_chart(alt.Chart(frame).mark_line().encode(x="step", y="w"))


first = st.Page(page, title="first", url_path="first", default=True)
st.navigation([first, st.Page(page, title="second", url_path="second")], position="top").run()
