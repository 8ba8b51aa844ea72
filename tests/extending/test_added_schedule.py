"""A schedule is one record, its name and those of its knobs: pages and frameworks then know it."""

import numpy as np
import pytest

import gdcore as gd

pytestmark = pytest.mark.usefixtures("added")


def test_it_stands_in_every_menu_of_schedules_with_its_knob(open_page):
    for name in ("single_variable", "simple_regression", "multiple_regression"):
        page = open_page(name, schedule="sawtooth")
        assert "like a saw en" in page.options("schedule")
        assert page.label("teeth", "number_input") == "Length of a tooth en $k$"


def test_it_sets_the_rates_that_its_factor_says():
    run = gd.descend("w**2", {"w": 1.0}, 0.8, steps=5, schedule="sawtooth", teeth=4)
    np.testing.assert_allclose(run.learning_rates, [0.8, 0.7, 0.6, 0.5, 0.8, 0.7], rtol=1e-15)


def test_its_knob_is_held_to_its_interval():
    with pytest.raises(gd.Problem):
        gd.descend("w**2", {"w": 1.0}, schedule="sawtooth", teeth=2.5)


def test_the_program_repeats_the_run(open_page, execute):
    page = open_page("single_variable", schedule="sawtooth", teeth="7", steps="20", tab="code")
    assert "'sawtooth'" in page.program()
    run = gd.descend("w**2", {"w": -5.0}, 0.1, steps=20, schedule="sawtooth", teeth=7)
    np.testing.assert_array_equal(execute(page.program())["run"].weights, run.weights)


def test_the_programs_of_every_framework_hold_its_lines(open_page, last_weights, titles_here):
    page = open_page("single_variable", schedule="sawtooth", teeth="7", steps="20", tab="code")
    run = gd.descend("w**2", {"w": -5.0}, 0.1, steps=20, schedule="sawtooth", teeth=7)
    made = page.plain_programs()
    assert set(made) == titles_here
    for code in made.values():
        np.testing.assert_allclose(last_weights(code), run.weights[-1], rtol=1e-12)


@pytest.mark.parametrize("name", ["single_variable", "simple_regression"])
def test_every_framework_takes_the_same_steps(open_page, rounding_only, name):
    rounding_only(open_page(name, schedule="sawtooth").compared())
