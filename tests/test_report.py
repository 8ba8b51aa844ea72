"""The report: one file, nothing loaded from outside, nothing executed that a visitor typed."""

import re
from pathlib import Path

import numpy as np
import pytest

import gdcore as gd
from gdcore.charts import regression as charts
from gdcore.charts.look import Look
from gdcore.report import Report, write
from gdcore.texts import LANGUAGES
from gdcore.ui import player

DATA = gd.datasets.make_regression()
FIT = gd.fit_linear(DATA.X, DATA.y)
ROWS = np.arange(41)


def report(language, title="A <b>title</b> </script>"):
    look = Look(language)
    bar = player.content("test", ROWS, ["<b>1</b>"] * 41, language)
    picture = charts.line_chart(DATA.X[:, 0], DATA.y, FIT.weights, ROWS, look, (1.0, 2.0),
                                "</script><script>alert(1)</script>")  # fmt: skip
    whole = Report(title, "verdict", [("samples", "100")], ["a note"], [("lr", "0.1")],
                   [{"w": "1", "b": "<i>"}], [picture], bar, "print(1)")  # fmt: skip
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
