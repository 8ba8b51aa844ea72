"""A loss of linear models is one record and its names: pages, programs and frameworks know it."""

from dataclasses import replace

import numpy as np
import pytest
from made_up import PINBALL as PINBALL_RECORD
from sklearn.linear_model import QuantileRegressor
from sklearn.metrics import mean_pinball_loss

import gdcore as gd
from gdcore.models.losses import LOSSES
from gdcore.models.verdicts import _loss_of_constant
from gdcore.ui import settings
from gdcore.words.texts import say

pytestmark = pytest.mark.usefixtures("added")

LOSS = {"loss": "pseudo_huber", "delta": 20.0}
PINBALL = {"loss": "pinball", "loss_knobs": {"quantile": 0.8}}
PAGES = ["simple_regression", "multiple_regression"]


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


@pytest.mark.parametrize("name", PAGES)
def test_a_knob_of_its_own_has_a_control_that_a_link_sets(open_page, name):
    page = open_page(name, loss="pinball", quantile="0.8", tab="code")
    assert page.label("quantile") == r"Which quantile en $\tau$"
    control = page.app.slider(key=f"{name}.quantile")
    assert (control.min, control.max, control.value) == (0.05, 0.95, 0.8)
    control.set_value(0.3).run()
    assert not page.app.exception
    assert page.app.query_params["quantile"] == "0.3"
    assert "loss_knobs={'quantile': 0.3}" in page.program()


@pytest.mark.parametrize("name", PAGES)
def test_a_knob_of_its_own_that_cannot_be_is_told_and_falls_back(open_page, name):
    page = open_page(name, loss="pinball", quantile="0.99")
    (sentence,) = [one.value for one in page.app.warning]
    assert "Which quantile en" in sentence
    assert page.app.slider(key=f"{name}.quantile").value == 0.5


@pytest.mark.parametrize("taken", ["accuracy", "lab", "seed", "optimizer", "momentum", "tab"])
def test_a_knob_called_like_a_setting_of_the_page_lives_beside_it(
    open_page, add_texts, monkeypatch, taken
):
    (knob,) = PINBALL_RECORD.knobs
    namesake = replace(PINBALL_RECORD, name="namesake", knobs=(replace(knob, name=taken),))
    monkeypatch.setitem(LOSSES, "namesake", namesake)
    add_texts({"losses.namesake": "Namesake", f"names.{taken}": "Its namesake"})
    page = open_page(
        "simple_regression", **{"loss": "namesake", f"loss_{taken}": "0.3"}, tab="code"
    )
    assert page.app.slider(key=f"simple_regression.loss_{taken}").value == 0.3
    assert f"loss_knobs={{'{taken}': 0.3}}" in page.program()


@pytest.mark.parametrize("quantile", [0.05, 0.5, 0.95])
def test_the_best_constant_is_the_one_of_its_own_loss(quantile):
    y = np.random.default_rng(1).lognormal(0, 3, 301)
    fit = gd.fit_linear(
        np.arange(301.0)[:, None], y, 0, loss="pinball", loss_knobs={"quantile": quantile}
    )
    assert _loss_of_constant(fit) == pytest.approx(
        mean_pinball_loss(y, np.full(301, np.quantile(y, quantile)), alpha=quantile), rel=0.01
    )


def test_another_loss_has_no_such_control(open_page):
    page = open_page("simple_regression", loss="mse", quantile="0.8", tab="code")
    assert "simple_regression.quantile" not in [one.key for one in page.app.slider]
    assert "quantile" not in page.program()


def test_the_program_turns_its_knob_as_the_page_does(open_page, execute):
    page = open_page("simple_regression", loss="pinball", quantile="0.8", epochs="30", tab="code")
    data = gd.datasets.make_regression()
    fit = gd.fit_linear(data.X, data.y, epochs=30, **PINBALL)
    np.testing.assert_array_equal(execute(page.program())["fit"].weights, fit.weights)


def test_the_report_names_its_knob_below_the_loss():
    data = gd.datasets.make_regression()
    fit = gd.fit_linear(data.X, data.y, epochs=5, **PINBALL)
    said = settings.lines(fit.trajectory.method, fit.setup)
    place = said.index((say("ui.loss", "en"), "Pinball: one quantile en"))
    assert said[place + 1] == ("Which quantile en", "0.8")


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_a_knob_that_is_no_length_is_the_same_in_all_units(unit):
    data = gd.datasets.make_regression(n_samples=60, n_features=2, noise=10, seed=5)
    fit = gd.fit_linear(data.X, data.y * unit, epochs=0, **PINBALL)
    best = QuantileRegressor(quantile=0.8, alpha=0.0).fit(data.X, data.y)
    np.testing.assert_allclose(fit.reference.coef_ / unit, best.coef_, rtol=1e-6)


def test_delta_by_name_and_among_the_knobs_is_the_same():
    data = gd.datasets.make_regression(n_samples=20)
    by_name = gd.fit_linear(data.X, data.y, epochs=5, loss="huber", delta=20.0)
    for given in ({"loss_knobs": {"delta": 20.0}}, {"delta": 3.0, "loss_knobs": {"delta": 20.0}}):
        fit = gd.fit_linear(data.X, data.y, epochs=5, loss="huber", **given)
        assert fit.setup == by_name.setup
        np.testing.assert_array_equal(fit.weights, by_name.weights)


@pytest.mark.parametrize("given", [{"quantile": 0.5}, {"delta": -1.0}])
def test_what_is_no_knob_of_the_loss_or_no_value_of_it_is_refused(given):
    data = gd.datasets.make_regression(n_samples=20)
    with pytest.raises(gd.Problem):
        gd.fit_linear(data.X, data.y, loss="huber", loss_knobs=given)
