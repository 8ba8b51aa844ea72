"""Colours: one meaning each, readable on their ground, told apart by everybody."""

import itertools
import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from test_charts import charts

from gdcore.charts.colours import BANDS, BASINS, PALETTES, ROLES, RUNS, SERIES
from gdcore.charts.look import Look
from gdcore.descent.progress import VERDICTS

ROOT = Path(__file__).parent.parent.parent
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")
# Distances in CIE L*a*b* (1976); about 2.3 is just noticed. ALONE: by colour alone, in lines of
# two pixels. OWN: two meanings are two colours at all, for most people. SURFACE: of two areas.
ALONE, OWN, SURFACE = 12, 20, 8

# How dichromats see, on linear RGB: Machado, Oliveira & Fernandes 2009, "A physiologically-based
# model for simulation of color vision deficiency", severity 1.0.
EYES = {
    "usual": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# From linear sRGB to CIE XYZ under D65: IEC 61966-2-1.
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(colour, eyes="usual"):
    seen = np.clip(EYES[eyes] @ linear(colour), 0, 1)
    t = (XYZ @ seen) / XYZ.sum(axis=1)
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one, other, eyes="usual"):
    return float(np.linalg.norm(lab(one, eyes) - lab(other, eyes)))


def contrast(one, other):
    """The ratio of WCAG 2.2."""
    dark, light = sorted(float(linear(colour) @ XYZ[1]) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def test_the_measures_know_their_published_values():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21, abs=1e-3)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)  # WCAG's own example
    np.testing.assert_allclose(lab("#FF0000"), [53.24, 80.09, 67.20], atol=0.02)
    np.testing.assert_allclose(lab("#FFFFFF"), [100, 0, 0], atol=0.02)
    for matrix in EYES.values():  # grey stays grey for everybody
        np.testing.assert_allclose(np.sum(matrix, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("role", [r for r in ROLES.values() if r.kind != "area"], ids=str)
def test_what_is_read_or_drawn_stands_out_from_its_paper(role, theme):
    palette = PALETTES[theme]
    least = 4.5 if role.kind == "text" else 3
    assert contrast(palette[role.name], palette["paper"]) >= least
    for ground in ("low", "high"):
        assert contrast(palette[role.name], palette[ground]) >= 3


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("role", ["text", "action"])
def test_what_stands_in_the_sidebar_is_read_there(role, theme):
    palette = PALETTES[theme]
    assert contrast(palette[role], palette["panel"]) >= 4.5
    assert contrast(palette["paper"], palette["action"]) >= 4.5  # words on a button


@pytest.mark.parametrize("theme", PALETTES)
def test_no_colour_has_two_meanings(theme):
    drawn = [role for role in ROLES.values() if role.kind != "area"]
    for one, other in itertools.combinations(drawn, 2):
        found = distance(PALETTES[theme][one.name], PALETTES[theme][other.name])
        assert found >= OWN, (one.name, other.name, found)
    areas = [role.name for role in (*BANDS, *BASINS)]
    for one, other in itertools.product(areas, [role.name for role in drawn]):
        found = distance(PALETTES[theme][one], PALETTES[theme][other])
        assert found >= SURFACE, (one, other, found)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("group", [BANDS, BASINS], ids=["bands", "basins"])
def test_areas_are_told_apart(group, eyes, theme):
    for one, other in itertools.combinations(group, 2):
        found = distance(PALETTES[theme][one.name], PALETTES[theme][other.name], eyes)
        # A basin is small in number and has its minimum in it; a verdict has its colour only.
        assert found >= (SURFACE if group is BANDS or eyes == "usual" else 3), (one, other, found)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("eyes", EYES)
def test_overlaid_runs_are_told_apart_by_colour_alone(eyes, theme):
    for one, other in itertools.combinations(SERIES[theme], 2):
        assert distance(one, other, eyes) >= 10, (one, other)


@pytest.mark.parametrize("theme", PALETTES)
def test_what_stands_in_one_picture_is_told_apart_by_colour_or_by_form(theme):
    names = {colour: name for name, colour in PALETTES[theme].items()}
    for picture in charts(Look("en", theme)):
        found = {names[c] for c in HEX.findall(json.dumps(picture.stencil))}
        drawn = sorted(name for name in found if ROLES[name].kind != "area")
        for one, other in itertools.combinations(drawn, 2):
            apart = [distance(PALETTES[theme][one], PALETTES[theme][other], eyes) for eyes in EYES]
            same_form = ROLES[one].form == ROLES[other].form
            assert min(apart) >= ALONE or not same_form, (one, other, apart)


def test_every_colour_of_a_picture_has_a_meaning():
    for theme, palette in PALETTES.items():
        for picture in charts(Look("en", theme)):
            assert set(HEX.findall(json.dumps(picture.stencil))) <= set(palette.values())


def test_every_verdict_has_its_band():
    assert [role.name for role in BANDS] == list(VERDICTS)
    assert len(RUNS) == len(SERIES["light"])


def test_no_colour_is_written_outside_the_records():
    files = [
        file
        for folder in ("gdcore", "pages")
        for kind in ("py", "js", "css", "j2", "toml", "html")
        for file in (ROOT / folder).rglob(f"*.{kind}")
    ]
    assert len(files) > 100
    for file in [*files, ROOT / "app.py"]:
        if file.name != "colours.py":
            text = file.read_text()
            assert not re.findall(r"#[0-9a-fA-F]{6}\b|: *#[0-9a-fA-F]{3}\b", text), file


@pytest.mark.parametrize("theme", PALETTES)
def test_streamlit_s_theme_is_held_equal_to_the_records(theme):
    given = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"][theme]
    palette = PALETTES[theme]
    assert given == {
        "primaryColor": palette["action"],
        "backgroundColor": palette["paper"],
        "secondaryBackgroundColor": palette["panel"],
        "textColor": palette["text"],
        "borderColor": palette["border"],
        "chartCategoricalColors": SERIES[theme],
    }
