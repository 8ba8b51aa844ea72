"""Starts inside a formula's domain, and a box in which there is something to see."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import gdcore as gd
from gdcore.ground.domain import share, sight, start_inside, usable
from gdcore.words.texts import FormulaError

WIDE = ((-6.0, 6.0),)
SQUARE = ((-5.0, 5.0), (-5.0, 5.0))
# Formula, start, and the ends of its domain (known by hand) between which the new start must lie.
OUTSIDE = [
    ("log(x)", -5.0, 0.0, np.inf),
    ("sqrt(x)", -5.0, 0.0, np.inf),
    ("x**0.5", -5.0, 0.0, np.inf),
    ("x**1.5", -0.1, 0.0, np.inf),
    ("asin(x)", -5.0, -1.0, 1.0),
    ("acos(3x)", 1e3, -1 / 3, 1 / 3),
    ("log(-x)", 5.0, -np.inf, 0.0),
    ("log(x-100)", -5.0, 100.0, np.inf),
    ("sqrt(x-1e3)", -5.0, 1e3, np.inf),
    ("log(-40-x)", 5.0, -np.inf, -40.0),
    ("asin(100x)", -5.0, -0.01, 0.01),
    ("asin(10x-30.5)", -5.0, 2.95, 3.15),
    ("log(x) + log(0.001-x)", -5.0, 0.0, 0.001),
    ("sqrt(9-x^2)", 4.0, -3.0, 3.0),
    ("1/x", 0.0, 0.0, np.inf),
    ("exp(x^2)", 1e3, -26.7, 26.7),
    ("cosh(x)", -1e3, -711.0, 711.0),
    ("log(log(x))", -5.0, 1.0, np.inf),
]
NOWHERE = ["1/0 + x", "sqrt(-1-x^2)", "sqrt(-x^2)", "asin(1+x^2)", "log(-abs(x))", "x/(x-x)"]


@pytest.mark.parametrize(("text", "start", "low", "high"), OUTSIDE)
def test_a_start_outside_the_domain_is_moved_into_it(text, start, low, high):
    formula = gd.parse(text)
    (found,) = start_inside(formula, ("x",), (start,), WIDE)
    assert low < found < high
    assert float(f"{found:.4g}") == found  # a number that one can read
    here = gd.differentiate(formula, {"x": found})
    assert np.isfinite([here.value, here.gradient["x"]]).all()
    run = gd.descend(formula, {"x": found}, 0.1, 5)
    assert run.stop.sentence.key != "stop.no_start"


@pytest.mark.parametrize(("text", "start", "low", "high"), OUTSIDE)
def test_the_picture_shows_the_start_and_enough_of_the_curve(text, start, low, high):
    formula = gd.parse(text)
    begin = start_inside(formula, ("x",), (start,), WIDE)
    ((left, right),) = sight(formula, ("x",), WIDE, begin)
    assert left <= begin[0] <= right
    inside = min(right, high) - max(left, low)
    assert inside > 0.09 * (right - left)


@pytest.mark.parametrize("start", [-1e3, -5.0, 0.0, 0.3, 1e3])
def test_a_start_with_value_and_slope_stays_to_the_last_digit(start):
    for text in ("x**2", "abs(x)", "sin(x)", "3 + 0*x"):
        assert start_inside(gd.parse(text), ("x",), (start,), WIDE) == (start,)


@pytest.mark.parametrize("text", NOWHERE)
def test_without_any_place_the_formula_is_blamed(text):
    with pytest.raises(FormulaError) as caught:
        start_inside(gd.parse(text), ("x",), (-5.0,), WIDE)
    assert caught.value.sentence.key == "formula.nowhere"


def test_precision_is_blamed_where_only_float64_has_values():
    formula = gd.parse("1e100*x**2")
    assert start_inside(formula, ("x",), (2.0,), WIDE) == (2.0,)
    with pytest.raises(FormulaError) as caught:
        start_inside(formula, ("x",), (2.0,), WIDE, "float32")
    assert caught.value.sentence.key == "formula.nowhere_single"


PLANES = [
    ("log(x*y)", (-9.0, 2.5), lambda x, y: x * y > 0),
    ("sqrt(x+y-3)", (-9.0, 2.5), lambda x, y: x + y > 3),
    ("log(x) + log(y)", (-1.0, -1.0), lambda x, y: min(x, y) > 0),
    ("1/(x*y)", (0.0, 0.0), lambda x, y: x * y != 0),
    ("asin(x) + asin(y)", (-9.0, 2.5), lambda x, y: max(abs(x), abs(y)) < 1),
    ("sqrt(x-1000) + y", (-5.0, 3.0), lambda x, y: x > 1000),
    ("asin(100*x*y)", (3.0, 3.0), lambda x, y: abs(x * y) < 0.01),
    ("x**y", (-2.5, 0.5), lambda x, y: x > 0),
]


@pytest.mark.parametrize(("text", "start", "inside"), PLANES)
def test_a_start_on_a_plane_is_moved_into_the_domain(text, start, inside):
    formula = gd.parse(text)
    found = start_inside(formula, ("x", "y"), start, SQUARE)
    assert inside(*found)
    box = sight(formula, ("x", "y"), SQUARE, found)
    assert all(low <= at <= high for (low, high), at in zip(box, found, strict=True))
    assert share(formula, ("x", "y"), box) > 0.1


@given(
    edge=some.floats(-50, 50),
    scale=some.floats(0.01, 20),
    start=some.floats(-1e3, 1e3),
    side=some.sampled_from([1, -1]),
    function=some.sampled_from(["log", "sqrt", "asin", "log10"]),
)
@settings(max_examples=80, deadline=None)
def test_a_start_that_was_found_has_a_real_value_and_slope_in_fifty_digits(
    edge, scale, start, side, function
):
    formula = gd.parse(f"{function}({side}*{scale:.6f}*(x - {edge:.6f}))")
    (found,) = start_inside(formula, ("x",), (start,), WIDE)
    exact = {"log": mpmath.log, "sqrt": mpmath.sqrt, "asin": mpmath.asin, "log10": mpmath.log10}
    with mpmath.workdps(50):
        inner = side * mpmath.mpf(f"{scale:.6f}") * (mpmath.mpf(found) - mpmath.mpf(f"{edge:.6f}"))
        assert exact[function](inner).imag == 0
        assert inner > 0 or (function == "asin" and abs(inner) < 1)
    kept = usable(formula, ("x",), np.array([[start]]))[0]
    assert (found == start) == kept


@given(
    start=some.floats(-1e3, 1e3),
    text=some.sampled_from([one[0] for one in OUTSIDE] + ["x", "exp(exp(x))", "tan(x)", "x**-2"]),
)
@settings(max_examples=60, deadline=None)
def test_every_box_holds_its_start_and_has_a_size(start, text):
    formula = gd.parse(text)
    begin = start_inside(formula, ("x",), (start,), WIDE)
    ((low, high),) = sight(formula, ("x",), WIDE, begin)
    assert low <= begin[0] <= high
    assert high > low
    assert share(formula, ("x",), ((low, high),)) > 0
