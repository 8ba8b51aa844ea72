"""A rule is one record and the names of its knobs: pages, programs and frameworks then know it."""

import made_up
import numpy as np
import pytest

import gdcore as gd
from gdcore.backends import BACKENDS
from gdcore.descent import narrate

pytestmark = pytest.mark.usefixtures("added")
HERE = [name for name, backend in BACKENDS.items() if backend.installed]
WAYS = [(name, mode) for name in HERE for mode in BACKENDS[name].modes or ("graph",)]


def test_it_stands_in_every_menu_of_rules_with_its_knob(open_page):
    for name in ("single_variable", "simple_regression", "multiple_regression"):
        page = open_page(name, optimizer="drag")
        assert made_up.RULE.title in page.options("optimizer")
        assert page.label("drag") == "Drag of the air en $d$"
    assert made_up.RULE.title in open_page("landscapes").options("optimizers", "multiselect")


def test_it_takes_the_steps_that_its_arithmetic_says():
    run = gd.descend("w**2", {"w": 1.0}, 0.1, steps=2, optimizer="drag", drag=0.5)
    # v = -0.1·2 = -0.2, w = 0.8; then v = 0.5·(-0.2) - 0.1·1.6 = -0.26, w = 0.54.
    np.testing.assert_allclose(run.weights[:, 0], [1.0, 0.8, 0.54], rtol=1e-15)


def test_its_knob_is_held_to_its_interval():
    with pytest.raises(gd.Problem):
        gd.descend("w**2", {"w": 1.0}, optimizer="drag", drag=1.5)


def test_the_page_shows_its_rule_and_the_program_repeats_the_run(open_page, execute):
    page = open_page("single_variable", optimizer="drag", drag="0.4", steps="20", tab="code")
    assert set(made_up.RULE.latex) <= {line.value.strip("$\n") for line in page.app.latex}
    assert "'drag'" in page.program()
    run = gd.descend("w**2", {"w": -5.0}, 0.1, steps=20, optimizer="drag", drag=0.4)
    np.testing.assert_array_equal(execute(page.program())["run"].weights, run.weights)


@pytest.mark.parametrize("rule", [made_up.RULE, made_up.SIGNED], ids=lambda rule: rule.name)
def test_the_programs_of_every_framework_hold_its_lines(open_page, last_weights, titles_here, rule):
    page = open_page("single_variable", optimizer=rule.name, steps="20", tab="code")
    run = gd.descend("w**2", {"w": -5.0}, 0.1, steps=20, optimizer=rule.name)
    made = page.plain_programs()
    assert set(made) == titles_here
    for code in made.values():
        np.testing.assert_allclose(last_weights(code), run.weights[-1], rtol=1e-12)


@pytest.mark.parametrize("name", ["single_variable", "simple_regression"])
def test_every_framework_takes_the_same_steps(open_page, rounding_only, name):
    rounding_only(open_page(name, optimizer="drag").compared())


@pytest.mark.parametrize(("backend", "mode"), WAYS)
def test_a_rule_of_signs_and_bounds_runs_in_every_framework_and_mode(backend, mode):
    run = gd.descend(
        "w**2", {"w": -5.0}, 0.0317, 60, optimizer="signed", backend=backend, mode=mode
    )
    w, m, path = -5.0, 0.0, [-5.0]  # by hand
    for _ in range(60):
        m = 0.9 * m + 0.1 * float(np.clip(2 * w, -1, 1))
        w -= 0.0317 * (np.sign(m) + m)
        path.append(w)
    np.testing.assert_allclose(run.weights[:, 0], path, rtol=1e-10)


def test_signs_and_bounds_are_told_in_numbers():
    run = gd.descend("w**2", {"w": -5.0}, 0.1, 3, optimizer="signed")
    memory, step = narrate.lines(run, [0])[0]
    assert "max(min(−10, 1), −1)" in memory
    assert "sign(−0.1)" in step
