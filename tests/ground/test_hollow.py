"""The search for the bottom below a place, held against minima known in closed form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gdcore as gd
from gdcore.ground import hollow
from gdcore.ground.terrain import of_formula


def found(formula, *place, reach=0.1):
    parsed = gd.parse(formula)
    ground = of_formula(parsed, parsed.names)
    return hollow.search(ground, np.array(place, dtype=float)[:, None], np.array([reach]))


@pytest.mark.parametrize(
    ("formula", "place", "bottom"),
    [
        ("w**2", [5], [0]),
        ("cosh(w)", [3], [0]),
        ("w**4", [0.5], [0]),
        ("abs(w - 2)", [-5.03], [2]),
        ("(w - 1e11)**2", [0], [1e11]),
        ("(w/1e-20)**2", [1e-20], [0]),
        ("w**4/1e30 - w**2", [1], [np.sqrt(0.5) * 1e15]),
        ("x*sin(x)**2", [3], [np.pi]),
        ("sqrt(w)", [1], [0]),
        ("acos(w)", [0.5], [1]),
        ("(1-x)**2 + 100*(y-x**2)**2", [-1.2, 1], [1, 1]),
        ("abs(x) + abs(y)", [3, 2], [0, 0]),
        ("abs(x - y) + abs(x + y - 2)/5", [3, -2], [1, 1]),
        ("max(abs(x), abs(y))", [3, 2], [0, 0]),
    ],
)
def test_the_bottom_is_where_it_is_known_to_be(formula, place, bottom):
    here = found(formula, *place)
    assert here.bottom[0] and not here.bottomless[0]
    np.testing.assert_allclose(here.place[:, 0], bottom, rtol=1e-7, atol=1e-7)


def test_a_bottom_behind_a_rise_is_another_hollow():
    # w²/10 + sin 2w has minima near 5.22 and 2.24, and a maximum between them.
    assert found("w**2/10 + sin(2*w)", 4.5).place[0, 0] == pytest.approx(5.22301343)
    assert found("w**2/10 + sin(2*w)", 3.0).place[0, 0] == pytest.approx(2.24307814)


@pytest.mark.parametrize(
    "formula",
    [
        "2*w",
        "w/2",
        "-w**2",
        "w**3",
        "log(w)",
        "-log(w)",
        "-sqrt(w)",
        "w + sin(w)/2",
        "-w*exp(w)",
        "w - cosh(w)",
    ],
)
def test_a_loss_without_a_bottom_is_known_by_not_tiring(formula):
    here = found(formula, 0.7)
    assert here.bottomless[0] and not here.bottom[0]


@pytest.mark.parametrize(
    "formula",
    [
        "exp(-w)",
        "1/w",
        "tanh(w)",
        "atan(w)",
        "softplus(w)",
        "relu(w)",
        "sigmoid(w)",
        "1/(1 + w**2)",
    ],
)
def test_a_loss_that_levels_out_has_neither_a_bottom_nor_no_end(formula):
    here = found(formula, 0.7)
    assert not here.bottomless[0] and not here.bottom[0]


@settings(deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(1e-6, 1e6), st.floats(-50, 50))
def test_any_parabola_is_found_from_anywhere(middle, scale, away):
    here = found(f"{scale!r}*(w - {middle!r})**2".replace("- -", "+ "), middle + away, reach=1.0)
    assert here.bottom[0]
    assert here.place[0, 0] == pytest.approx(middle, abs=1e-7 * (1 + abs(middle)))


def test_a_batch_is_searched_as_each_of_its_places():
    formula = gd.parse("w**4 - 3*w**2 + w")
    ground = of_formula(formula, ("w",))
    places = np.linspace(-3, 3, 25)[None]
    together = hollow.search(ground, places, np.full(25, 0.1))
    for i, place in enumerate(places[0]):
        alone = hollow.search(ground, np.array([[place]]), np.array([0.1]))
        assert alone.place[0, 0] == together.place[0, i]


def test_a_place_without_a_slope_may_be_a_saddle():
    ground = of_formula(gd.parse("x**2 - y**2"), ("x", "y"))
    np.testing.assert_allclose(hollow.stationary(ground, np.array([[0.3], [0.2]])), 0, atol=1e-12)
    line = of_formula(gd.parse("2*w"), ("w",))
    assert np.isnan(hollow.stationary(line, np.array([[1.0]]))).all()


@pytest.mark.parametrize(
    ("formula", "place", "bottom"),
    [
        ("x**2 + 1e12", 0.24, 0.0),  # losses differ by 1e-14 of themselves
        ("cosh(x)", 1.2e-7, 0.0),
        ("cosh(x - 3) + 1e6", 3.001, 3.0),
        ("log(1 + x) + 1/(1 + x)", -2.4e-8, 0.0),  # slope x/(1 + x)²
        ("exp(x) - x + 1e5", 1e-4, 0.0),
        ("(x - 7)**2 - 1e9", 7.001, 7.0),
    ],
)
def test_a_large_constant_does_not_hide_a_bottom(formula, place, bottom):
    here = found(formula, place)
    assert here.bottom[0] and not here.plain[0]
    assert here.place[0, 0] == pytest.approx(bottom, abs=1e-9)


@pytest.mark.parametrize(
    ("formula", "place"),
    [
        ("tan(x)", -28.2),
        ("-1/(x - 1)**2", -14.8),
        ("-1/x**2", 2.0),
        ("log(abs(x))", 3.0),
        ("x + 1/(x - 2)", 1.9),
        ("1/sin(x)", -0.1),
    ],
)
def test_a_pole_is_no_bottom(formula, place):
    here = found(formula, place)
    assert here.bottomless[0] and not here.bottom[0]


def test_a_slope_that_is_straight_in_one_direction_has_no_place_without_a_slope():
    line = of_formula(gd.parse("x**2 + y"), ("x", "y"))
    assert np.isnan(hollow.stationary(line, np.array([[3e-15], [-14.0]]))).all()
