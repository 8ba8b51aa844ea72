"""One playable chart with its player, for counting frames."""

import streamlit as st

import gdcore as gd
from gdcore.charts import curve
from gdcore.charts.player import thin
from gdcore.ground.landscapes import view
from gdcore.ui import frame, readout
from gdcore.ui.language import language
from gdcore.ui.player import player, ready

with ready.announced():
    run = gd.descend("w**2", {"w": -5.0}, 0.002, int(st.query_params.get("steps", 150)))
    shown = thin(run.steps)
    ground = view(gd.parse("w**2"), "w", (-6, 6), -5.0)
    frame.draw(curve.curve_chart(curve.path_frame(run).iloc[shown], ground, frame.look()), "curve")
    player("one_panel", shown, readout.descent(run, shown, "w"), language(), total=run.steps)
