"""A function of formulas: typed, differentiated, written, exported, computed by every framework."""

import contextlib
import io
import math

import made_up
import numpy as np
import pytest
from jinja2 import FunctionLoader

import gdcore as gd
from gdcore import workers
from gdcore.backends import BACKENDS
from gdcore.backends.numpy_ import FUNCTIONS as IN_NUMPY
from gdcore.export.environment import environment
from gdcore.export.scripts import DIALECTS, differentiate_script
from gdcore.formula import FUNCTIONS, derivative, latex

HELPER = """
{% if "gauss" in lacking %}


def gauss(x):
    return exp(-x * x)
{% endif %}
"""


@pytest.fixture(autouse=True, scope="module")
def _added(_workers):
    made_up.add_function("numpy")
    for backend in BACKENDS.values():
        if backend.worker and backend.installed:
            workers.call(backend.package, made_up.add_function, backend.name)
    yield
    del FUNCTIONS["gauss"], IN_NUMPY["gauss"]


@pytest.fixture
def helpers(monkeypatch):
    """A definition of it at the end of each framework's file in `templates/helpers/`."""
    made, shipped = environment(), environment().loader

    def read(name):
        text, *_ = shipped.get_source(made, name)
        framework = name.removeprefix("helpers/").removesuffix(".py.j2")
        if framework not in DIALECTS or not name.startswith("helpers/"):
            return text
        exp = DIALECTS[framework].functions["exp"]
        return text + HELPER.replace("exp", exp)

    monkeypatch.setattr(made, "loader", FunctionLoader(read))
    made.cache.clear()
    yield
    made.cache.clear()


def test_it_is_typed_differentiated_and_written():
    found = gd.differentiate("x * gauss(2*x)", {"x": 0.7})
    bell = math.exp(-1.96)
    assert found.value == pytest.approx(0.7 * bell, rel=1e-14)
    assert found.gradient["x"] == pytest.approx(bell * (1 - 8 * 0.49), rel=1e-13)
    assert r"\operatorname{gauss}\left(x\right)" in latex(gd.parse("gauss(x)"))


def test_a_page_descends_on_it_and_every_framework_takes_the_same_steps(open_page, rounding_only):
    page = open_page("single_variable", formula="1 - gauss(w/4)", start="-5", lr="0.9")
    assert not page.app.error
    rounding_only(page.compared())


@pytest.mark.usefixtures("helpers")
def test_its_exported_program_runs():
    formula, at = gd.parse("x * gauss(2*x)"), {"x": 0.7}
    partials = tuple(derivative(formula, name) for name in formula.names)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(differentiate_script(formula, at, "numpy", "float64", partials), {})
    value, gradient = printed.getvalue().splitlines()
    expected = gd.differentiate(formula, at)
    assert float(value) == pytest.approx(expected.value, rel=1e-14)
    (slope,) = eval(gradient, {"np": np})
    assert slope == pytest.approx(expected.gradient["x"], rel=1e-13)
