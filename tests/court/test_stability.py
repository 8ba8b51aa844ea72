"""Learning rates that a curvature allows, there and at the minimum that a descent finds."""

import numpy as np
import pytest

import gdcore as gd
from gdcore.court.stability import cancelled, minimum_from, stability

# Hand-derived: the minimum nearest to the start, and the largest curvature there.
MINIMA = [
    ("x**2", {"x": 3.0}, {"x": 0.0}, 2.0),
    ("(x**2 - 1)**2", {"x": 1.5}, {"x": 1.0}, 8.0),
    ("1e6*(x - 2)**2", {"x": 0.0}, {"x": 2.0}, 2e6),
    ("1e-6*(x - 2)**2", {"x": 0.0}, {"x": 2.0}, 2e-6),
    ("x**2 + 5*y**2 - 10*y", {"x": 1.0, "y": 3.0}, {"x": 0.0, "y": 1.0}, 10.0),
]


@pytest.mark.parametrize(("text", "at", "place", "largest"), MINIMA)
def test_the_minimum_nearby_is_found_with_its_curvature(text, at, place, largest):
    found = minimum_from(gd.parse(text), at, 2 / largest)
    assert dict(found.place) == pytest.approx(place, abs=1e-4)
    assert found.largest == pytest.approx(largest, rel=1e-3)
    assert found.limit == pytest.approx(2 / largest, rel=1e-3)


@pytest.mark.parametrize("text", ["x**3", "-x**2", "x", "exp(-x)"])
def test_where_nothing_holds_the_descent_no_minimum_is_named(text):
    assert minimum_from(gd.parse(text), {"x": 1.0}, 0.1) is None


def test_below_the_limit_the_worst_error_shrinks_and_above_it_grows():
    values = np.array([0.5, 4.0])
    limit = stability(values).limit
    assert np.abs(1 - 0.99 * limit * values).max() < 1 < np.abs(1 - 1.01 * limit * values).max()


@pytest.mark.parametrize("scale", [1e-150, 1e-6, 1.0, 1e6, 1e150])
def test_what_a_curvature_is_does_not_depend_on_its_unit(scale):
    assert stability(scale * np.array([-1.0, 3.0])).saddle
    assert not stability(scale * np.array([-1e-12, 3.0])).saddle
    assert stability(scale * np.array([1.0, 4.0])).limit == pytest.approx(0.5 / scale)
    for flat in ([-2.0, -1.0], [0.0, 0.0], [-1.0, 1e-12]):
        assert stability(scale * np.array(flat)).limit is None


def test_a_limit_beyond_all_numbers_is_none():
    assert stability(np.array([5e-324])).limit is None


def test_a_hessian_is_cancelled_where_a_reader_would_see_it():
    exact = np.array([[2.0, 0.0], [0.0, 1e-9]])
    assert not cancelled(exact * (1 + 1e-12), exact)
    assert cancelled(exact * [[1.01, 1.0], [1.0, 1.0]], exact)
