"""One record per setting: its link, its control, its argument and its name in the report."""

import inspect
import math

import pytest

import gdcore as gd
from gdcore.descent.trajectory import Trajectory
from gdcore.ui import settings
from gdcore.ui.setting import Box, Slider, Span, arguments
from gdcore.words.texts import LANGUAGES, table
from tests.pages.test_links import drawn
from tests.pages.test_pages import open_page

PAGES = {
    "single_variable": settings.single_variable(),
    "landscapes": settings.landscapes(),
    "autodiff": settings.autodiff(),
    "simple_regression": settings.simple_regression(),
    "multiple_regression": settings.multiple_regression(),
}
CALLS = [
    (gd.descend, [*settings.single_variable(), *settings.landscapes()]),
    (gd.fit_linear, [*settings.fitting(), *settings.method()]),
    (gd.datasets.make_regression, settings.sampling()),
]
ALL = {one.key: one for records in PAGES.values() for one in records}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_two_settings_of_one_key(page):
    keys = [one.key for one in PAGES[page]]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("page", PAGES)
def test_every_default_survives_its_own_link(page):
    for one in PAGES[page]:
        if one.default not in (None, "", []):
            assert one.read(one.write(one.default)) == one.default


@pytest.mark.parametrize(("function", "records"), CALLS, ids=["descend", "fit", "data"])
def test_every_argument_is_one_of_the_function_s(function, records):
    known = set(inspect.signature(function).parameters)
    assert {one.argument for one in records if one.argument} <= known


def test_as_their_defaults_the_optional_settings_stay_out_of_the_call():
    records = settings.sampling()
    usual = {one.key: one.default for one in records}
    found = arguments(records, usual)
    assert not {"outliers", "informative", "effective_rank"} & set(found)
    assert arguments(records, usual | {"outliers": 0.2})["outliers"] == 0.2


def test_what_a_setting_becomes_is_what_the_function_means():
    usual = {one.key: one.default for one in settings.fitting()}
    found = arguments(settings.fitting(), usual)
    assert (found["batch_size"], found["shuffle"]) == (None, True)
    data = gd.datasets.make_regression(n_samples=20)
    assert isinstance(gd.fit_linear(data.X, data.y, **found).trajectory, Trajectory)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ALL)
def test_every_label_help_and_report_line_is_a_text(key, language):
    one = ALL[key]
    assert {one.label, *filter(None, (one.help, one.report))} <= set(table(language))


@pytest.mark.parametrize("key", ALL)
def test_a_slider_stays_within_what_a_link_may_say(key):
    one = ALL[key]
    if isinstance(one.control, Slider):
        assert one.low <= one.control.low < one.control.high <= one.high
        assert one.default is None or one.control.low <= one.default <= one.control.high
    if isinstance(one.control, Slider | Span | Box):
        assert math.isfinite(one.low)
        assert math.isfinite(one.high)


def test_the_report_names_what_it_says_once():
    named = settings.reported()
    told = {one.argument for one in named}
    assert {"patience", "optimizer", "learning_rate", "epochs", "dtype"} <= told
    assert len({one.report for one in named}) == len(told) == len(named)


HIDDEN = {"ordered", "mode", "target", "columns", "missing", "first", "second", "turn"}
KNOBS = {
    knob.name
    for kind, rules in settings.RULES.items()
    for rule in rules
    for knob in settings.of_rule(kind, rule)
}


def test_every_setting_that_is_always_meant_has_a_control():
    page = "multiple_regression"
    shown = set(drawn(open_page(page), page))
    assert {one.key for one in PAGES[page]} - HIDDEN - KNOBS <= shown


@pytest.mark.parametrize("kind", settings.RULES)
def test_a_rule_narrows_the_record_of_each_knob_to_what_it_takes(kind):
    for rule in settings.RULES[kind]:
        for knob in settings.of_rule(kind, rule):
            (row,) = [one for one in settings.knobs(kind) if one.key == knob.name]
            one = settings.narrowed(row, knob)
            assert row.low <= one.low <= one.default == knob.default <= one.high <= row.high
            assert one.key == row.key
            if isinstance(one.control, Slider):
                assert (one.control.low, one.control.high) == (knob.low, knob.high)


@pytest.mark.parametrize(("low", "high"), [(-6.0, 6.0), (0.1, 0.3), (0.0, 1e-9), (-1e3, 1e3)])
def test_a_span_is_a_slider_over_the_range_that_it_is_given(low, high):
    slider = Span(step=0.05, fine=True).over(low, high)
    assert (slider.low, slider.high) == (low, high)
    assert (high - low) / slider.step >= 20
