"""Exported code runs, and gives the numbers of the screen."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gdcore as gd
from gdcore.backends import BACKENDS
from gdcore.export.scripts import DIALECTS, descend_script, differentiate_script, fit_script
from gdcore.formula import FUNCTIONS, derivative
from tests.strategies import TYPED, call_of

ROOT = Path(__file__).parent.parent.parent


def execute(code: str) -> str:
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert answer.returncode == 0, answer.stderr[-2000:]
    return answer.stdout


def script(text, at, backend, dtype="float64"):
    formula = gd.parse(text)
    partials = tuple(derivative(formula, name) for name in formula.names)
    return differentiate_script(formula, at, backend, dtype, partials)


@pytest.mark.parametrize("backend", [name for name in DIALECTS if BACKENDS[name].installed])
def test_the_code_of_every_framework_gives_its_own_numbers_for_every_function(backend):
    # One process for all functions: the frameworks take seconds to import.
    code, wanted = [], []
    for name in TYPED:
        text = call_of(name, "(x*x)") + " + pi*y + sin(2)"
        at = {"x": FUNCTIONS[name].typical[0] ** 0.5, "y": 0.3}
        code.append(script(text, at, backend))
        exact = gd.differentiate(text, at)
        wanted.append([exact.value, *exact.gradient.values()])
    lines = execute("\n".join(code)).replace("None", "0").splitlines()
    assert len(lines) == 2 * len(TYPED)
    for i, numbers in enumerate(wanted):
        gradient = eval(lines[2 * i + 1], {"array": np.array, "np": np, "float32": "f4"})
        found = [float(lines[2 * i]), *(float(value) for value in gradient)]
        np.testing.assert_allclose(found, numbers, rtol=1e-7, err_msg=TYPED[i])


def test_the_article_code_prints_the_article_number():
    assert "-0.81833154" in execute(script("x * sin(x)**2", {"x": 3.0}, "tensorflow", "float32"))


def test_a_descent_script_repeats_the_run():
    call = {
        "formula": "w**2",
        "start": {"w": -5.0},
        "learning_rate": 0.1,
        "steps": 20,
        "optimizer": "momentum",
        "momentum": 0.5,
    }
    assert f"{gd.descend(**call).losses[-1]:.6f}"[:8] in execute(descend_script(call))


def test_a_regression_script_repeats_the_fit():
    sample = {"n_samples": 50, "n_features": 2, "seed": 4}
    data = gd.datasets.make_regression(**sample)
    fit = gd.fit_linear(data.X, data.y, epochs=30)
    assert f"{fit.intercept_}" in execute(fit_script(sample, {"epochs": 30}))
