"""The code of the ways without a framework runs on NumPy alone and prints the court's numbers."""

import subprocess
import sys

import numpy as np
import pytest

import gdcore as gd
from gdcore.court import METHODS
from gdcore.export.ways import method_script
from gdcore.formula import FUNCTIONS
from tests.strategies import TYPED, call_of


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_code_prints_what_the_court_counts(method, dtype):
    scripts, wanted = [], []
    for name in TYPED:
        several = f" - {name}(x, 2)" if FUNCTIONS[name].arity[1] > 2 else ""
        formula = gd.parse(call_of(name, "(x*x)") + several + " + pi*h + sin(2)")
        # h: a variable that a script must not hide behind its own
        at = {"x": FUNCTIONS[name].typical[0] ** 0.5, "h": 0.3}
        scripts.append(method_script(formula, at, method, dtype))
        found = METHODS[method](formula, at, dtype)
        wanted += [(found.value, slope) for slope in found.gradient.values()]
    code = "\n".join(scripts).replace("from __future__ import annotations", "")
    code = "from __future__ import annotations\n" + code
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr[-2000:]
    found = [[float(word) for word in line.split()] for line in answer.stdout.splitlines()]
    exact = 3e-3 if dtype == "float32" else 1e-6
    if method in ("dual", "complex_step"):
        exact = 100 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(found, wanted, rtol=exact, atol=exact)
