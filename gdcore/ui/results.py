"""What stands below the picture: the verdict, the rule, the table of all steps, the downloads."""

from __future__ import annotations

import streamlit as st

from gdcore.optimizers import OPTIMIZERS
from gdcore.schedules import SCHEDULES
from gdcore.trajectory import Trajectory
from gdcore.ui.language import language, t


def verdict(run: Trajectory) -> None:
    """The sentence of the stop reason, in the tone that suits it."""
    show = {"converged": st.success, "finished": st.info, "diverged": st.warning}[run.stop.kind]
    show(run.stop.say(language()))


def rule(run: Trajectory) -> None:
    """The update rule and the schedule in symbols."""
    optimizer = OPTIMIZERS[run.settings["optimizer"]]
    schedule = SCHEDULES[run.settings["schedule"]]
    with st.expander(t("ui.rule")):
        for line in (*optimizer.latex, schedule.latex):
            st.latex(line)
        st.caption(optimizer.source)


def table(run: Trajectory, name: str) -> None:
    """Every step in figures, and as a file."""
    with st.expander(t("ui.table")):
        frame = run.to_frame()
        st.dataframe(frame, hide_index=True, width="stretch", height=300)
        st.download_button(t("ui.download"), frame.to_csv(index=False).encode("utf-8-sig"),
                           f"{name}.csv", "text/csv", key=f"{name}.csv")  # fmt: skip
