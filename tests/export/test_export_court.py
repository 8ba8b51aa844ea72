"""The code of the ways without a framework runs on NumPy alone and prints the court's numbers."""

import subprocess
import sys

import numpy as np
import pytest

import gdcore as gd
from gdcore.court import METHODS
from gdcore.export.ways import method_script
from gdcore.formula import FUNCTIONS

TYPED = [name for name, function in FUNCTIONS.items() if not function.internal]
AT = {"x": 0.6, "h": 0.3}  # a variable that a script must not hide behind its own h


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_code_prints_what_the_court_counts(method, dtype):
    scripts, wanted = [], []
    for name in TYPED:
        several = f"{name}(x*x, h, 0.2) - {name}(x, 2)"
        formula = gd.parse(several if name in ("max", "min") else f"{name}(x*x) + pi*h + sin(2)")
        scripts.append(method_script(formula, AT, method, dtype))
        found = METHODS[method](formula, AT, dtype)
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
