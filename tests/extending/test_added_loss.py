"""A loss of linear models is one record and its name: pages, programs and frameworks know it."""

import numpy as np
import pytest

import gdcore as gd

pytestmark = pytest.mark.usefixtures("added")

LOSS = {"loss": "pseudo_huber", "delta": 20.0}


def test_it_stands_in_the_menu_of_losses_with_its_knob(open_page):
    for name in ("simple_regression", "multiple_regression"):
        page = open_page(name, loss="pseudo_huber", delta="20")
        assert "Pseudo-Huber: smooth en" in page.options("loss")
        assert page.app.number_input(key=f"{name}.delta").value == 20


def test_its_gradient_by_hand_is_that_of_its_value():
    data = gd.datasets.make_regression(n_samples=30, seed=3)
    step = 1e-5
    run = gd.fit_linear(data.X, data.y, epochs=1, **LOSS).trajectory
    for i in range(2):
        start = np.zeros((2, 2))
        start[:, i] = step, -step
        high, low = (
            gd.fit_linear(data.X, data.y, epochs=0, start=one, **LOSS).trajectory.losses[0]
            for one in start
        )
        assert run.gradients[0, i] == pytest.approx((high - low) / (2 * step), rel=1e-6)


def test_a_fit_arrives_at_the_minimum_that_its_solver_knows():
    data = gd.datasets.make_regression(n_samples=60, n_features=2, noise=10, seed=5)
    fit = gd.fit_linear(data.X, data.y, epochs=2000, learning_rate=0.3, **LOSS)
    np.testing.assert_allclose(fit.coef_, fit.reference.coef_, rtol=1e-6)
    assert gd.verdict(fit) == "converges"


def test_the_program_repeats_the_fit(open_page, execute):
    page = open_page("simple_regression", loss="pseudo_huber", delta="20", epochs="30", tab="code")
    assert "'pseudo_huber'" in page.program()
    data = gd.datasets.make_regression()
    fit = gd.fit_linear(data.X, data.y, epochs=30, **LOSS)
    np.testing.assert_array_equal(execute(page.program())["fit"].weights, fit.weights)


def test_the_programs_of_every_framework_hold_its_lines(open_page, last_weights, titles_here):
    page = open_page("simple_regression", loss="pseudo_huber", delta="20", epochs="30", tab="code")
    data = gd.datasets.make_regression()
    fit = gd.fit_linear(data.X, data.y, epochs=30, **LOSS)
    made = page.plain_programs()
    assert set(made) == titles_here
    for code in made.values():
        np.testing.assert_allclose(last_weights(code), fit.trajectory.weights[-1], rtol=1e-11)


@pytest.mark.parametrize("name", ["simple_regression", "multiple_regression"])
def test_every_framework_takes_the_same_steps(open_page, rounding_only, name):
    rounding_only(open_page(name, loss="pseudo_huber", delta="20").compared())
