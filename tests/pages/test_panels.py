"""The sidebar: what matters first stands in sight, the rest behind one door that counts changes."""

import pytest
from streamlit.testing.v1 import AppTest

from gdcore.words.texts import LANGUAGES, say
from tests.pages.test_links import drawn
from tests.pages.test_pages import ROOT, open_page

FIRST = {
    "single_variable": {"landscape", "start", "lr", "lr.exactly", "steps", "optimizer"},
    "landscapes": {"landscape", "x", "y", "lr", "lr.exactly", "steps", "optimizers"},
    "simple_regression": {"lr", "lr.exactly", "epochs", "optimizer", "loss", "data"},
    "multiple_regression": {
        "lr",
        "lr.exactly",
        "epochs",
        "optimizer",
        "loss",
        "data",
        "features",
    },
}
RATES = [0.00001, 0.123456, 0.0, 1.5, 37.0, 100.0]


def door(app):
    (found,) = app.sidebar.expander
    return found


def count(app, language="en"):
    """The number that the door shows, None for none."""
    texts = {say("ui.changed", language, count=n): n for n in range(1, 50)}
    shown = [part.body for part in app.get("html") if "st-key-more" in part.body]
    return next((texts[text] for text in texts for body in shown if f'"{text}"' in body), None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", FIRST)
def test_what_matters_first_is_in_sight_and_the_rest_behind_one_door(page, language):
    app = open_page(page, language)
    assert door(app).label == say("ui.more", language)
    behind = set(drawn(door(app), page))
    shown = set(drawn(app.sidebar, page))
    assert shown - behind == FIRST[page]
    assert behind


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_door_counts_what_a_link_has_changed_behind_it(language):
    assert count(open_page("single_variable", language), language) is None
    link = {"lr": "0.3", "optimizer": "adam", "beta1": "0.5"}  # in sight
    assert count(open_page("single_variable", language, **link), language) is None
    link |= {"eps": "0.001", "log": "1", "schedule": "step", "every": "7"}
    assert count(open_page("single_variable", language, **link), language) == 4


def test_the_door_counts_what_a_hand_changes_behind_it():
    app = open_page("simple_regression")
    app.number_input(key="simple_regression.batch").set_value(7).run()
    assert count(app) == 1
    app.number_input(key="simple_regression.batch").set_value(0).run()
    assert count(app) is None


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("page", FIRST)
def test_any_rate_can_be_typed_beside_the_slider(page, rate):
    app = open_page(page)
    app.number_input(key=f"{page}.lr.exactly").set_value(rate).run()
    assert not app.exception
    assert app.slider(key=f"{page}.lr").value == rate
    assert float(app.query_params["lr"]) == rate


@pytest.mark.parametrize("page", FIRST)
def test_the_field_follows_the_slider(page):
    app = open_page(page)
    app.slider(key=f"{page}.lr").set_value(0.25).run()
    assert app.number_input(key=f"{page}.lr.exactly").value == 0.25


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_has_no_sidebar_and_its_language_can_be_switched(language):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    app.query_params["lang"] = language
    app.run()
    assert len(app.sidebar) == 0
    assert [one.key for one in app.main.button_group] == ["language"]
    assert [one.key for one in app.button] == []
