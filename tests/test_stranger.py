"""Who adds one record finds it everywhere: typed, differentiated, judged, exported, in menus."""

import subprocess
import sys
from pathlib import Path

import mpmath
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import gdcore as gd
from gdcore import workers
from gdcore.backends import BACKENDS
from gdcore.court import METHODS, reference
from gdcore.descent import narrate
from gdcore.export.scripts import DIALECTS, differentiate_script
from gdcore.export.ways import method_script
from gdcore.formula import FUNCTIONS, derivative, derivative_latex, latex, parse
from gdcore.formula.operation import Operation
from gdcore.formula.tree import TWO, call, div, mul, neg, power
from gdcore.rules import generic
from gdcore.rules.optimizers import OPTIMIZERS, Optimizer

ROOT = Path(__file__).parent.parent
HERE = [name for name, backend in BACKENDS.items() if backend.installed]
WAYS = [(name, mode) for name in HERE for mode in BACKENDS[name].modes or ("graph",)]

# One that is written in functions that exist: nothing else is needed.
MADE_OF_OTHERS = Operation(
    name="wobble",
    meaning=lambda x: mul(call("sin", mul(TWO, x)), call("exp", neg(div(x, TWO)))),
    aliases=("wob",),
)
# One that is new to every engine: its words and its slope.
NEW = Operation(
    name="bump",
    latex=r"\beta\left({0}\right)",
    words={
        "numpy": "1 / (1 + x**2)",
        "torch": "1 / (1 + x**2)",
        "tensorflow": "1 / (1 + x**2)",
        "jax": "1 / (1 + x**2)",
        "mpmath": "1 / (1 + x**2)",
    },
    slopes=lambda x: (neg(mul(mul(TWO, x), power(call("bump", x), TWO))),),
)
TRUTH = {
    "wobble": lambda x: mpmath.sin(2 * x) * mpmath.exp(-x / 2),
    "bump": lambda x: 1 / (1 + x * x),
}
RECORDS = [MADE_OF_OTHERS, NEW]


@pytest.fixture(scope="module", autouse=True)
def _end_workers():
    yield
    workers.stop("torch")
    workers.stop("tensorflow")


@pytest.fixture(params=RECORDS, ids=lambda record: record.name)
def record(request, monkeypatch):
    monkeypatch.setitem(FUNCTIONS, request.param.name, request.param)
    return request.param


def exact(name, x):
    with mpmath.workdps(60):
        return TRUTH[name](mpmath.mpf(x)), mpmath.diff(TRUTH[name], mpmath.mpf(x))


def test_a_function_can_be_typed_and_is_printed(record):
    formula = parse(f"x*{record.name.upper()}(x)")
    assert formula.source == f"x*{record.name}(x)"
    assert latex(formula) == r"x \cdot " + record.printed.format("x")
    assert derivative_latex(formula, "x")
    for alias in record.aliases:
        assert parse(f"x*{alias}(x)").source == formula.source


def test_a_function_is_suggested_to_who_mistypes_it(record):
    with pytest.raises(gd.FormulaError) as caught:
        parse(f"{record.name}s(x)", ("x",))
    assert record.name in caught.value.sentence.values["known"].split(", ")


def test_a_function_that_is_gone_again_is_unknown():
    with pytest.raises(gd.FormulaError):
        parse("wobble(x)", ("x",))


@pytest.mark.parametrize("backend", HERE)
def test_every_framework_differentiates_it(record, backend):
    for x in (-1.3, 0.2, 2.0):
        value, slope = exact(record.name, x)
        found = gd.differentiate(f"{record.name}(x)", {"x": x}, backend)
        assert found.value == pytest.approx(float(value), rel=1e-13)
        assert found.gradient["x"] == pytest.approx(float(slope), rel=1e-12)


def test_the_judge_knows_fifty_digits_of_it(record):
    for x in (-1.3, 0.2, 2.0):
        value, slope = exact(record.name, x)
        found = reference(f"{record.name}(x)", {"x": x})
        assert found.kind == "smooth"
        assert abs(found.value - value) <= mpmath.mpf("1e-45")
        assert abs(found.gradient["x"] - slope) <= mpmath.mpf("1e-28")  # as far as diff goes


@pytest.mark.parametrize("method", METHODS)
def test_every_way_of_the_court_knows_it(record, method):
    found = METHODS[method](parse(f"{record.name}(x)**2"), {"x": 0.7})
    with mpmath.workdps(40):
        slope = mpmath.diff(lambda x: TRUTH[record.name](x) ** 2, mpmath.mpf(0.7))
    rel = 1e-6 if method in ("central", "forward") else 1e-13
    assert found.gradient["x"] == pytest.approx(float(slope), rel=rel)


def test_every_exported_script_prints_its_slope(record):
    formula, at = parse(f"{record.name}(x)*x"), {"x": 0.7}
    with mpmath.workdps(40):
        wanted = float(mpmath.diff(lambda x: TRUTH[record.name](x) * x, mpmath.mpf(0.7)))
    partials = tuple(derivative(formula, name) for name in formula.names)
    codes = [
        differentiate_script(formula, at, backend, "float64", partials)
        for backend in DIALECTS
        if BACKENDS[backend].installed
    ]
    codes += [method_script(formula, at, method, "float64") for method in METHODS]
    for code in codes:
        answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr[-1000:]
        last = answer.stdout.split()[-1].strip("[]()").removeprefix("np.float64(")
        last = last.removeprefix("array(").removesuffix(",")
        assert float(last) == pytest.approx(wanted, rel=1e-6)


def test_two_arguments_are_differentiated_by_their_meaning(monkeypatch):
    both = Operation(name="blend", arity=(2, 2), meaning=lambda x, y: mul(x, call("sigmoid", y)))
    monkeypatch.setitem(FUNCTIONS, "blend", both)
    at = {"x": 2.0, "y": -0.5}
    for backend in HERE:
        found = gd.differentiate("blend(x, y)", at, backend)
        wanted = gd.differentiate("x*sigmoid(y)", at)
        assert found.gradient == pytest.approx(wanted.gradient, rel=1e-13)
    assert reference("blend(x, y)", at).kind == "smooth"
    assert METHODS["dual"](parse("blend(x, y)"), at).gradient == pytest.approx(wanted.gradient)


# A rule in signs: it uses all that a rule may use.


def _signed(w, g, rate, step, state, share):
    calm = generic.max(generic.min(g, 1.0), -1.0)
    m = share * state[0] + (1 - share) * calm
    return w - rate * (generic.sign(m) + m), (m,)


SIGNED = Optimizer(
    name="signed",
    title="Signed",
    hyperparameters=tuple(k for k in OPTIMIZERS["adam"].hyperparameters if k.name == "beta1"),
    state_symbols=("m",),
    init=lambda w: (w * 0.0,),
    update=lambda w, g, rate, step, state, beta1: _signed(w, g, rate, step, state, beta1),
    latex=(r"m = \beta_1 m + (1 - \beta_1)\,\operatorname{clip}(g)",),
    source="made up",
    velocity=0,
)


@pytest.fixture
def rule(monkeypatch):
    monkeypatch.setitem(OPTIMIZERS, SIGNED.name, SIGNED)
    return SIGNED


def walked(steps, rate, w, share):
    """The made-up rule on w², by hand."""
    path, m = [w], 0.0
    for _ in range(steps):
        m = share * m + (1 - share) * float(np.clip(2 * w, -1, 1))
        w -= rate * (np.sign(m) + m)
        path.append(w)
    return np.array(path)


@pytest.mark.parametrize(("backend", "mode"), WAYS)
def test_a_rule_runs_in_every_framework_and_mode(rule, backend, mode):
    settings = {"optimizer": rule.name, "backend": backend, "mode": mode}
    run = gd.descend("w**2", {"w": -5.0}, 0.0317, 60, **settings)
    np.testing.assert_allclose(run.weights[:, 0], walked(60, 0.0317, -5.0, 0.9), rtol=1e-10)


def test_a_rules_steps_are_told_in_numbers(rule):
    run = gd.descend("w**2", {"w": -5.0}, 0.1, 3, optimizer=rule.name)
    memory, step = narrate.lines(run, [0])[0]
    assert "max(min(−10, 1), −1)" in memory
    assert "sign(−0.1)" in step


@pytest.mark.parametrize("page", ["single_variable", "simple_regression", "landscapes"])
def test_a_rule_stands_in_the_menus(rule, page):
    key = "optimizers" if page == "landscapes" else "optimizer"
    app = AppTest.from_file(str(ROOT / f"pages/{page}.py"), default_timeout=90)
    app.query_params[key] = rule.name
    app.run()
    assert not app.exception
    menus = [*app.selectbox, *app.multiselect]
    assert any(rule.title in menu.options for menu in menus)
    chosen = [menu.value for menu in menus if rule.title in menu.options]
    assert rule.name in chosen or [rule.name] in chosen


def test_the_page_that_compares_frameworks_shows_a_new_function(record):
    app = AppTest.from_file(str(ROOT / "pages/autodiff.py"), default_timeout=90)
    app.query_params["formula"] = f"x*{record.name}(x)"
    app.run()
    assert not app.exception
    assert not app.error
    printed = " ".join(code.value for code in app.code)
    assert record.name in printed
