"""A report to take away: one HTML file that needs nothing else and still plays.

Charts are the page's own specifications, the clock is the page's own player; Vega comes from
vl-convert, which carries it along, so nothing is loaded from anywhere.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from gdcore.charts.look import Look, Picture
from gdcore.charts.player import playable
from gdcore.texts import say

# The player's colours, which come from Streamlit's theme on the page.
_STYLE = """
:root { --st-primary-color: #0072B2; --st-background-color: #fff; --st-text-color: #1F2933;
  --st-secondary-background-color: #F3F5F8; --st-border-color: #CDD3DB; --st-font: sans-serif; }
body { font-family: "Noto Sans TC", "Microsoft JhengHei", system-ui, sans-serif; color: #1F2933;
  max-width: 1100px; margin: 0 auto; padding: 1.5rem; line-height: 1.6; }
h1 { font-size: 1.7rem; margin-bottom: .2rem } h2 { font-size: 1.2rem; margin: 2rem 0 .4rem }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid #CDD3DB; padding: .3rem .6rem; text-align: left }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 430px), 1fr));
  gap: 1rem } .chart { width: 100%; min-width: 0 }
pre { background: #F3F5F8; padding: .8rem; overflow-x: auto; border-radius: 8px }
"""


@dataclass(frozen=True)
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
    language = look.language

    def word(key: str) -> str:
        return html.escape(say(key, language))

    parts = [
        f"<h1>{html.escape(report.title)}</h1>",
        f"<p>{html.escape(report.verdict)}</p>",
        f"<h2>{word('report.data')}</h2>",
        _pairs(report.facts),
        "".join(f"<p>{html.escape(note)}</p>" for note in report.notes),
        f"<h2>{word('report.settings')}</h2>",
        _pairs(report.settings),
        f"<h2>{word('report.charts')}</h2>",
        '<div class="charts">',
        "".join(f'<div class="chart stVegaLiteChart" id="chart{i}"></div>'
                for i in range(len(report.pictures))),
        '</div><div id="bar"><div class="gd-player"></div></div>',
        f"<h2>{word('report.comparison')}</h2>",
        _table(report.comparison),
        f"<h2>{word('report.code')}</h2><pre>{html.escape(report.code)}</pre>",
    ]  # fmt: skip
    specs = [_whole(picture) for picture in report.pictures]
    return "\n".join([
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(report.title)}</title>",
        f"<style>{_STYLE}{style}</style></head><body>",
        *parts,
        f"<script>{_script(_vega())}</script>",
        f"<script>\nconst specs = {_json(specs)}, given = {_json(dict(report.player))}\n",
        f"const mount = {_script(script)}",
        """
Promise.all(specs.map((spec, i) => vegaEmbed(`#chart${i}`, spec, { actions: false, renderer: 'svg' })))
  .then(() => mount({ parentElement: document.querySelector('#bar'), data: given,
                      setTriggerValue: () => {} }))
</script></body></html>""",  # noqa: E501
    ])  # fmt: skip


def _whole(picture: Picture) -> dict[str, Any]:
    data = {name: json.loads(frame.to_json(orient="records"))
            for name, frame in picture.data.items()}  # fmt: skip
    return playable(picture.stencil, data) | {"width": "container"}


def _json(value: Any) -> str:
    """JSON inside a script element: nothing in it may end the element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _script(code: str) -> str:
    return code.replace("</script", "<\\/script")


def _pairs(rows: Sequence[tuple[str, str]]) -> str:
    cells = (f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
             for name, value in rows)  # fmt: skip
    return f"<table>{''.join(cells)}</table>"


def _table(rows: Sequence[Mapping[str, str]]) -> str:
    heads = list(dict.fromkeys(key for row in rows for key in row))
    top = "".join(f"<th>{html.escape(head)}</th>" for head in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(row.get(h, '')))}</td>" for h in heads) + "</tr>"
        for row in rows
    )
    return f"<table><tr>{top}</tr>{body}</table>"
