"""One loss, every framework: the same numbers, in the precision that was asked for."""

import numpy as np
import pytest

import gdcore as gd
from gdcore.backends import BACKENDS, DTYPES
from gdcore.formula import FUNCTIONS
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.rules.schedules import SCHEDULES
from tests.strategies import TYPED, call_of

HERE = [name for name, backend in BACKENDS.items() if backend.installed]
WAYS = [(name, mode) for name in HERE for mode in BACKENDS[name].modes or ("graph",)]


def test_numpy_tensorflow_and_torch_are_installed():
    assert {"numpy", "tensorflow", "torch"} <= set(HERE)


@pytest.mark.parametrize("backend", HERE)
def test_the_article_gets_its_printed_derivatives(backend):
    assert gd.differentiate("x*x", {"x": 3.0}, backend, "float32").gradient["x"] == 6.0
    sine = gd.differentiate("x * sin(x)**2", {"x": 3.0}, backend, "float32")
    assert sine.gradient["x"] == pytest.approx(-0.81833154, abs=1.2e-7)


def test_tensorflow_prints_the_article_number_to_the_last_digit():
    sine = gd.differentiate("x * sin(x)**2", {"x": 3.0}, "tensorflow", "float32")
    assert str(np.float32(sine.gradient["x"])) == "-0.81833154"


@pytest.mark.parametrize("backend", HERE)
@pytest.mark.parametrize("name", TYPED)
def test_every_function_has_the_same_slope_on_every_backend(name, backend):
    text = call_of(name)
    for at in FUNCTIONS[name].typical:
        for dtype, tolerance in (("float64", 1e-13), ("float32", 2e-5)):
            exact = gd.differentiate(text, {"x": at})
            found = gd.differentiate(text, {"x": at}, backend, dtype)
            assert found.value == pytest.approx(exact.value, rel=tolerance, abs=tolerance)
            assert found.gradient["x"] == pytest.approx(
                exact.gradient["x"], rel=tolerance, abs=tolerance
            )


@pytest.mark.parametrize("backend", HERE)
@pytest.mark.parametrize("text", ["1/x", "log(-1 - x)", "exp(exp(exp(9 + x)))", "sqrt(x - 1)"])
def test_what_has_no_value_is_a_result_and_no_crash(text, backend):
    found = gd.differentiate(text, {"x": 0.0}, backend)
    assert not np.isfinite([found.value, found.gradient["x"]]).all()


@pytest.mark.parametrize("backend", HERE)
def test_a_formula_without_its_variable_has_slope_zero(backend):
    found = gd.differentiate("2 + 3", {"x": 1.0}, backend)
    assert (found.value, found.gradient["x"]) == (5.0, 0.0)
    run = gd.descend("7", {"w": 1.0}, steps=3, backend=backend)
    assert run.losses.tolist() == [7.0] * 4


@pytest.mark.parametrize(("backend", "mode"), WAYS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_rule_runs_alike_on_every_backend_and_mode(optimizer, backend, mode, dtype):
    settings = {"learning_rate": 0.05, "steps": 40, "optimizer": optimizer, "dtype": dtype}
    mine = gd.descend("(x - 1)**2 + 3*y**2", {"x": -2.0, "y": 1.5}, **settings)
    run = gd.descend(
        "(x - 1)**2 + 3*y**2", {"x": -2.0, "y": 1.5}, backend=backend, mode=mode, **settings
    )
    assert run.weights.dtype == np.dtype(dtype)
    tolerance = 1e-10 if dtype == "float64" else 1e-4
    for part in ("weights", "gradients", "losses"):
        np.testing.assert_allclose(
            getattr(run, part), getattr(mine, part), rtol=tolerance, atol=tolerance
        )


@pytest.mark.parametrize(("backend", "mode"), WAYS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_runs_on_every_backend_and_mode(schedule, backend, mode):
    mine = gd.descend("w**2", {"w": -5.0}, steps=40, schedule=schedule)
    run = gd.descend("w**2", {"w": -5.0}, steps=40, schedule=schedule, backend=backend, mode=mode)
    np.testing.assert_allclose(run.weights, mine.weights, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("backend", "mode"), WAYS)
@pytest.mark.parametrize("batch_size", [None, 20])
def test_regressions_run_alike_on_every_backend_and_mode(batch_size, backend, mode):
    data = gd.datasets.make_regression(n_features=3)
    mine = gd.fit_linear(data.X, data.y, batch_size=batch_size)
    fit = gd.fit_linear(data.X, data.y, batch_size=batch_size, backend=backend, mode=mode)
    np.testing.assert_allclose(fit.weights, mine.weights, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(fit.trajectory.losses, mine.trajectory.losses, rtol=1e-10)


@pytest.mark.parametrize("backend", HERE)
def test_float32_is_computed_in_float32(backend):
    one = gd.differentiate("(x + 1) - x", {"x": 3e8}, backend, "float32")
    assert one.value == 0.0
    assert gd.differentiate("(x + 1) - x", {"x": 3e8}, backend, "float64").value == 1.0


def test_importing_the_library_imports_no_framework():
    import subprocess
    import sys

    heavy = "('tensorflow', 'torch', 'jax', 'streamlit', 'pandas', 'sklearn')"
    code = f"import sys, gdcore; print([m for m in {heavy} if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
