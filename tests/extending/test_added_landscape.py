"""A landscape is one record and its name: menus, runs, programs and frameworks then know it."""

from dataclasses import replace

import numpy as np
import pytest

import gdcore as gd
from gdcore.ground.landscapes import LANDSCAPES, SURFACES

CURVE = replace(
    LANDSCAPES["parabola"],
    name="bowl",
    formula="cosh(w - 1) + w**2",
    start=(-2.5,),
    domain=((-3, 3),),
    minima=((0.3489896,),),  # where sinh(w − 1) = −2w, by mpmath
    learning_rate=0.15,
    steps=40,
)
SURFACE = replace(
    SURFACES["ravine"],
    name="dish",
    formula="cosh(x) + 3*y**2",
    start=(1.5, -1.25),
    domain=((-2, 2), (-2, 2)),
    learning_rate=0.12,
    steps=60,
)


@pytest.fixture(autouse=True)
def _added(monkeypatch, add_texts):
    monkeypatch.setitem(LANDSCAPES, CURVE.name, CURVE)
    monkeypatch.setitem(SURFACES, SURFACE.name, SURFACE)
    add_texts({"landscapes.bowl": "A bowl", "landscapes.dish": "A dish"})


def picked(page, label):
    """The page after an entry of its menu of losses has been chosen."""
    menu = page.app.selectbox(key=f"{page.name}.landscape")
    menu.select_index(menu.options.index(f"{label} en")).run()
    assert not page.app.exception
    return page.app.session_state


def test_a_curve_is_chosen_in_the_menu_and_opens_as_its_record_says(open_page):
    state = picked(open_page("single_variable"), "A bowl")
    found = [state[f"single_variable.{key}"] for key in ("formula", "start", "lr", "steps")]
    assert found == [CURVE.formula, *CURVE.start, CURVE.learning_rate, CURVE.steps]


def test_a_surface_is_chosen_in_the_menu_and_opens_as_its_record_says(open_page):
    state = picked(open_page("landscapes"), "A dish")
    found = [state[f"landscapes.{key}"] for key in ("formula", "x", "y", "lr", "steps")]
    assert found == [SURFACE.formula, *SURFACE.start, SURFACE.learning_rate, SURFACE.steps]


def test_a_link_to_its_formula_stands_on_its_name(open_page):
    app = open_page("single_variable", formula=CURVE.formula).app
    assert app.selectbox(key="single_variable.landscape").value == "bowl"


def test_the_program_repeats_the_run_and_every_framework_takes_the_same_steps(
    open_page, execute, rounding_only
):
    page = open_page("single_variable", tab="code")
    picked(page, "A bowl")
    run = gd.descend(CURVE.formula, {"w": -2.5}, 0.15, 40)
    np.testing.assert_array_equal(execute(page.program())["run"].weights, run.weights)
    assert run.weights[-1, 0] == pytest.approx(CURVE.minima[0][0], abs=1e-6)
    rounding_only(page.compared())
