"""What is foretold of a fit, held against runs and against formulas."""

import numpy as np
import pytest

import gdcore as gd
from gdcore.models import outlook

DATA = gd.datasets.make_regression(n_samples=60, n_features=3, noise=5, seed=1)


def fit(**more):
    return gd.fit_linear(DATA.X, DATA.y, **{"epochs": 60, "learning_rate": 0.1} | more)


@pytest.mark.parametrize("best", [0.123456, 9.9999, 1e-7 / 3, 1234.56, 0.5])
def test_the_rate_to_type_has_three_digits_and_is_never_above_the_best(best):
    rate = outlook.typed_rate(best)
    assert 0.99 * best <= rate <= best
    assert float(f"{rate:.3g}") == rate


def test_each_pace_is_kept_by_a_run_of_that_many_steps():
    one = fit()
    for pace in outlook.paces(one, 0.01):
        rule = {"optimizer": "momentum", "momentum": pace.momentum} if pace.momentum else {}
        run = fit(learning_rate=pace.rate, epochs=int(pace.steps), **rule)
        errors = outlook.directions(run, 4).errors
        assert (errors[-1] <= 0.0101 * errors[0]).all(), pace


def test_a_schedule_s_own_pace_has_no_formula():
    here, *_ = outlook.paces(fit(schedule="exponential"), 0.01)
    assert np.isnan(here.steps)


@pytest.mark.parametrize("rate", [0.05, 0.5, 1.5])
def test_measured_losses_are_the_foretold_ones_up_to_rounding(rate):
    assert outlook.gap(fit(learning_rate=rate)) < 1e-6


def test_a_run_that_stands_at_its_minimum_has_no_gap():
    x = np.arange(6.0)[:, None]
    assert outlook.gap(gd.fit_linear(x, np.zeros(6), epochs=5, learning_rate=0.01)) == 0


def test_why_it_blew_up_is_told_of_diverged_runs_alone():
    assert outlook.why_diverged(fit()) is None
    why = outlook.why_diverged(fit(learning_rate=1.9, epochs=2000))
    values, vectors = np.linalg.eigh(fit().matrix)
    assert why.eigenvalue == pytest.approx(values[-1])
    assert abs(why.direction @ vectors[:, -1]) == pytest.approx(1)
    assert why.limit == pytest.approx(2 / values[-1])


@pytest.mark.parametrize("size", [2, 3, 5, 50])
def test_the_weights_that_break_away_are_the_heaviest(size):
    direction = np.random.default_rng(size).normal(size=size)
    direction /= np.linalg.norm(direction)
    named = outlook.heavy(direction)
    rest = np.delete(np.abs(direction), named)
    assert list(np.abs(direction)[named]) == sorted(np.abs(direction)[named], reverse=True)
    assert len(named) == outlook.MOST_NAMED or (rest <= outlook.HEAVY).all()


def test_the_curve_of_final_losses_goes_through_the_run_itself():
    one = fit()
    rates, ends = outlook.ends_by_rate(one)
    nearest = int(np.argmin(np.abs(rates - 0.1)))
    run = fit(learning_rate=float(rates[nearest]))
    assert ends[nearest] == pytest.approx(run.trajectory.losses[-1], rel=1e-9)


def test_no_curve_and_no_gap_where_no_formula_knows():
    for other in (fit(optimizer="adam"), fit(loss="mae"), fit(lasso=0.1), fit(batch_size=7)):
        assert outlook.ends_by_rate(other) is None
        assert outlook.gap(other) is None


def test_few_of_many_directions_hold_the_flattest_and_the_steepest():
    data = gd.datasets.make_regression(n_samples=60, n_features=20, noise=5, seed=1)
    one = gd.fit_linear(data.X, data.y, epochs=5, learning_rate=0.01)
    found = outlook.directions(one, 8)
    assert found.errors.shape == (6, 8)
    assert list(found.eigenvalues[[0, -1]]) == list(one.forecast.eigenvalues[[0, -1]])
