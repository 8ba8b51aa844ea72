"""Regression: scikit-learn's numbers, the article's settings, the theory's predictions."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, SGDRegressor

import gdcore as gd
from gdcore import theory
from gdcore.regression import hessian, slice_of_surface

DATA = gd.datasets.make_regression()


def test_the_article_regression_lands_where_scikit_learn_does():
    fit = gd.fit_linear(DATA.X, DATA.y, epochs=40, learning_rate=0.1)
    model = LinearRegression().fit(DATA.X, DATA.y)
    assert fit.trajectory.names == ("w", "b")
    assert len(fit.trajectory.losses) == 41
    assert fit.coef_[0] == pytest.approx(model.coef_[0], rel=1e-3)
    assert fit.intercept_ == pytest.approx(model.intercept_, rel=1e-3)
    assert fit.reference.coef_[0] == model.coef_[0]
    assert fit.reference.r2 == pytest.approx(model.score(DATA.X, DATA.y), rel=1e-12)


def test_enough_epochs_reach_scikit_learn_to_ten_digits():
    fit = gd.fit_linear(DATA.X, DATA.y, epochs=300)
    np.testing.assert_allclose(fit.coef_, fit.reference.coef_, rtol=1e-10)
    assert fit.r2 == pytest.approx(fit.reference.r2, rel=1e-12)
    assert fit.rmse == pytest.approx(fit.reference.rmse, rel=1e-12)


def test_standardised_coefficients_come_back_in_the_units_of_the_data():
    X = DATA.X * 1000 + 5000
    fit = gd.fit_linear(X, DATA.y, epochs=200, scaling="standardise")
    np.testing.assert_allclose(fit.coef_, LinearRegression().fit(X, DATA.y).coef_, rtol=1e-8)
    loss = np.mean((DATA.y - X @ fit.weights[7, :-1] - fit.weights[7, -1]) ** 2)
    assert loss == pytest.approx(fit.trajectory.losses[7], rel=1e-10)


def test_mini_batches_are_seeded_and_every_epoch_sees_every_sample():
    one = gd.fit_linear(DATA.X, DATA.y, epochs=5, batch_size=20, seed=3)
    two = gd.fit_linear(DATA.X, DATA.y, epochs=5, batch_size=20, seed=3)
    other = gd.fit_linear(DATA.X, DATA.y, epochs=5, batch_size=20, seed=4)
    np.testing.assert_array_equal(one.weights, two.weights)
    assert not np.array_equal(one.weights, other.weights)
    assert one.trajectory.epochs.tolist() == [i / 5 for i in range(26)]


def test_single_samples_in_order_walk_as_sgd_regressor_does():
    X, y = DATA.X[:30], DATA.y[:30]
    sgd = SGDRegressor(loss="squared_error", penalty=None, learning_rate="constant", eta0=0.02,
                       max_iter=1, tol=None, shuffle=False)  # fmt: skip
    sgd.fit(X, y)
    w = np.zeros(2)
    for x, target in zip(X[:, 0], y, strict=True):  # its loss is half of the squared error
        part = gd.fit_linear(np.array([[x], [x]]), np.array([target, target]), epochs=1,
                             learning_rate=0.01, start=w)  # fmt: skip
        w = part.weights[-1]
    np.testing.assert_allclose(w, [sgd.coef_[0], sgd.intercept_[0]], rtol=1e-10)


def test_the_forecast_knows_where_divergence_begins():
    limit = gd.fit_linear(DATA.X, DATA.y).forecast.limit
    assert gd.fit_linear(DATA.X, DATA.y, 3000, limit * 0.99).trajectory.stop.kind != "diverged"
    assert gd.fit_linear(DATA.X, DATA.y, 3000, limit * 1.05).trajectory.stop.kind == "diverged"


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_the_stability_limit_holds_on_a_parabola(optimizer):
    limit = theory.stability_limit(2.0, optimizer, {"momentum": 0.9} if optimizer != "sgd" else {})
    below = gd.descend("w**2", {"w": 1.0}, limit * 0.98, 4000, optimizer=optimizer)
    above = gd.descend("w**2", {"w": 1.0}, limit * 1.02, 4000, optimizer=optimizer)
    assert below.stop.kind == "converged"
    assert above.stop.kind == "diverged"


def test_the_predicted_number_of_steps_is_the_measured_one():
    fit = gd.fit_linear(DATA.X, DATA.y, epochs=60, learning_rate=0.1)
    error = np.abs(fit.weights - fit.weights[-1]).max(1) / np.abs(fit.weights[-1]).max()
    measured = int(np.argmax(error <= 0.01))
    assert abs(measured - fit.forecast.steps) <= 3


def test_the_hessian_of_a_formula_is_that_of_mpmath():
    import mpmath

    formula = gd.parse("x**2*y + sin(x*y) + exp(y)")
    found = theory.hessian(formula, ("x", "y"), {"x": 0.4, "y": -0.3})

    def f(x, y):
        return x**2 * y + mpmath.sin(x * y) + mpmath.exp(y)

    for i, j, order in ((0, 0, (2, 0)), (0, 1, (1, 1)), (1, 1, (0, 2))):
        assert found[i, j] == pytest.approx(float(mpmath.diff(f, (0.4, -0.3), order)), rel=1e-8)


def test_the_sliced_surface_is_the_best_loss_for_each_pair():
    data = gd.datasets.make_regression(n_features=2)
    fit = gd.fit_linear(data.X, data.y)
    matrix, best, least = slice_of_surface(fit)
    pair = best + np.array([3.0, -2.0])
    rest = data.y - data.X @ pair
    direct = np.mean((rest - rest.mean()) ** 2)
    step = pair - best
    assert least + step @ matrix @ step / 2 == pytest.approx(direct, rel=1e-10)
    assert hessian(data.X).shape == (3, 3)


@pytest.mark.parametrize(
    ("X", "y"),
    [([[1.0], [2.0]], [1.0]), ([["a"], ["b"]], [1, 2]), ([[np.nan], [1.0]], [1, 2]),
     ([[1.0]], [1.0]), ([[1.0], [np.inf]], [1, 2])],
)  # fmt: skip
def test_data_that_cannot_be_fitted_are_refused_with_a_sentence(X, y):
    with pytest.raises(gd.DataError) as caught:
        gd.fit_linear(X, y)
    assert caught.value.say("zh-TW") != caught.value.say("en")


@pytest.mark.parametrize("bad", [{"batch_size": 0}, {"batch_size": 101}, {"scaling": "minmax"}])
def test_settings_that_cannot_run_are_refused(bad):
    with pytest.raises(gd.Problem):
        gd.fit_linear(DATA.X, DATA.y, **bad)


def test_constant_and_duplicate_columns_are_survived():
    X = np.column_stack([DATA.X, DATA.X, np.ones(100)])
    fit = gd.fit_linear(X, DATA.y, 50, scaling="standardise")
    assert np.isfinite(fit.weights).all()
    assert fit.r2 == pytest.approx(fit.reference.r2, rel=1e-3)
