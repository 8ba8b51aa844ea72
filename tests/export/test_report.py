"""The report: one file, nothing loaded from outside, nothing executed that a visitor typed."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hostile import HOSTILE

import gdcore as gd
from gdcore.charts.line import line_chart
from gdcore.charts.look import Look
from gdcore.export.report import Report, write
from gdcore.ui import player
from gdcore.words.texts import LANGUAGES

DATA = gd.datasets.make_regression()
FIT = gd.fit_linear(DATA.X, DATA.y)
ROWS = np.arange(41)


def report(language, title="A <b>title</b> </script>"):
    look = Look(language)
    bar = player.content("test", ROWS, ["<b>1</b>"] * 41, language)
    picture = line_chart(
        DATA.X[:, 0],
        DATA.y,
        FIT.weights,
        ROWS,
        look,
        (1.0, 2.0),
        "</script><script>alert(1)</script>",
    )
    whole = Report(
        title=title,
        verdict="verdict",
        facts=[("samples", "100")],
        notes=["a note"],
        settings=[("lr", "0.1")],
        comparison=[{"w": "1", "b": "<i>"}],
        pictures=[picture],
        player=bar,
        code="print(1)",
    )
    return write(whole, look, player.script(), player.style())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_needs_nothing_else(language):
    text = report(language)
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=", text.split("<body>")[0])
    assert "<script src" not in text and "<link" not in text
    assert f'lang="{language}"' in text


def test_what_a_visitor_typed_stays_text():
    text = report("en")
    assert "<b>title</b>" not in text
    assert "<script>alert(1)" not in text
    assert text.count("</script>") == 2  # ours


def test_the_report_is_kept_small(tmp_path: Path):
    assert len(report("en").encode()) < 3_000_000


class Outline(HTMLParser):
    """The elements of a page with their attributes, and the text outside of scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self.scripts, self.inside = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, attrs))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        (self.scripts if self.inside in ("script", "style") else self.texts).append(data)


def everywhere(text):
    """A report with one text in every place that takes one."""
    look = Look("en")
    names = (f"{text} 1", text)
    picture = line_chart(
        DATA.X[:, 0], DATA.y, FIT.weights, ROWS, look, (1.0, 2.0), names[0], names[1]
    )
    bar = player.content("test", ROWS, ["1"] * 41, "en") | {"words": {"note": text}}
    pair = (text, text)
    whole = Report(
        title=text,
        verdict=text,
        facts=[pair],
        notes=[text],
        settings=[pair],
        comparison=[{text: text, "b": text}, {}],
        pictures=[picture],
        player=bar,
        code=text,
    )
    return write(whole, look, player.script(), player.style())


PLAIN = Outline(everywhere("plain"))
PLACES = sum("plain" in text for text in PLAIN.texts)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_text_in_every_place(text):
    found = Outline(everywhere(text))
    assert found.elements == PLAIN.elements
    # A page cannot hold NUL: whoever reads it puts U+FFFD there.
    shown = text.strip()
    assert sum(shown in one for one in found.texts) == PLACES
    (line,) = [
        line for one in found.scripts for line in one.splitlines() if line.startswith("const specs")
    ]
    specs, end = json.JSONDecoder().raw_decode(line.removeprefix("const specs = "))
    given, _ = json.JSONDecoder().raw_decode(line.split(", given = ")[1])
    assert given["words"] == {"note": text}
    assert len(specs) == 1 and end > 100
    assert text in json.dumps(specs, ensure_ascii=False) or text in strings(specs)


def strings(value):
    """All text in a structure, joined."""
    if isinstance(value, str):
        return value + "\x01"
    if isinstance(value, dict):
        return "".join(strings(key) + strings(one) for key, one in value.items())
    return "".join(map(strings, value)) if isinstance(value, list) else ""


def test_numbers_that_json_lacks_are_refused():
    bar = player.content("test", ROWS, ["1"] * 41, "en") | {"map": float("nan")}
    whole = Report(
        title="",
        verdict="",
        facts=[],
        notes=[],
        settings=[],
        comparison=[],
        pictures=[],
        player=bar,
        code="",
    )
    with pytest.raises(ValueError, match="JSON"):
        write(whole, Look("en"), player.script(), player.style())
    sound = replace(whole, player=bar | {"map": None})
    text = write(sound, Look("en"), player.script(), player.style())
    assert text.startswith("<!doctype html>") and text.endswith("</html>\n")
