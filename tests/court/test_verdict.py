"""The court's decision: a key, a tone and numbers, whatever the words are."""

import numpy as np
import pytest

import gdcore as gd
from gdcore.backends import BACKENDS, DTYPES
from gdcore.court import METHODS, reference
from gdcore.court.verdict import FEW_ULPS, FEW_VALUE_ULPS, ruling, table, value_gap
from gdcore.descent.formulas import Derivative
from gdcore.words.texts import LANGUAGES, Problem, placeholders
from gdcore.words.texts import table as texts


def answers(formula, at):
    found = {
        (name, dtype): way(formula, at, dtype) for name, way in METHODS.items() for dtype in DTYPES
    }
    found |= {
        ("numpy", dtype): gd.differentiate(formula, at, backend="numpy", dtype=dtype)
        for dtype in DTYPES
    }
    return found


def decided(text, **at):
    formula = gd.parse(text)
    judge = reference(formula, at)
    return ruling(answers(formula, at), formula, at, judge), judge


POINTS = [
    ("x*x", {"x": 3.0}, "success", "ui.agree_exact"),
    ("x * sin(x)**2", {"x": 3.0}, "success", "ui.agree_all"),
    ("abs(x)", {"x": 0.0}, "warning", "ui.kink"),
    ("max(x, 2*x)", {"x": 0.0}, "warning", "court.tied_kink"),
    ("log(x)", {"x": -1.0}, "warning", "ui.court_outside"),
    ("sqrt(x)", {"x": 0.0}, "warning", "court.edge"),
]


@pytest.mark.parametrize(("text", "at", "tone", "key"), POINTS)
def test_the_court_says_what_is_found_at_the_point(text, at, tone, key):
    found, _ = decided(text, **at)
    assert found.tone == tone
    assert found.key == key


@pytest.mark.parametrize(("text", "at", "tone", "key"), POINTS)
def test_every_ruling_has_its_numbers_in_every_language(text, at, tone, key):
    found, _ = decided(text, **at)
    for language in LANGUAGES:
        for one in (found, *found.more):
            assert placeholders(texts(language)[one.key]) <= set(one.values)


def test_a_kink_s_sides_are_numbers_and_every_way_is_heard():
    found, _ = decided("2*abs(x) + x", x=0.0)
    assert (found.values["left"], found.values["right"]) == (-1.0, 3.0)
    assert {method for method, _ in found.values["told"]} == {"numpy", *METHODS}


def test_outside_a_domain_its_edge_is_told_along_each_variable():
    found, _ = decided("log(x) + log(y - 2)", x=1.0, y=-1.0)
    assert [one.values["name"] for one in found.more] == ["y"]
    assert found.more[0].values["value"] == pytest.approx(2.0, abs=1e-9)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("units", "agrees"), [(FEW_ULPS - 1, True), (100 * FEW_ULPS, False)])
def test_a_few_units_in_the_last_place_agree_and_many_do_not(dtype, units, agrees):
    formula, at = gd.parse("x*x"), {"x": 3.0}
    exact = np.dtype(dtype).type(6.0)
    off = float(exact + units * np.spacing(exact))
    found = answers(formula, at) | {("torch", dtype): Derivative(9.0, {"x": off})}
    judge = reference(formula, at)
    assert (ruling(found, formula, at, judge).tone == "success") == agrees
    rows = {(row.method, row.dtype): row for row in table(found, formula, at, judge)}
    if BACKENDS["torch"].installed:
        assert rows["torch", dtype].off == pytest.approx(units)


def test_a_value_that_is_off_is_told_where_the_gradients_agree():
    formula, at = gd.parse("x*x"), {"x": 3.0}
    judge = reference(formula, at)
    off = 9.0 + 2 * FEW_VALUE_ULPS * np.spacing(9.0)
    found = answers(formula, at) | {("torch", "float64"): Derivative(off, {"x": 6.0})}
    assert value_gap(found, judge) == off - 9.0
    decision = ruling(found, formula, at, judge)
    assert (decision.key, decision.values) == ("court.value_off", {"gap": off - 9.0})


def test_where_somebody_cannot_answer_the_court_does_not_decide():
    formula, at = gd.parse("x*x"), {"x": 3.0}
    found = answers(formula, at) | {("torch", "float32"): Problem("own.stopped")}
    assert ruling(found, formula, at, reference(formula, at)).key == "ui.incomplete"


def test_the_table_has_a_row_for_every_way_in_every_precision_before_anybody_answers():
    formula, at = gd.parse("x*y"), {"x": 3.0, "y": 2.0}
    rows = table({}, formula, at, reference(formula, at))
    installed = [backend.name for backend in BACKENDS.values() if backend.installed]
    keys = [(row.method, row.dtype) for row in rows]
    assert sorted(keys) == sorted((m, d) for m in (*installed, *METHODS) for d in DTYPES)
    assert all(row.answer is None and row.off is None for row in rows)


def test_what_is_left_of_a_slope_of_zero_is_a_number_of_its_own():
    formula, at = gd.parse("x*x"), {"x": 0.0}
    judge = reference(formula, at)
    found = {("numpy", "float64"): Derivative(0.0, {"x": -1e-9})}
    (row,) = (r for r in table(found, formula, at, judge) if r.answer is not None)
    assert row.rest == 1e-9
