"""Theory: what is foretold of a quadratic loss is what the loop then does."""

import numpy as np
import pytest

import gdcore as gd
from gdcore.models.quadratic import hessian
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.theory import curvature, paths
from gdcore.theory.forecast import forecast

DATA = gd.datasets.make_regression(80, 3)
H = hessian(DATA.X)
RULES = {"sgd": {}, "momentum": {"momentum": 0.8}}


def run(rate=0.1, steps=200, **settings):
    return gd.fit_linear(DATA.X, DATA.y, steps, rate, **settings)


def problem(fit):
    """Matrix, minimum and start of a fit without scaling."""
    best = np.append(fit.reference.coef_, fit.reference.intercept_)
    return H, best, np.zeros(4)


def best_momentum():
    rate, momentum = forecast(H, 0.1).best_momentum
    return {"learning_rate": rate, "momentum": momentum}


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.6])
@pytest.mark.parametrize("rule", RULES)
def test_the_closed_path_is_the_one_that_the_loop_walks(rule, rate):
    fit = run(rate, 400, optimizer=rule, **RULES[rule])
    matrix, best, start = problem(fit)
    path = paths.quadratic_path(matrix, best, start, rate, fit.trajectory.steps, **RULES[rule])
    assert path.shape == fit.weights.shape
    np.testing.assert_allclose(path, fit.weights, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("momentum", [0.0, 0.25, 0.5])
def test_coinciding_eigenvalues_of_the_companion_matrix_need_no_care(momentum):
    # (1 + μ - ηλ)² = 4μ is where the two roots meet: here for λ = 2.
    rate = (1 - np.sqrt(momentum)) ** 2 / 2
    loop = gd.descend("w**2", {"w": 3.0}, rate, 300, optimizer="momentum", momentum=momentum)
    path = paths.quadratic_path(
        np.array([[2.0]]), np.zeros(1), np.array([3.0]), rate, 300, momentum
    )
    np.testing.assert_allclose(path, loop.weights, rtol=1e-9, atol=1e-9)


def test_a_path_of_no_steps_is_the_start():
    start = np.array([1.0, 2.0])
    assert paths.quadratic_path(np.eye(2), np.zeros(2), start, 0.1, 0).tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize("accuracy", [1e-2, 1e-6])
@pytest.mark.parametrize("rule", RULES)
def test_the_steps_to_an_accuracy_are_the_measured_ones(rule, accuracy):
    known = forecast(H, 0.05, rule, RULES[rule])
    best = np.array([1.0, -2.0, 3.0, 4.0])
    start = best + np.linalg.eigh(H)[1].sum(1)  # an error of one along each eigenvector
    path = paths.quadratic_path(H, best, start, 0.05, 1000, **RULES[rule])
    left = np.abs(paths.eigen_errors(path, best, H)).max(1)
    measured = np.flatnonzero(left > accuracy)[-1] + 1
    assert measured == known.steps_to(accuracy)


def test_at_the_best_momentum_the_steps_are_the_measured_ones():
    known = forecast(H, 0.05)
    rate, momentum = known.best_momentum
    best, start = np.zeros(4), np.linalg.eigh(H)[1].sum(1)
    path = paths.quadratic_path(H, best, start, rate, 500, momentum)
    left = np.abs(paths.eigen_errors(path, best, H)).max(1)
    assert np.flatnonzero(left > 0.01)[-1] + 1 == known.steps_with(rate, momentum, 0.01)


def test_flat_directions_are_left_out_and_counted():
    known = forecast(np.diag([0.0, 1e-17, 0.5, 2.0]), 0.1)
    assert known.flat == 2 and known.best == pytest.approx(2 / 2.5)
    assert known.steps_to(0.01) == np.ceil(np.log(0.01) / np.log(1 - 0.05))
    assert known.condition_number == np.inf


def test_the_best_rate_of_a_momentum_beats_its_neighbours():
    for momentum in (0.0, 0.3, 0.9):
        known = forecast(H, 0.1, "momentum", {"momentum": momentum})

        def factor(rate, momentum=momentum, known=known):
            return curvature.spectral_radius(known.eigenvalues, rate, momentum).max()

        for change in (0.5, 0.97, 1.03, 1.5):
            assert factor(known.best) <= factor(known.best * change) + 1e-12


@pytest.mark.parametrize("momentum", [0.1, 0.5, 0.9])
def test_the_best_rate_of_nesterov_is_stable_and_beats_its_neighbours(momentum):
    knobs = {"momentum": momentum}
    known = forecast(H, 0.1, "nesterov", knobs)

    def factor(rate):
        return curvature.growth(known.curved, rate, "nesterov", knobs).max()

    assert known.best < known.limit and factor(known.best) < 1
    for change in (0.9, 0.99, 1.01, 1.1):
        assert factor(known.best) <= factor(known.best * change) + 1e-9


def test_the_best_rate_and_momentum_beat_their_neighbours():
    known = forecast(H, 0.1)
    rate, momentum = known.best_momentum
    low, high = np.sqrt(known.eigenvalues[[0, -1]])

    def factor(rate, momentum):
        return curvature.spectral_radius(known.eigenvalues, rate, momentum).max()

    assert factor(rate, momentum) == pytest.approx((high - low) / (high + low), rel=1e-6)
    for change in (0.97, 1.03):
        assert factor(rate * change, momentum) > factor(rate, momentum)
        assert factor(rate, momentum * change) > factor(rate, momentum)
        assert factor(known.best * change, 0.0) > factor(known.best, 0.0)


def test_the_factor_is_the_spectral_radius_of_the_companion_matrix():
    for rate in (0.01, 0.3, 1.0, 2.5):
        for momentum in (0.0, 0.4, 0.9):
            step = np.array([[1 - rate * 1.7, -momentum], [rate * 1.7, momentum]])
            radius = np.abs(np.linalg.eigvals(step)).max()
            found = curvature.spectral_radius(1.7, rate, momentum)
            assert found == pytest.approx(radius, rel=1e-7)


def test_rules_that_no_formula_tells_get_no_forecast_of_steps():
    known = forecast(H, 0.1, "adam", {})
    assert known.momentum is None and np.isnan(known.factor) and np.isnan(known.steps_to(0.1))


def test_along_each_eigenvector_the_error_shrinks_by_its_own_factor():
    fit = run(0.1, 60)
    matrix, best, _ = problem(fit)
    errors = paths.eigen_errors(fit.weights, best, matrix)
    factors = 1 - 0.1 * forecast(matrix, 0.1).eigenvalues
    np.testing.assert_allclose(errors, errors[0] * factors ** np.arange(61)[:, None], atol=1e-10)


@pytest.mark.parametrize("rule", RULES)
def test_the_direction_that_breaks_away_is_foretold(rule):
    limit = curvature.stability_limit(float(np.linalg.eigvalsh(H)[-1]), rule, RULES[rule])
    rate = limit * 1.02
    matrix, best, _ = problem(run())
    # Far off where it converges, a hair's breadth where it will break away.
    start = best + np.linalg.eigh(matrix)[1] @ [30.0, 20.0, 10.0, 1e-3]
    fit = run(rate, 500, optimizer=rule, start=start, **RULES[rule])
    found = paths.diverging_direction(matrix, rate, best, start, **RULES[rule])
    assert found.limit == pytest.approx(limit)
    move = fit.weights[-1] - best
    assert abs(found.direction @ move) == pytest.approx(np.linalg.norm(move), rel=1e-3)
    losses = fit.trajectory.losses
    assert found.since == np.argmin(losses) > 0
    assert losses[-1] / losses[-2] == pytest.approx(found.factor**2, rel=1e-3)
    held = {**RULES[rule], "best": best, "start": start}
    assert paths.diverging_direction(matrix, limit * 0.98, **held) is None


def test_a_start_without_error_along_a_direction_cannot_diverge_along_it():
    matrix = np.diag([1.0, 10.0])
    assert paths.diverging_direction(matrix, 0.3, np.zeros(2), np.array([1.0, 0.0])) is None
    assert paths.diverging_direction(matrix, 0.3, np.zeros(2), np.ones(2)).eigenvalue == 10


@pytest.mark.parametrize("rule", RULES)
def test_a_sweep_in_closed_form_ends_where_the_runs_end(rule):
    rates = np.linspace(0.01, 0.5, 12)
    fits = [run(rate, 50, optimizer=rule, **RULES[rule]) for rate in rates]
    matrix, best, start = problem(fits[0])
    least = fits[0].reference.loss
    found = paths.final_losses(matrix, best, start, least, rates, 50, **RULES[rule])
    np.testing.assert_allclose(found, [fit.trajectory.losses[-1] for fit in fits], rtol=1e-9)


def test_a_sweep_calls_a_run_that_blew_up_infinite():
    found = paths.final_losses(H, np.zeros(4), np.ones(4), 0.0, [0.1, 1e3], 1000, 0.5)
    assert np.isfinite(found[0]) and found[1] == np.inf


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_the_growth_of_an_error_is_the_measured_one(optimizer):
    knobs = {} if optimizer == "sgd" else {"momentum": 0.7}
    rule = OPTIMIZERS[optimizer]
    for bend, rate in ((2.0, 0.3), (2.0, 1.2), (0.5, 3.0), (-1.0, 0.1), (2.0, 2.5)):
        w, state, sizes = 1.0, rule.init(1.0), []
        for step in range(120):
            before = w
            w, state = rule.update(w, bend * w, rate, step + 1, state, **knobs)
            sizes.append(np.hypot(w, before))
        measured = (sizes[-1] / sizes[-81]) ** (1 / 80)
        found = float(curvature.growth(np.array([bend]), rate, optimizer, knobs)[0])
        assert found == pytest.approx(measured, rel=0.04)
