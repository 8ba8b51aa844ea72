"""Links: every value in them is read, or told by the label of its control and replaced."""

import itertools
import math
import re

import pytest

from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.rules.schedules import SCHEDULES
from gdcore.ui import settings
from gdcore.words.figures import typed
from gdcore.words.texts import LANGUAGES, say
from tests.pages.test_pages import open_page

PAGES = ["single_variable", "landscapes", "autodiff", "simple_regression", "multiple_regression"]
SHARED = [*settings.multiple_regression(), *settings.landscapes(), *settings.single_variable()]
NUMBERS = [field for field in SHARED if math.isfinite(field.high)]
WIDGETS = ("slider", "number_input", "selectbox", "toggle", "text_input", "multiselect")


def opening(label, language="en"):
    """How a sentence about a link's value begins, up to the value."""
    return say("ui.bad_link", language, name=label, value="\n", default="").split("\n")[0]


def told(app, language="en"):
    begin = opening("\n", language).split("\n")[0]
    return [warning.value for warning in app.warning if warning.value.startswith(begin)]


def reads(read, text):
    try:
        read(text)
    except ValueError:
        return False
    return True


def drawn(app, page):
    """The labels of the controls on the screen, by URL key."""
    found = {}
    for kind in WIDGETS:
        for widget in app.get(kind):
            if (widget.key or "").startswith(f"{page}."):
                found[widget.key.removeprefix(f"{page}.")] = widget.label
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_field_of_every_page_is_named_by_its_control_s_label(page, language):
    keys = list(open_page(page, language).session_state["pages"][page]["values"])
    assert len(keys) > 3
    # Nothing reads 6,000 letters, unless it is a point, which is told number by number.
    bad = {key: "q" * 6_000 for key in keys if key != "at"}
    app = open_page(page, language, **bad)
    assert not app.exception
    sentences = told(app, language)
    assert len(sentences) == len(bad)
    for key, label in drawn(app, page).items():
        if key in bad:
            assert [one for one in sentences if one.startswith(opening(label, language))], key
    for sentence, key in itertools.product(sentences, keys):
        assert not sentence.startswith(opening(key, language))


@pytest.mark.parametrize("field", NUMBERS, ids=lambda field: field.key)
def test_every_number_in_a_link_is_read_within_its_range_alone(field):
    assert field.read(field.write(field.low)) == field.low
    assert field.read(field.write(field.high)) == field.high
    beyond = [math.nextafter(field.low, -math.inf), math.nextafter(field.high, math.inf)]
    bad = "nan inf -inf 1e308 -1e308 1e999 0x10 1_000 1,5 １_０ abc True None 1e --1 𝟙x".split()
    for text in ["", " ", "1 2", *bad, *map(repr, beyond)]:
        assert not reads(field.read, text), text


def test_a_typed_number_is_read_as_a_hand_means_it():
    good = {
        "１": 1,
        " 3": 3,
        "3e0": 3,
        "−5": -5,
        "+2": 2,
        ".5": 0.5,
        "5.": 5,
        "１．５": 1.5,
        "1E-3": 1e-3,
    }
    for text, value in good.items():
        assert typed(text) == value
    for text in ("1_000", "nan", "inf", "0x10", "", "1e999", "٣", "1,5", "½"):
        assert not reads(typed, text), text


RECORDS = [("optimizer", rule) for rule in OPTIMIZERS.values() if rule.hyperparameters]
RECORDS += [("schedule", course) for course in SCHEDULES.values() if course.hyperparameters]


@pytest.mark.parametrize(("kind", "record"), RECORDS, ids=lambda one: getattr(one, "name", ""))
@pytest.mark.parametrize("end", ["low", "high"])
def test_a_knob_at_the_end_of_its_slider_is_restored(kind, record, end):
    query = {knob.name: f"{getattr(knob, end):.10g}" for knob in record.hyperparameters}
    app = open_page("single_variable", **{kind: record.name}, **query)
    assert not app.exception
    assert told(app) == []
    for knob in record.hyperparameters:
        assert app.session_state[f"single_variable.{knob.name}"] == getattr(knob, end)


@pytest.mark.parametrize(("kind", "record"), RECORDS, ids=lambda one: getattr(one, "name", ""))
def test_a_knob_that_suits_another_rule_alone_falls_back_and_is_told(kind, record):
    """Each knob at every end that any rule gives it."""
    fields = {field.key: field for field in settings.method()}
    for end in ("low", "high"):
        query = {knob.name: getattr(fields[knob.name], end) for knob in record.hyperparameters}
        app = open_page(
            "single_variable",
            **{kind: record.name},
            **{name: f"{value:.10g}" for name, value in query.items()},
        )
        assert not app.exception
        refused = [knob for knob in record.hyperparameters if not knob.offers(query[knob.name])]
        assert len(told(app)) == len(refused)
        for knob in refused:
            assert app.session_state[f"single_variable.{knob.name}"] == knob.default


def test_the_fallback_names_the_knob_s_label_and_the_rule_s_own_default():
    app = open_page("single_variable", schedule="exponential", gamma="0.1")
    assert not app.exception
    assert told(app) == [say("ui.bad_link", name=r"Factor $\gamma$", value="0.1", default="0.97")]
    assert len(app.sidebar.slider) > 3


def test_another_schedule_brings_its_own_factor():
    app = open_page("single_variable", schedule="step", gamma="0.1", optimizer="adam", beta1="0.5")
    app.selectbox(key="single_variable.schedule").set_value("exponential").run()
    assert not app.exception
    assert app.session_state["single_variable.gamma"] == 0.97
    assert app.session_state["single_variable.beta1"] == 0.5


POINTS = [
    ("abc,5", {"x": 3, "y": 5}, ["x"]),
    ("5,abc", {"x": 5, "y": 1}, ["y"]),
    ("1e9,5", {"x": 3, "y": 5}, ["x"]),
    ("2,-1e9", {"x": 2, "y": 1}, ["y"]),
    ("nan,inf", {"x": 3, "y": 1}, ["x", "y"]),
    ("2,4", {"x": 2, "y": 4}, []),
    ("2", {"x": 2, "y": 1}, []),
    (",4", {"x": 3, "y": 4}, ["x"]),
    ("２，−４", {"x": 2, "y": -4}, []),
    ("1_000,4", {"x": 3, "y": 4}, ["x"]),
    ("1e6,-1e6", {"x": 1e6, "y": -1e6}, []),
    ("1000001,4", {"x": 3, "y": 4}, ["x"]),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("at", "point", "names"), POINTS)
def test_each_coordinate_of_a_point_stands_for_itself(at, point, names, language):
    app = open_page("autodiff", language, formula="x-y", at=at)
    assert not app.exception
    for name, value in point.items():
        assert app.number_input(key=f"autodiff.at.{name}").value == value
    assert len(app.warning) == len(names)
    for name, warning in zip(names, app.warning, strict=True):
        assert re.search(rf"\b{name}\b", warning.value, re.ASCII)


def test_more_numbers_than_variables_are_told():
    app = open_page("autodiff", formula="x-y", at="1,2,3")
    assert [one.value for one in app.warning] == [say("ui.many_points", given=3, count=2)]
    app.text_input(key="autodiff.formula").set_value("x**2").run()
    assert not app.warning
