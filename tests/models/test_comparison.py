"""Tables of numbers: a fit beside its reference, several runs beside one another."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score, root_mean_squared_error

import gdcore as gd
from gdcore.data.datasets import BUILT_IN
from gdcore.descent.agreement import agreement
from gdcore.models import comparison, contest, cost


def test_every_weight_stands_beside_scikit_learn_s_and_the_true_one():
    data = gd.datasets.make_regression(n_samples=80, n_features=3, noise=4, seed=3)
    fit = gd.fit_linear(data.X, data.y, epochs=300, learning_rate=0.2)
    rows = comparison.weights(fit, data, ["a", "a", "c", "b"])
    theirs = LinearRegression().fit(data.X, data.y)
    assert [row.name for row in rows] == ["a", "a", "c", "b"]
    np.testing.assert_allclose(
        [row.reference for row in rows], [*theirs.coef_, theirs.intercept_], rtol=1e-9
    )
    np.testing.assert_allclose([row.truth for row in rows], [*data.true_coef, data.true_bias])
    assert [row.difference for row in rows] == [row.descent - row.reference for row in rows]
    assert {row.certified for row in rows} == {None}


def test_digits_are_counted_against_certified_values_where_there_are_some():
    data = BUILT_IN["norris"].load()
    fits = {
        scaling: gd.fit_linear(data.X, data.y, epochs=3, learning_rate=1e-7, scaling=scaling)
        for scaling in ("none", "standardise")
    }
    names = ["x", "b"]
    rows = comparison.weights(fits["none"], data, names)
    assert [row.certified for row in rows] == list(data.certified)
    for row in comparison.bridged(fits, data, names):
        for scaling, value in row.ways.items():
            lre = -np.log10(abs(value - row.certified) / abs(row.certified))
            assert row.digits[scaling] == pytest.approx(max(lre, 0.0))


def test_quality_is_scikit_learn_s_own():
    data = gd.datasets.make_regression(n_samples=80, n_features=2, noise=4, seed=3)
    fit = gd.fit_linear(data.X, data.y, epochs=10, learning_rate=0.1)
    found = {one.name: one.descent for one in comparison.qualities(fit)}
    told = fit.predict(data.X)
    assert found["r2"] == pytest.approx(r2_score(data.y, told))
    assert found["rmse"] == pytest.approx(root_mean_squared_error(data.y, told))


def test_a_constant_target_has_no_share_of_variance():
    fit = gd.fit_linear(np.arange(5.0)[:, None], np.full(5, 2.0), epochs=3, learning_rate=0.01)
    assert np.isnan(comparison.qualities(fit)[0].reference)


def test_the_first_to_arrive_are_named_together():
    run = gd.descend("w**2", {"w": 4.0}, 0.3, 60)
    slow = gd.descend("w**2", {"w": 4.0}, 0.001, 60)
    found = contest.judged([("b", run), ("slow", slow), ("a", run)], 0.0)
    assert [one.arrival is None for one in found] == [False, True, False]
    assert contest.first(found) == (["a", "b"], found[0].arrival)
    assert contest.first(found[1:2]) is None
    assert contest.first(found[:1]) is None


def test_a_run_below_all_known_minima_is_believed():
    formula = gd.parse("(w - 100)**2")
    run = gd.descend(formula, {"w": 90.0}, 0.4, 100)
    assert contest.least_loss([run], formula, ((-6.0, 6.0),), ()) == pytest.approx(0.0, abs=1e-20)


def test_the_cost_grows_with_all_that_is_computed():
    base = cost.seconds(100, 2, 40)
    assert base == cost.seconds(100, 2, 40, batch=100)
    assert cost.seconds(100, 2, 80) == 2 * base
    for more in ((100, 20, 40), (1000, 2, 40), (100, 2, 40, 10)):
        assert cost.seconds(*more) > base
    assert cost.seconds(100, 2, 40, batch=1000) == base


def test_two_runs_differ_by_their_largest_gap_as_far_as_both_go():
    mine = np.array([[0.0, 1.0], [2.0, 3.0], [np.inf, np.nan]])
    assert agreement(mine, mine).gap == 0.0
    assert agreement(mine, mine).until is None
    found = agreement(np.array([[0.0, 1.0], [2.0, 3.25]]), mine)
    assert (found.gap, found.until) == (0.25, 1)
    assert agreement(mine[:, :1], np.zeros((3, 1))).gap == np.inf
