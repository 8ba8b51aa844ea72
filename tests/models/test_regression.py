"""Regression: scikit-learn's numbers, the article's settings, the theory's predictions."""

import numpy as np
import pytest
from sklearn.linear_model import (
    ElasticNet,
    HuberRegressor,
    Lasso,
    LinearRegression,
    QuantileRegressor,
    Ridge,
    SGDRegressor,
)
from sklearn.model_selection import train_test_split

import gdcore as gd
from gdcore.backends import BACKENDS
from gdcore.models.losses import LOSSES, PENALTIES
from gdcore.models.surfaces import slice_of_quadratic, surface
from gdcore.theory import curvature

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


# What scikit-learn's SGDRegressor calls each loss.
SGD_LOSSES = {
    "mse": {"loss": "squared_error"},
    "mae": {"loss": "epsilon_insensitive", "epsilon": 0.0},
    "huber": {"loss": "huber", "epsilon": 20.0},
}


@pytest.mark.parametrize("ridge", [0.0, 0.03])
@pytest.mark.parametrize("loss", LOSSES)
def test_single_samples_in_order_walk_as_sgd_regressor_does(loss, ridge):
    factor = LOSSES[loss].factor
    data = gd.datasets.make_regression(60, 3)
    fit = gd.fit_linear(
        data.X,
        data.y,
        epochs=1,
        learning_rate=0.01,
        batch_size=1,
        shuffle=False,
        loss=loss,
        delta=20.0,
        ridge=ridge,
    )
    sgd = SGDRegressor(
        **SGD_LOSSES[loss],
        penalty="l2" if ridge else None,
        alpha=2 * ridge / factor,
        learning_rate="constant",
        eta0=0.01 * factor,
        max_iter=1,
        tol=None,
        shuffle=False,
    )
    sgd.fit(data.X, data.y)
    np.testing.assert_allclose(fit.weights[-1], [*sgd.coef_, *sgd.intercept_], rtol=1e-9)


def test_the_forecast_knows_where_divergence_begins():
    limit = gd.fit_linear(DATA.X, DATA.y).forecast.limit
    assert gd.fit_linear(DATA.X, DATA.y, 3000, limit * 0.99).trajectory.stop.kind != "diverged"
    assert gd.fit_linear(DATA.X, DATA.y, 3000, limit * 1.05).trajectory.stop.kind == "diverged"


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_the_stability_limit_holds_on_a_parabola(optimizer):
    limit = curvature.stability_limit(
        2.0, optimizer, {"momentum": 0.9} if optimizer != "sgd" else {}
    )
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
    found = curvature.hessian(formula, ("x", "y"), {"x": 0.4, "y": -0.3})

    def f(x, y):
        return x**2 * y + mpmath.sin(x * y) + mpmath.exp(y)

    for i, j, order in ((0, 0, (2, 0)), (0, 1, (1, 1)), (1, 1, (0, 2))):
        assert found[i, j] == pytest.approx(float(mpmath.diff(f, (0.4, -0.3), order)), rel=1e-8)


@pytest.mark.parametrize(
    ("X", "y"),
    [
        ([[1.0], [2.0]], [1.0]),
        ([["a"], ["b"]], [1, 2]),
        ([[np.nan], [1.0]], [1, 2]),
        ([[1.0]], [1.0]),
        ([[1.0], [np.inf]], [1, 2]),
    ],
)
def test_data_that_cannot_be_fitted_are_refused_with_a_sentence(X, y):
    with pytest.raises(gd.DataError) as caught:
        gd.fit_linear(X, y)
    assert caught.value.say("zh-TW") != caught.value.say("en")


@pytest.mark.parametrize(
    "bad",
    [
        {"batch_size": 0},
        {"batch_size": 101},
        {"scaling": "minmax"},
        {"loss": "log"},
        {"delta": 0},
        {"ridge": -1.0},
        {"lasso": np.nan},
        {"test": 1.0},
        {"test": -0.1},
        {"test": 0.99},
        {"patience": -1},
        {"tolerance": -1.0},
        {"test": 0.5, "batch_size": 51},
    ],
)
def test_settings_that_cannot_run_are_refused(bad):
    with pytest.raises(gd.Problem) as caught:
        gd.fit_linear(DATA.X, DATA.y, **bad)
    assert caught.value.say("zh-TW") != caught.value.say("en")


def test_constant_and_duplicate_columns_are_survived():
    X = np.column_stack([DATA.X, DATA.X, np.ones(100)])
    fit = gd.fit_linear(X, DATA.y, 50, scaling="standardise")
    assert np.isfinite(fit.weights).all()
    assert fit.r2 == pytest.approx(fit.reference.r2, rel=1e-3)


MANY = gd.datasets.make_regression(120, 4, noise=10.0, outliers=0.05)
UNEVEN = MANY.X * [1.0, 10.0, 0.1, 100.0] + [0.0, 3.0, 5.0, 200.0]
STRENGTHS = {"ridge": 0.05, "lasso": 6.0}


def descended(loss, scaling="standardise", X=UNEVEN, **settings):
    """A fit that has arrived: kinks need a rate that fades away."""
    smooth = LOSSES[loss].name != "mae" and not settings.get("lasso")
    fading = {} if smooth else {"schedule": "cosine"}
    return gd.fit_linear(
        X,
        MANY.y,
        3_000,
        0.2 if smooth else 2.0 / LOSSES[loss].factor / 4,
        scaling=scaling,
        loss=loss,
        delta=12.0,
        **fading,
        **settings,
    )


@pytest.mark.parametrize("penalties", [(), ("ridge",)])
@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_smooth_losses_reach_the_reference_to_eight_digits(loss, penalties):
    fit = descended(loss, **{name: STRENGTHS[name] for name in penalties})
    theirs = np.append(fit.reference.coef_, fit.reference.intercept_)
    np.testing.assert_allclose(fit.weights[-1], theirs, rtol=1e-8)
    assert fit.trajectory.losses[-1] == pytest.approx(fit.reference.loss, rel=1e-12)
    assert fit.r2 == pytest.approx(fit.reference.r2) and fit.rmse < fit.y.std()


@pytest.mark.parametrize("lasso", [0.0, 6.0])
@pytest.mark.parametrize("ridge", [0.0, 0.05])
@pytest.mark.parametrize("loss", LOSSES)
def test_no_fit_falls_below_the_reference_and_every_fit_comes_near(loss, ridge, lasso):
    lasso = lasso if loss == "mse" else lasso / 12  # in units of the loss
    fit = descended(loss, ridge=ridge, lasso=lasso)
    least = fit.reference.loss
    assert np.all(fit.trajectory.losses >= least * (1 - 1e-7))
    assert fit.trajectory.losses[-1] == pytest.approx(least, rel=1e-3)


def scaled(fit):
    return (fit.X - fit.centre) / fit.scale


def in_units(fit, model):
    coef = np.ravel(model.coef_) / fit.scale
    return [*coef, float(model.intercept_ - coef @ fit.centre)]


def test_the_strengths_are_scikit_learns_alphas_as_the_module_says():
    ridge, lasso, n = 0.05, 6.0, 120
    exact = {"tol": 1e-12, "max_iter": 100_000}
    alpha = ridge + lasso / 2
    models = {
        (0.0, 0.0): LinearRegression(),
        (ridge, 0.0): Ridge(alpha=n * ridge),
        (0.0, lasso): Lasso(alpha=lasso / 2, **exact),
        (ridge, lasso): ElasticNet(alpha=alpha, l1_ratio=lasso / 2 / alpha, **exact),
    }
    for (two, one), model in models.items():
        fit = descended("mse", ridge=two, lasso=one)
        model.fit(scaled(fit), fit.y)
        theirs = in_units(fit, model)
        assert fit.reference.name == type(model).__name__
        np.testing.assert_allclose([*fit.reference.coef_, fit.reference.intercept_], theirs, 1e-8)
        np.testing.assert_allclose(fit.weights[-1], theirs, rtol=1e-8 if not one else 1e-3)


@pytest.mark.parametrize("lasso", [0.0, 0.1])
def test_the_mean_absolute_error_is_the_regression_of_the_median(lasso):
    fit = descended("mae", lasso=lasso)
    model = QuantileRegressor(quantile=0.5, alpha=lasso / 2).fit(scaled(fit), fit.y)
    assert fit.reference.name == "QuantileRegressor"
    np.testing.assert_allclose(fit.weights[-1], in_units(fit, model), rtol=1e-2)
    many = gd.datasets.make_regression(4_000, 3)
    fit = gd.fit_linear(many.X, many.y, 1, loss="mae", lasso=lasso)
    assert fit.reference.name == "scipy.optimize.minimize"
    model = QuantileRegressor(quantile=0.5, alpha=lasso / 2, solver="highs-ipm")
    model.fit(many.X, many.y)
    np.testing.assert_allclose(fit.reference.coef_, model.coef_, rtol=1e-6)


@pytest.mark.parametrize("alpha", [0.0, 3.0])
def test_huber_regressor_is_met_at_the_delta_of_its_scale(alpha):
    X = MANY.X  # its L-BFGS gives up some digits before ours; eight of them are held elsewhere
    model = HuberRegressor(epsilon=1.35, alpha=alpha, tol=1e-9, max_iter=10_000).fit(X, MANY.y)
    fit = gd.fit_linear(
        X,
        MANY.y,
        3_000,
        0.5,
        loss="huber",
        delta=1.35 * model.scale_,
        ridge=alpha * model.scale_ / 240,
    )
    np.testing.assert_allclose(fit.weights[-1], [*model.coef_, model.intercept_], rtol=1e-4)


def test_huber_with_a_wide_delta_is_half_the_mean_squared_error():
    squared = gd.fit_linear(DATA.X, DATA.y, learning_rate=0.1)
    wide = gd.fit_linear(DATA.X, DATA.y, learning_rate=0.2, loss="huber", delta=1e6)
    np.testing.assert_allclose(wide.weights, squared.weights, rtol=1e-12)
    np.testing.assert_allclose(wide.trajectory.losses * 2, squared.trajectory.losses, rtol=1e-12)


def test_outliers_move_the_mean_and_hardly_the_median():
    data = gd.datasets.make_regression(outliers=0.1, noise=1.0)
    off = {
        loss: abs(gd.fit_linear(data.X, data.y, 1, loss=loss).reference.coef_[0] - data.true_coef)
        for loss in LOSSES
    }
    assert off["mae"] < off["mse"] / 10 and off["huber"] < off["mse"] / 10


@pytest.mark.parametrize("penalty", [None, *PENALTIES])
@pytest.mark.parametrize("loss", LOSSES)
def test_losses_and_penalties_run_alike_on_every_backend_and_mode(loss, penalty):
    settings = {"loss": loss, "delta": 12.0, "epochs": 12, "learning_rate": 0.05}
    if penalty:
        settings[penalty] = 0.3
    for batch in (None, 30):
        mine = gd.fit_linear(MANY.X, MANY.y, batch_size=batch, **settings)
        for backend in BACKENDS.values():
            for mode in (backend.modes or ("graph",)) if backend.installed else ():
                fit = gd.fit_linear(
                    MANY.X, MANY.y, batch_size=batch, backend=backend.name, mode=mode, **settings
                )
                for part in ("weights", "losses", "gradients"):
                    np.testing.assert_allclose(
                        getattr(fit.trajectory, part),
                        getattr(mine.trajectory, part),
                        rtol=1e-9,
                        atol=1e-9,
                    )


def test_sliders_for_delta_and_penalties_change_no_traced_graph():
    from gdcore.backends import tensorflow_

    tensorflow_.forget()
    for number in (0.1, 0.2, 0.3):
        gd.fit_linear(
            MANY.X,
            MANY.y,
            3,
            backend="tensorflow",
            loss="huber",
            delta=number,
            ridge=number,
            lasso=number,
        )
    assert len(tensorflow_._traces) == 1


@pytest.mark.parametrize("loss", LOSSES)
def test_the_written_derivative_is_that_of_torch(loss):
    settings = {"loss": loss, "delta": 12.0, "ridge": 0.1, "lasso": 0.2, "start": np.arange(5.0)}
    mine, theirs = (
        gd.fit_linear(MANY.X, MANY.y, 0, backend=b, **settings) for b in ("numpy", "torch")
    )
    np.testing.assert_allclose(mine.trajectory.gradients, theirs.trajectory.gradients, rtol=1e-13)
    import torch.nn.functional as F
    from torch import tensor

    same = {
        "mse": F.mse_loss,
        "mae": F.l1_loss,
        "huber": lambda a, b: F.huber_loss(a, b, delta=12.0),
    }[loss]
    at = mine.predict(MANY.X)
    assert float(same(tensor(at), tensor(MANY.y))) == pytest.approx(mine.train_losses[0], 1e-13)


def test_rows_are_held_out_as_train_test_split_does():
    fit = gd.fit_linear(MANY.X, MANY.y, 50, test=0.3, seed=4, scaling="standardise")
    train, test = train_test_split(np.arange(120), test_size=0.3, random_state=4)
    assert fit.held_out.tolist() == sorted(test)
    np.testing.assert_array_equal(fit.X, MANY.X[np.sort(train)])
    np.testing.assert_array_equal(fit.centre, fit.X.mean(axis=0))
    alone = gd.fit_linear(fit.X, fit.y, 50, scaling="standardise")
    np.testing.assert_array_equal(fit.weights, alone.weights)


@pytest.mark.parametrize("loss", LOSSES)
def test_train_and_test_losses_are_of_the_data_alone(loss):
    fit = gd.fit_linear(MANY.X, MANY.y, 40, test=0.25, loss=loss, delta=12.0, ridge=0.1, lasso=0.1)
    free = gd.fit_linear(MANY.X, MANY.y, 40, test=0.25, loss=loss, delta=12.0)
    assert fit.train_losses.shape == fit.test_losses.shape == (41,)
    np.testing.assert_allclose(fit.train_losses[0], free.trajectory.losses[0])
    assert np.all(fit.train_losses[1:] < fit.trajectory.losses[1:])
    error = fit.predict(fit.X_test) - fit.y_test
    known = {"mse": np.mean(error**2), "mae": np.mean(np.abs(error))}
    assert fit.test_losses[-1] == pytest.approx(known.get(loss, fit.test_losses[-1]), rel=1e-10)
    assert gd.fit_linear(MANY.X, MANY.y, 1).test_losses is None


def test_losses_in_blocks_are_those_at_once(monkeypatch):
    from gdcore.models import losses

    fits = [gd.fit_linear(MANY.X, MANY.y, 40, test=0.25) for _ in range(2)]
    whole = fits[0].test_losses
    monkeypatch.setattr(losses, "BLOCK", 100)
    np.testing.assert_allclose(fits[1].test_losses, whole, rtol=1e-12)


def overfitted(**settings):
    data = gd.datasets.make_regression(60, 30, noise=60.0, informative=3)
    return gd.fit_linear(data.X, data.y, 400, 0.1, test=0.3, batch_size=14, **settings)


def test_early_stopping_ends_where_the_test_loss_has_stopped_falling():
    whole, fit = overfitted(), overfitted(patience=10)
    ends = whole.test_losses[::3]
    # Written anew: the first epoch whose last ten predecessors did not beat the best before them.
    epoch = next(e for e in range(10, 401) if ends[e - 9 : e + 1].min() >= ends[: e - 9].min())
    assert fit.trajectory.epochs[-1] == epoch < 400
    assert fit.trajectory.stop.sentence.key == "stop.early"
    assert fit.trajectory.stop.step == fit.trajectory.steps == 3 * epoch
    assert str(epoch) in fit.trajectory.stop.say("zh-TW")
    np.testing.assert_array_equal(fit.weights, whole.weights[: 3 * epoch + 1])
    assert fit.test_losses[fit.best_row] == fit.test_losses.min() < fit.test_losses[-1]


def test_without_test_data_early_stopping_watches_the_loss_itself():
    fit = gd.fit_linear(DATA.X, DATA.y, 5_000, patience=3, tolerance=1e-3)
    assert fit.trajectory.stop.sentence.key == "stop.early" and fit.trajectory.steps < 100
    losses = fit.trajectory.losses
    assert losses[-4] - losses[-1] <= 1e-3 < losses[-6] - losses[-4]
    assert fit.best_row == fit.trajectory.steps
    patient = gd.fit_linear(DATA.X, DATA.y, 30, patience=5)
    assert patient.trajectory.steps == 30 and patient.trajectory.stop.kind != "early"


@pytest.mark.parametrize("ridge", [0.0, 0.4])
@pytest.mark.parametrize("scaling", ["none", "standardise"])
def test_the_slice_of_a_quadratic_holds_the_ridge_penalty(ridge, scaling):
    fit = gd.fit_linear(UNEVEN, MANY.y, 1, 0.0, ridge=ridge, scaling=scaling)
    matrix, (best,), (least,) = slice_of_quadratic(fit, (0, 2))
    step, w = np.array([0.5, -0.3]), fit.weights[-1].copy()
    w[[0, 2]] = best + step  # the others stay where the run ended
    direct = np.mean((fit.y - fit.X @ w[:-1] - w[-1]) ** 2)
    direct += ridge * np.sum((w[:-1] * fit.scale) ** 2)
    assert least + step @ matrix @ step / 2 == pytest.approx(direct, rel=1e-9)


def test_what_theory_cannot_know_it_does_not_foretell():
    for settings in ({"loss": "mae"}, {"loss": "huber"}, {"lasso": 1.0}):
        fit = gd.fit_linear(DATA.X, DATA.y, 5, **settings)
        assert not fit.quadratic and np.isnan(fit.forecast.steps)
        assert (
            fit.forecast.condition_number == gd.fit_linear(DATA.X, DATA.y).forecast.condition_number
        )
        assert (fit.forecast.limit is None) == (fit.setup.loss != "mse")
        assert slice_of_quadratic(fit, (0, 1)) is None


def test_ridge_lowers_the_largest_stable_rate_as_foretold():
    limit = gd.fit_linear(DATA.X, DATA.y, ridge=2.0).forecast.limit
    assert limit < gd.fit_linear(DATA.X, DATA.y).forecast.limit
    held, lost = (gd.fit_linear(DATA.X, DATA.y, 3000, limit * by, ridge=2.0) for by in (0.99, 1.05))
    assert held.trajectory.stop.kind == "converged" and lost.trajectory.stop.kind == "diverged"
    assert lost.trajectory.stop.sentence.key == "stop.above_limit"


def test_a_fit_travels_between_processes():
    import pickle

    fit = gd.fit_linear(DATA.X, DATA.y, 5, loss="huber", ridge=0.1, test=0.2)
    back = pickle.loads(pickle.dumps(fit))
    np.testing.assert_array_equal(back.test_losses, fit.test_losses)
    assert back.reference.loss == fit.reference.loss


def test_a_reference_without_penalties_does_not_depend_on_the_units_descended_in():
    data = gd.datasets.BUILT_IN["longley"].load()
    for loss in LOSSES:
        raw, scaled = (
            gd.fit_linear(data.X, data.y, 1, 1e-12, scaling=scaling, loss=loss, delta=100.0)
            for scaling in ("none", "standardise")
        )
        assert raw.reference.loss == pytest.approx(scaled.reference.loss, rel=1e-9)
        assert gd.datasets.agreeing_digits(raw.reference.coef_, scaled.reference.coef_) > 6


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
@pytest.mark.parametrize("scaling", ["none", "standardise"])
@pytest.mark.parametrize("ridge", [0.0, 0.3])
def test_the_closed_form_is_the_loop(optimizer, scaling, ridge):
    data = gd.datasets.make_regression(200, 4)
    call = {
        "epochs": 60,
        "optimizer": optimizer,
        "scaling": scaling,
        "ridge": ridge,
        "learning_rate": 0.05,
    }
    looped = gd.fit_linear(data.X, data.y, **call)
    known = gd.fit_linear(data.X, data.y, closed_form=True, **call)
    for field in ("weights", "gradients", "losses"):
        found, wanted = (getattr(fit.trajectory, field) for fit in (known, looped))
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9 * np.abs(wanted).max())
    assert known.trajectory.stop == looped.trajectory.stop


@pytest.mark.parametrize(
    "bad",
    [
        {"optimizer": "adam"},
        {"schedule": "cosine"},
        {"loss": "mae"},
        {"batch_size": 10},
        {"lasso": 1.0},
    ],
)
def test_where_no_formula_knows_the_run_it_says_so(bad):
    data = gd.datasets.make_regression(50, 2)
    with pytest.raises(gd.Problem):
        gd.fit_linear(data.X, data.y, closed_form=True, **bad)


def test_the_slice_of_a_quadratic_is_its_surface():
    data = gd.datasets.make_regression(80, 4)
    fit = gd.fit_linear(data.X * [1, 5, 0.2, 3] + 2, data.y, 15, 0.02, scaling="standardise")
    for descended in (False, True):
        matrix, (centre,), (least,) = slice_of_quadratic(fit, (1, 4), descended)
        domains = [(c - 3, c + 2) for c in centre]
        u, v, losses = surface(fit, (1, 4), domains, 7, descended)
        du, dv = np.meshgrid(u - centre[0], v - centre[1])
        wanted = (
            least + (matrix[0, 0] * du**2 + 2 * matrix[0, 1] * du * dv + matrix[1, 1] * dv**2) / 2
        )
        np.testing.assert_allclose(losses, wanted, rtol=1e-8)


@pytest.mark.parametrize("descended", [False, True])
@pytest.mark.parametrize("ridge", [0.0, 2.0])
def test_at_every_step_the_moving_slice_holds_the_loss_of_that_step(descended, ridge):
    data = gd.datasets.make_regression(80, 4)
    fit = gd.fit_linear(
        data.X * [1, 5, 0.2, 3] + 2, data.y, 15, 0.02, scaling="standardise", ridge=ridge
    )
    steps = range(16)
    matrix, centres, least = slice_of_quadratic(fit, (1, 4), descended, steps)
    weights = fit.trajectory.weights if descended else fit.weights
    away = weights[:, [1, 4]] - centres
    np.testing.assert_allclose(
        least + np.einsum("mi,ij,mj->m", away, matrix, away) / 2, fit.trajectory.losses, rtol=1e-8
    )


@pytest.mark.parametrize("loss", LOSSES)
def test_the_end_of_a_run_lies_on_its_surface(loss):
    data = gd.datasets.make_regression(60, 3)
    fit = gd.fit_linear(data.X, data.y, 25, 0.05, loss=loss, delta=5.0, scaling="standardise")
    at = fit.weights[-1]
    _, _, losses = surface(fit, (0, 2), [(at[0] - 1, at[0] + 1), (at[2] - 1, at[2] + 1)], 3)
    assert losses[1, 1] == pytest.approx(fit.trajectory.losses[-1], rel=1e-9)
