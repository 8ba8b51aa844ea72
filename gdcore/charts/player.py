"""Makes any Altair chart playable: every chart of a page follows one clock in the browser.

The clock is the player bar of the page (`gdcore/ui/player.js`). It announces the step to be seen
as a window event, and each chart has a parameter `frame` that listens for it. So the bar is real
HTML (keyboard, screen readers, phones), each chart keeps its own responsive width, and playing
never asks the server.

Listening relies on Vega-Lite handing the key `on` of a *variable* parameter through to Vega,
which is not documented; seen with Altair 6.3 and Streamlit 1.67 (Vega-Lite 6, Vega 6). Only this
module knows of it, and a browser test guards it.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

EVENT = "gd-frame"
UPTO = "datum.step <= frame"
AT = "datum.step == frame"
MOST_FRAMES = 1000


def frame_param() -> alt.Parameter:
    """The parameter that holds the number of the step to be seen."""
    return alt.param(name="frame", value=0)


def playable(chart: Any, open_at: int = 0) -> dict[str, Any]:
    """The chart's Vega-Lite specification with `frame` listening to the player."""
    spec: dict[str, Any] = chart.to_dict()
    frames = [p for p in spec.setdefault("params", []) if p["name"] == "frame"]
    if not frames:
        frames = [{"name": "frame"}]
        spec["params"].append(frames[0])
    frames[0]["value"] = open_at
    frames[0]["on"] = [{"events": {"source": "window", "type": EVENT}, "update": "event.detail"}]
    return spec


def thin(last: int, most: int = MOST_FRAMES) -> np.ndarray:
    """The steps 0…last that are drawn: all, or `most` of them evenly, first and last kept."""
    return np.unique(np.linspace(0, last, min(last + 1, most)).round().astype(int))
