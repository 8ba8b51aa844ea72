"""Descent: aligned rows, many runs as one, and an end that explains itself."""

import numpy as np
import pytest

import gdcore as gd
from gdcore.ground.landscapes import LANDSCAPES, SURFACES, grid, view
from gdcore.words.texts import say


def test_the_article_descends_as_it_prints():
    run = gd.descend("w**2", start={"w": -5.0}, learning_rate=0.1, steps=150)
    assert np.around(run.weights[:6, 0], 2).tolist() == [-5.0, -4.0, -3.2, -2.56, -2.05, -1.64]
    np.testing.assert_allclose(run.weights[:, 0], -5 * 0.8 ** np.arange(151), rtol=1e-12)
    assert run.weights.shape == run.gradients.shape == (151, 1)
    assert run.losses.shape == run.learning_rates.shape == (151,)


def test_every_row_holds_what_belongs_to_its_step():
    run = gd.descend("w**2 + sin(w)", {"w": 2.0}, 0.1, 30, schedule="exponential")
    w = run.weights[:, 0]
    np.testing.assert_allclose(run.losses, w**2 + np.sin(w))
    np.testing.assert_allclose(run.gradients[:, 0], 2 * w + np.cos(w))
    step = run.learning_rates[:-1] * run.gradients[:-1, 0]
    np.testing.assert_allclose(w[1:], w[:-1] - step)
    frame = run.to_frame()
    assert list(frame) == ["step", "epoch", "w", "gradient_w", "loss", "learning_rate"]
    assert len(frame) == 31


def test_many_runs_at_once_are_the_same_as_one_after_the_other():
    rates, starts = [0.01, 0.1, 0.9], [-5.0, 2.0, 4.0]
    runs = gd.descend_many("w**2 + cos(w)", {"w": starts}, rates, 50, optimizer="adam")
    for run, rate, start in zip(runs, rates, starts, strict=True):
        alone = gd.descend("w**2 + cos(w)", {"w": start}, rate, 50, optimizer="adam")
        np.testing.assert_array_equal(run.weights, alone.weights)


def test_divergence_is_told_with_the_largest_rate_that_would_hold():
    run = gd.descend("w**2", {"w": -5.0}, 1.1, 150)
    assert run.stop.kind == "diverged"
    assert np.isfinite(run.losses).all()
    assert run.steps == run.stop.step < 150
    assert "1.1 is above 1" in str(run.stop)
    assert "1.1" in run.stop.say("zh-TW")
    assert gd.descend("w**2", {"w": -5.0}, 0.99, 3000).stop.kind == "converged"


def test_a_run_that_arrives_says_so_and_keeps_its_rows():
    run = gd.descend("w**2", {"w": -5.0}, 0.1, 150)
    assert run.stop.kind == "converged"
    assert len(run.losses) == 151
    assert gd.descend("w**2", {"w": -5.0}, 0.001, 50).stop.kind == "finished"


@pytest.mark.parametrize("name", LANDSCAPES)
def test_every_landscape_has_its_minimum_where_it_says(name):
    record = LANDSCAPES[name]
    formula = gd.parse(record.formula)
    ground = view(formula, formula.names[0], record.domain[0], record.start[0], 4000)
    for (place,) in record.minima:
        value = gd.differentiate(formula, {formula.names[0]: place}).value
        assert value <= ground["loss"].min() + 1e-4
    for language in ("en", "zh-TW"):
        assert say(f"landscapes.{name}", language)


@pytest.mark.parametrize(
    "bad",
    [
        {"optimizer": "sgdd"},
        {"schedule": "x"},
        {"backend": "x"},
        {"dtype": "float16"},
        {"steps": -1},
        {"steps": 10**7},
        {"learning_rate": float("nan")},
    ],
)
def test_settings_that_cannot_run_are_refused_with_a_sentence(bad):
    with pytest.raises(gd.Problem) as caught:
        gd.descend("w**2", {"w": 1.0}, **bad)
    assert caught.value.say("zh-TW")


def test_a_variable_without_a_start_is_named():
    with pytest.raises(gd.Problem, match="y"):
        gd.descend("x + y", {"x": 1.0})


@pytest.mark.parametrize("name", SURFACES)
def test_every_surface_is_flat_and_lowest_at_its_minima(name):
    record = SURFACES[name]
    formula = gd.parse(record.formula)
    *_, losses = grid(formula, ("x", "y"), record.domain)
    for x, y in record.minima:
        found = gd.differentiate(formula, {"x": x, "y": y})
        assert found.value <= np.nanmin(losses) + 1e-9
        # A minimum may also be the tip of a funnel, which has no slope (Ackley).
        assert not max(map(abs, found.gradient.values())) >= 1e-4
    run = gd.descend(
        formula, dict(zip("xy", record.start, strict=True)), record.learning_rate, record.steps
    )
    assert run.stop.kind != "diverged"
    assert run.losses[-1] < run.losses[0]
