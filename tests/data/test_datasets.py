"""Data: generated ones keep their promises, typed ones give the values that NIST certified."""

import mpmath
import numpy as np
import pytest

import gdcore as gd
from gdcore.data.datasets import BUILT_IN, agreeing_digits, make_regression

CERTIFIED = [data for data in BUILT_IN.values() if data.certified]


def least_squares(X, y, digits=50):
    """Coefficients and intercept by QR with `digits` digits, of the decimal numbers as typed."""
    with mpmath.workdps(digits):
        rows = [[mpmath.mpf(repr(float(x))) for x in row] + [mpmath.mpf(1)] for row in X]
        solution, _ = mpmath.qr_solve(mpmath.matrix(rows), [mpmath.mpf(repr(float(v))) for v in y])
        return np.array([float(value) for value in solution])


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_data_are_whole_and_cite_their_source(name):
    data = BUILT_IN[name].load()
    gd.datasets.check(data.X, data.y)
    assert data.X.shape == (len(data.y), len(data.features))
    assert data.source and np.ptp(data.X, axis=0).all()
    data.X[:] = 0  # what one visitor does to the numbers is not what the next one gets
    assert BUILT_IN[name].load().X.any()


@pytest.mark.parametrize("record", CERTIFIED, ids=lambda record: record.name)
def test_the_typed_numbers_give_the_certified_coefficients(record):
    data = record.load()
    assert agreeing_digits(least_squares(data.X, data.y), data.certified) > 13.5


def test_anscombes_four_have_one_and_the_same_line():
    for which in (1, 2, 3, 4):
        data = BUILT_IN[f"anscombe{which}"].load()
        w, b = least_squares(data.X, data.y)
        assert len(data.y) == 11
        assert (round(w, 2), round(b, 1)) == (0.5, 3.0)
        assert data.X.mean() == 9 and data.X.var(ddof=1) == 11
        assert data.y.mean() == pytest.approx(7.50, abs=0.01)
        assert data.y.var(ddof=1) == pytest.approx(4.125, abs=0.005)


def descend_at_best(name, epochs):
    """A fit with the best rate and momentum, and the digits it has in common with NIST."""
    data = BUILT_IN[name].load()
    plain = gd.fit_linear(data.X, data.y, epochs=1, scaling="standardise")
    rate, momentum = plain.forecast.best_momentum
    fit = gd.fit_linear(
        data.X, data.y, epochs, rate, "momentum", momentum=momentum, scaling="standardise"
    )
    return fit, agreeing_digits(fit.weights[-1], data.certified)


def test_norris_is_reached_by_plain_descent():
    data = BUILT_IN["norris"].load()
    fit = gd.fit_linear(data.X, data.y, epochs=200, scaling="standardise")
    assert agreeing_digits(fit.weights[-1], data.certified) > 10


def test_longley_needs_momentum_and_then_gives_six_digits():
    # κ = 12 220: plain descent at its best rate needs 98 600 epochs for as many digits.
    fit, digits = descend_at_best("longley", 1_300)
    assert fit.forecast.condition_number == pytest.approx(12_220, rel=1e-3)
    assert digits > 6
    data, rate = BUILT_IN["longley"].load(), fit.forecast.best
    slow = gd.fit_linear(data.X, data.y, 1_300, rate, scaling="standardise")
    assert agreeing_digits(slow.weights[-1], data.certified) < 1
    assert slow.forecast.steps_with(rate, 0.0, 1e-6) > 80_000


@pytest.mark.parametrize(
    ("a", "b", "digits"),
    [
        (1.0, 1.0, 15),
        (1.001, 1.0, 3),
        ([2.0, 1.001], [2.0, 1.0], 3),
        (5.0, 1.0, 0),
        (0.01, 0.0, 2),
        (np.nan, 1.0, 0),
        (0.0, 0.0, 15),
        (np.inf, 1.0, 0),
    ],
)
def test_agreeing_digits_are_those_of_the_relative_difference(a, b, digits):
    assert agreeing_digits(a, b) == pytest.approx(digits)


def test_generated_data_without_new_settings_are_scikit_learns():
    from sklearn.datasets import make_regression as generate

    data = make_regression(50, 3, noise=2.0, bias=1.0, seed=5)
    X, y, coef = generate(50, 3, n_informative=3, noise=2.0, bias=1.0, coef=True, random_state=5)
    np.testing.assert_array_equal(data.X, X)
    np.testing.assert_array_equal(data.y, y)
    np.testing.assert_array_equal(data.true_coef, coef)


def test_only_informative_features_count():
    data = make_regression(50, 8, informative=3, noise=0.0)
    assert np.count_nonzero(data.true_coef) == 3
    np.testing.assert_allclose(data.X @ data.true_coef + data.true_bias, data.y)


def test_a_low_effective_rank_makes_the_features_depend_on_each_other():
    free, bound = make_regression(200, 20), make_regression(200, 20, effective_rank=3)
    assert np.linalg.cond(bound.X) > 2 * np.linalg.cond(free.X)  # scikit-learn leaves a tail


def test_outliers_are_seeded_few_and_far_off():
    plain, thrown = make_regression(), make_regression(outliers=0.1)
    off = np.abs(thrown.y - plain.y) / plain.y.std()
    assert np.count_nonzero(off) == 10 and off[off > 0].min() >= 5 and off.max() <= 10
    np.testing.assert_array_equal(thrown.y, make_regression(outliers=0.1).y)
    np.testing.assert_array_equal(thrown.X, plain.X)


@pytest.mark.parametrize(
    "bad",
    [
        {"n_samples": 100_001},
        {"n_features": 51},
        {"noise": -1},
        {"informative": 2},
        {"effective_rank": 0},
        {"effective_rank": 2},
        {"outliers": 1.1},
        {"outliers": np.nan},
    ],
)
def test_numbers_that_make_no_data_are_refused_with_a_sentence(bad):
    with pytest.raises(gd.DataError) as caught:
        make_regression(**bad)
    assert caught.value.say("zh-TW") != caught.value.say("en")
