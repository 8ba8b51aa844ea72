"""A report to take away: one HTML file that needs nothing else and still plays.

Charts are the page's own specifications, the clock is the page's own player; Vega comes from
vl-convert, which carries it along, so nothing is loaded from anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from gdcore.charts.colours import PALETTES
from gdcore.charts.look import Look, Picture
from gdcore.charts.player import playable
from gdcore.export.environment import render
from gdcore.words.texts import say

HEADINGS = ("data", "settings", "charts", "comparison", "code")


@dataclass(frozen=True, kw_only=True)
class Report:
    """What goes into the file. facts and settings: label and value; tables: headings and rows.

    pictures: in the order in which they are shown. steps, lines: the player's frames and their
    numbers as HTML. code: the same in Python.
    """

    title: str
    verdict: str
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    settings: Sequence[tuple[str, str]]
    comparison: Sequence[Mapping[str, str]]
    pictures: Sequence[Picture]
    player: Mapping[str, Any]
    code: str


@cache
def _vega() -> str:
    import vl_convert  # late: it carries a whole JavaScript engine

    return str(vl_convert.javascript_bundle(vl_version="6.4"))  # type: ignore[call-arg]


def write(report: Report, look: Look, script: str, style: str) -> str:
    """The whole file as text. script: the player as a JavaScript expression; style: its CSS."""
    return render(
        "report.html.j2",
        report=report,
        language=look.language,
        colours=PALETTES[look.theme],
        words={key: say(f"report.{key}", look.language) for key in HEADINGS},
        heads=list(dict.fromkeys(key for row in report.comparison for key in row)),
        specs=[_whole(picture) for picture in report.pictures],
        vega=_vega(),
        player=script,
        style=style,
    )


def _whole(picture: Picture) -> dict[str, Any]:
    data = {
        name: json.loads(frame.to_json(orient="records")) for name, frame in picture.data.items()
    }
    return playable(picture.stencil, data) | {"width": "container"}
