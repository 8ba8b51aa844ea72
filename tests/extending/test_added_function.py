"""A function is one record: typed, differentiated, judged, exported, known to every framework."""

import contextlib
import io
import math

import made_up
import mpmath
import numpy as np
import pytest

import gdcore as gd
from gdcore import workers
from gdcore.backends import BACKENDS
from gdcore.court import METHODS, reference
from gdcore.export.scripts import DIALECTS, differentiate_script
from gdcore.export.ways import method_script
from gdcore.formula import FUNCTIONS, derivative, derivative_latex, latex

HERE = [name for name, backend in BACKENDS.items() if backend.installed]
TRUTH = {"gauss": lambda x: mpmath.exp(-x * x), "bump": lambda x: 1 / (1 + x * x)}
PRINTED = {"array": np.array, "np": np}
names = pytest.mark.parametrize("name", TRUTH)


@pytest.fixture(autouse=True, scope="module")
def _added(_workers):
    before = dict(FUNCTIONS)
    made_up.add_functions()
    for backend in BACKENDS.values():
        if backend.worker and backend.installed:
            workers.call(backend.package, made_up.add_functions)
    yield
    FUNCTIONS.clear()
    FUNCTIONS.update(before)


def exact(name, x):
    """Value and slope of x·f(x), from the definition by hand."""
    with mpmath.workdps(60):
        whole = lambda u: u * TRUTH[name](u)  # noqa: E731
        return whole(mpmath.mpf(x)), mpmath.diff(whole, mpmath.mpf(x))


def printed(code):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    return out.getvalue().splitlines()


@names
def test_it_is_typed_and_written(name):
    formula = gd.parse(f"x*{name.upper()}(x)")
    assert formula.source == f"x*{name}(x)"
    assert latex(formula) == r"x \cdot " + FUNCTIONS[name].printed.format("x")
    assert derivative_latex(formula, "x")
    for alias in FUNCTIONS[name].aliases:
        assert gd.parse(f"x*{alias}(x)").source == formula.source


@names
def test_it_is_suggested_to_who_mistypes_it(name):
    with pytest.raises(gd.FormulaError) as caught:
        gd.parse(f"{name}s(x)", ("x",))
    assert name in caught.value.sentence.values["known"].split(", ")


def test_one_that_is_gone_again_is_unknown(monkeypatch):
    monkeypatch.delitem(FUNCTIONS, "gauss")
    with pytest.raises(gd.FormulaError):
        gd.parse("gauss(x)", ("x",))


@names
@pytest.mark.parametrize("backend", HERE)
def test_every_framework_differentiates_it(name, backend):
    for x in (-1.3, 0.2, 2.0):
        value, slope = exact(name, x)
        found = gd.differentiate(f"x*{name}(x)", {"x": x}, backend)
        assert found.value == pytest.approx(float(value), rel=1e-13)
        assert found.gradient["x"] == pytest.approx(float(slope), rel=1e-12)


@names
def test_the_judge_knows_fifty_digits_of_it(name):
    for x in (-1.3, 0.2, 2.0):
        value, slope = exact(name, x)
        found = reference(f"x*{name}(x)", {"x": x})
        assert found.kind == "smooth"
        assert abs(found.value - value) <= mpmath.mpf("1e-45")
        assert abs(found.gradient["x"] - slope) <= mpmath.mpf("1e-28")  # as far as diff goes


@names
@pytest.mark.parametrize("method", METHODS)
def test_every_way_of_the_court_knows_it_and_its_program_prints_the_same(name, method):
    formula, at = gd.parse(f"x*{name}(x)"), {"x": 0.7}
    value, slope = map(float, exact(name, 0.7))
    close = 1e-5 if method in ("central", "forward") else 1e-13
    found = METHODS[method](formula, at)
    assert (found.value, found.gradient["x"]) == pytest.approx((value, slope), rel=close)
    (line,) = printed(method_script(formula, at, method, "float64"))
    assert [float(word) for word in line.split()] == pytest.approx([value, slope], rel=close)


@names
@pytest.mark.parametrize("backend", [name for name in DIALECTS if name in HERE])
def test_its_exported_program_runs(name, backend):
    formula, at = gd.parse(f"x*{name}(x)"), {"x": 0.7}
    partials = tuple(derivative(formula, one) for one in formula.names)
    code = differentiate_script(formula, at, backend, "float64", partials)
    value, gradient = printed(code)
    (slope,) = eval(gradient, PRINTED)
    wanted = tuple(map(float, exact(name, 0.7)))
    # Arrays are printed with eight digits behind the point.
    assert (float(value), float(slope)) == pytest.approx(wanted, rel=1e-12, abs=1e-8)


@pytest.mark.parametrize("backend", HERE)
def test_two_arguments_are_differentiated_by_their_meaning(backend):
    at = {"x": 2.0, "y": -0.5}
    share = 1 / (1 + math.exp(0.5))
    wanted = {"x": share, "y": 2 * share * (1 - share)}
    found = gd.differentiate("blend(x, y)", at, backend)
    assert found.gradient == pytest.approx(wanted, rel=1e-13)
    judge = reference("blend(x, y)", at)
    assert {name: float(slope) for name, slope in judge.gradient.items()} == pytest.approx(wanted)
    assert METHODS["dual"](gd.parse("blend(x, y)"), at).gradient == pytest.approx(wanted)


def test_a_page_descends_on_it_and_every_framework_takes_the_same_steps(open_page, rounding_only):
    page = open_page("single_variable", formula="1 - gauss(w/4)", start="-5", lr="0.9")
    assert not page.app.error
    rounding_only(page.compared())


@names
def test_the_page_that_compares_frameworks_shows_it(open_page, name):
    app = open_page("autodiff", formula=f"x*{name}(x)", tab="code").app
    assert not app.error
    assert name in " ".join(code.value for code in app.code)
