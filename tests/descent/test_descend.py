"""One orchestration for any loss: a loss of one's own runs alike on every backend."""

import numpy as np
import pytest
from sklearn.linear_model import PoissonRegressor

import gdcore as gd
from gdcore.backends import BACKENDS, installed
from gdcore.descent.descend import descend
from gdcore.descent.formulas import FormulaLoss
from gdcore.rules.optimizers import OPTIMIZERS

WAYS = [(one.name, mode) for one in installed() for mode in one.modes or ("graph",)]
RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(60, 2))
COUNTS = RANDOM.poisson(np.exp(X @ [0.8, -0.5])).astype(float)


class Poisson:
    """Counts that grow exponentially with the features: mean(exp(X·w) - y·X·w)."""

    names = ("a", "b")
    key = "poisson"
    data = (X, COUNTS[:, None])

    def value(self, ops, w, X, y):
        score = X @ w
        return ops["mean"](ops["exp"](score) - y * score)

    def by_calculus(self, ops, w, X, y):
        return self.value(ops, w, X, y), X.T @ (np.exp(X @ w) - y) / len(y)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("backend", "mode"), WAYS)
def test_a_loss_of_ones_own_runs_alike_on_every_backend(backend, mode, dtype):
    method = gd.Method(learning_rate=0.2, optimizer="momentum", dtype=dtype)
    mine = descend(Poisson(), [0.0, 0.0], method, 40)
    there = gd.Method(
        learning_rate=0.2, optimizer="momentum", dtype=dtype, backend=backend, mode=mode
    )
    run = descend(Poisson(), {"a": 0.0, "b": 0.0}, there, 40)
    assert run.method == there
    tolerance = 1e-12 if dtype == "float64" else 1e-4
    for part in ("weights", "gradients", "losses"):
        np.testing.assert_allclose(getattr(run, part), getattr(mine, part), atol=tolerance)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam"])
def test_it_ends_where_scikit_learn_ends(optimizer):
    known = PoissonRegressor(alpha=0.0, fit_intercept=False, tol=1e-12, max_iter=1000)
    known.fit(X, COUNTS)
    run = descend(Poisson(), np.zeros(2), gd.Method(optimizer=optimizer), 2000)
    np.testing.assert_allclose(run.weights[-1], known.coef_, rtol=1e-5)


@pytest.mark.parametrize("backend", [one.name for one in installed()])
def test_batches_of_a_loss_of_ones_own_are_the_rows_that_were_named(backend):
    rows = RANDOM.integers(0, len(X), size=(6, 10))
    run = descend(Poisson(), [0.3, 0.1], gd.Method(backend=backend), 5, batches=rows, per_epoch=3)
    for t in range(6):
        part, counts = X[rows[t]], COUNTS[rows[t]]
        slope = part.T @ (np.exp(part @ run.weights[t]) - counts) / 10
        np.testing.assert_allclose(run.gradients[t], slope, rtol=1e-9)
    np.testing.assert_allclose(run.epochs, np.arange(6) / 3)


@pytest.mark.parametrize(
    ("text", "start", "rate"),
    [
        ("w - log(w)", 0.5, 0.3),
        ("w - log(w)", 0.5, 3.0),
        ("w + sqrt(w - 1)", 2.0, 5.0),
        ("-w**2", 0.5, 0.3),
        ("-w", 0.0, 0.1),
        ("exp(w) - w", 1.0, 0.1),
        ("1/w", 1.0, 0.5),
        ("log(w)", -1.0, 0.1),
        ("exp(w**2)", 2.0, 1.0),
    ],
)
def test_of_any_loss_is_told_what_is_told_of_the_same_formula(text, start, rate):
    told = gd.descend(text, {"w": start}, rate, 200).stop
    stop = descend(
        FormulaLoss(gd.parse(text), ("w",)), [start], gd.Method(learning_rate=rate), 200
    ).stop
    assert (stop.kind, stop.step, stop.sentence.key) == (told.kind, told.step, told.sentence.key)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_formulas_and_models_take_the_steps_of_any_loss(optimizer):
    method = gd.Method(learning_rate=0.05, optimizer=optimizer)
    formula = FormulaLoss(gd.parse("(x - 1)**2 + 3*y**2"), ("x", "y"))
    run = gd.descend("(x - 1)**2 + 3*y**2", {"x": -2.0, "y": 1.5}, 0.05, 30, optimizer)
    np.testing.assert_array_equal(run.weights, descend(formula, [-2.0, 1.5], method, 30).weights)
    # The mean squared error of three points, written out as a formula of its two weights.
    fit = gd.fit_linear([[0.0], [1.0], [3.0]], [1.0, 3.0, 2.0], 30, 0.05, optimizer)
    written = "((b - 1)**2 + (w + b - 3)**2 + (3*w + b - 2)**2) / 3"
    same = descend(FormulaLoss(gd.parse(written), ("w", "b")), [0.0, 0.0], method, 30)
    np.testing.assert_allclose(fit.trajectory.weights, same.weights, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("rate", "asked"), [(0.1, False), (0.9, False), (1.5, True), (9.0, True)])
def test_the_largest_stable_rate_is_asked_for_only_where_a_sentence_needs_it(rate, asked):
    calls = []

    def limit():
        calls.append(rate)
        return 1.0

    loss = FormulaLoss(gd.parse("w**2"), ("w",))
    run = descend(loss, [-5.0], gd.Method(learning_rate=rate), 400, limit=limit)
    assert bool(calls) == asked
    assert (run.stop.sentence.key == "stop.above_limit") == asked


@pytest.mark.parametrize(
    "start", [[1.0], [1.0, 2.0, 3.0], "ab", {"a": 1.0}, {"a": 1.0, "b": None}, [[1.0, 2.0]], None]
)
def test_a_start_that_does_not_fit_the_weights_is_refused_with_their_names(start):
    with pytest.raises(gd.Problem, match="b"):
        descend(Poisson(), start, gd.Method())


def test_a_fit_refuses_a_start_of_another_size():
    with pytest.raises(gd.Problem, match="w, b"):
        gd.fit_linear([[0.0], [1.0]], [1.0, 2.0], start=[1.0, 2.0, 3.0])


@pytest.mark.parametrize("backend", [one.name for one in installed()])
def test_every_engine_offers_what_the_protocol_names(backend):
    engine = gd.backends.engine(backend)
    formula = FormulaLoss(gd.parse("x**2*y"), ("x", "y"))
    engine.forget()
    np.testing.assert_allclose(
        engine.hessian(formula, np.array([[3.0], [2.0]]), "float64"), [[4.0, 6.0], [6.0, 0.0]]
    )
    (names,) = engine.recorded([("u", formula.formula.tree)], {"x": 3.0, "y": 2.0})
    assert bool(names) == bool(BACKENDS[backend].records)


def test_a_run_of_which_the_loss_is_not_known_gets_no_verdict():
    with pytest.raises(gd.Problem) as caught:
        gd.verdict(descend(Poisson(), [0.0, 0.0], gd.Method()))
    assert caught.value.say("zh-TW") != caught.value.say("en")
