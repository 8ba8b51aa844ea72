"""The small pictures: light, well formed, of their own state, and in both themes."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from gdcore.charts.look import PALETTES, Look
from gdcore.gallery import hero
from gdcore.gallery.canvas import Canvas
from gdcore.gallery.demonstrations import Demonstration, named, ordered
from gdcore.gallery.thumbnails import thumbnail
from gdcore.ui import gallery
from gdcore.words.texts import LANGUAGES, say

MOST_BYTES = 10_000
# Another state for each page: what is seen must follow.
OTHER = {
    "autodiff": {"at": "2"},
    "single_variable": {"start": "1.25", "compare": "none"},
    "landscapes": {"x": "0.5"},
    "simple_regression": {"seed": "7"},
    "multiple_regression": {"epochs": "12"},
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("one", ordered(), ids=lambda one: one.name)
def test_a_small_picture_is_light_and_asks_for_nothing(one, theme):
    drawn = gallery.picture(one.name, theme)
    assert len(drawn.encode()) < MOST_BYTES
    assert {node.tag for node in ElementTree.fromstring(drawn).iter()} == {
        f"{SVG}svg",
        f"{SVG}path",
    }
    assert re.findall(r"href|url\(|http(?!://www.w3.org/2000/svg)|nan|inf", drawn) == []


@pytest.mark.parametrize("one", ordered(), ids=lambda one: one.name)
def test_a_small_picture_follows_its_own_link(one):
    other = Demonstration(name=one.name, page=one.page, query=one.query | OTHER[one.page])
    assert thumbnail(gallery.scene(other), "light") != gallery.picture(one.name, "light")


def test_no_two_small_pictures_are_the_same():
    drawn = [gallery.picture(one.name, "light") for one in ordered()]
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("one", ordered(), ids=lambda one: one.name)
def test_a_theme_changes_the_colours_and_nothing_else(one):
    shapes = [re.sub("#[0-9A-F]{6}", "", gallery.picture(one.name, theme)) for theme in PALETTES]
    assert shapes[0] == shapes[1]
    assert gallery.picture(one.name, "light") != gallery.picture(one.name, "dark")


def test_a_line_is_interrupted_where_there_is_no_value():
    canvas = Canvas((0, 4), (0, 1), "light")
    canvas.line([0, 1, 2, 3, 4], [0, 1, np.nan, 0, 1], "loss")
    assert canvas.svg().count("M") == 2


def test_what_is_left_out_of_a_line_is_less_than_half_a_pixel_away():
    x = np.linspace(0, 1, 500)
    y = np.sin(12 * x)
    canvas = Canvas((0, 1), (-1, 1), "light", 300, 200)
    canvas.line(x, y, "loss")
    kept = np.array(
        [pair.split() for pair in re.findall(r"[\d.]+ [\d.]+", canvas.svg())[2:]], float
    )
    shown = np.interp(x * 300, kept[:, 0], kept[:, 1])
    assert len(kept) < 60
    away = np.abs(shown - (1 - y) * 100)
    slope = np.abs(np.gradient((1 - y) * 100, x * 300))
    assert (away / np.hypot(1, slope)).max() < 0.5


@pytest.fixture(scope="module")
def scene():
    return gallery.scene(named("descent"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", PALETTES)
def test_the_moving_picture_goes_where_the_descent_went(scene, theme, language):
    look = Look(language, theme)
    drawn = ElementTree.fromstring(hero.moving(scene, look))
    (ball,) = [
        node for node in drawn.iter(f"{SVG}circle") if node.find(f"{SVG}animate") is not None
    ]
    across = next(node for node in ball if node.get("attributeName") == "cx")
    seen = list(dict.fromkeys(map(float, across.get("values").split(";"))))
    (low, high), width = scene.box[0], hero.WIDTH
    gone = (scene.run.weights[: len(seen), 0] - low) / (high - low) * width
    assert np.abs(np.array(seen) - gone).max() < 0.06
    spoken = [node.text for node in drawn.iter(f"{SVG}text")]
    assert f"{say('charts.loss', language)} = 25" in spoken
    assert "w = −5" in spoken


@pytest.mark.parametrize("theme", PALETTES)
def test_the_still_picture_does_not_move(scene, theme):
    drawn = ElementTree.fromstring(hero.still(scene, Look("en", theme)))
    assert list(drawn.iter(f"{SVG}animate")) == []


def test_every_animation_runs_from_begin_to_end_in_order(scene):
    drawn = ElementTree.fromstring(hero.moving(scene, Look()))
    for node in drawn.iter(f"{SVG}animate"):
        times = [float(time) for time in node.get("keyTimes").split(";")]
        assert times[0] == 0
        assert times == sorted(times)
        assert len(times) == len(node.get("values").split(";"))
        assert node.get("calcMode") == "discrete" or times[-1] == 1
