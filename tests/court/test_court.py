"""The gradient court: every way to a derivative against fifty digits, and what the judge sees."""

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some

import gdcore as gd
from gdcore.backends import DTYPES
from gdcore.court import (
    EXACT,
    METHODS,
    Dual,
    best_h,
    central,
    complex_step,
    curvature,
    domain_edge,
    dual,
    errors_by_step,
    forward,
    reference,
    ulps,
)
from gdcore.formula import evaluate, to_source
from tests.strategies import PLACES, TYPED, call_of, everything, lost, trees


@pytest.mark.parametrize(("name", "at"), PLACES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_way_knows_every_function(name, at, dtype):
    formula = gd.parse(call_of(name))
    judge = reference(formula, {"x": at})
    assert judge.kind == "smooth"
    eps = np.finfo(dtype).eps
    allowed = {
        "dual": 40 * eps,
        "complex_step": 40 * eps,
        "central": 40 * eps ** (2 / 3),
        "forward": 40 * eps**0.5,
    }
    exact = float(judge.gradient["x"])
    for method, tolerance in allowed.items():
        found = METHODS[method](formula, {"x": at}, dtype)
        assert abs(found.gradient["x"] - exact) <= tolerance * (1 + abs(exact)), method
        assert abs(found.value - float(judge.value)) <= 8 * eps * (1 + abs(found.value))


@given(trees(), some.floats(0.2, 2), some.floats(-2, -0.2))
@settings(max_examples=200, deadline=None)
def test_random_formulas_get_the_gradient_that_fifty_digits_give(tree, x, y):
    formula = gd.parse(to_source(tree))
    assume(formula.names)
    at = {name: {"x": x, "y": y}[name] for name in formula.names}
    judge = reference(formula, at)
    assume(judge.kind == "smooth")
    exact = {name: float(slope) for name, slope in judge.gradient.items()}
    size = 1 + abs(float(judge.value)) + sum(map(abs, exact.values()))
    assume(size < 1e6)
    for way in (gd.differentiate, dual):
        found = way(formula, at)
        for name in at:
            # What cancels on the way is lost to every way that counts in float64.
            assert abs(found.gradient[name] - exact[name]) <= 1e-6 * size


def truncation(formula, at, name, h, order):
    """What a difference quotient leaves out: its first Taylor term, at its worst within h.

    Infinite where there is a kink within h: the slope changes more than the curvature explains.
    """
    with mpmath.workdps(30):

        def along(x):
            return evaluate(formula, EXACT, {**at, name: x})

        def worst(n):
            return max(float(abs(mpmath.diff(along, at[name] + s * h, n))) for s in (-1, 0, 1))

        try:
            ends = [mpmath.diff(along, at[name] + side * h) for side in (-1, 1)]
            if abs(ends[1] - ends[0]) > 4 * h * worst(2) + 1e-9 * (1 + abs(ends[0])):
                return np.inf
            return worst(order + 1) * h**order
        except (ArithmeticError, ValueError):
            return np.inf


@given(everything(), some.floats(0.2, 2), some.floats(-2, -0.2), some.sampled_from(DTYPES))
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
def test_every_column_is_as_exact_as_its_method_allows(tree, x, y, dtype):
    formula = gd.parse(to_source(tree))
    assume(formula.names)
    at = {name: float(np.float32({"x": x, "y": y}[name])) for name in formula.names}
    judge = reference(formula, at)
    assume(judge.kind == "smooth")
    exact = {name: float(slope) for name, slope in judge.gradient.items()}
    allowed = lost(formula, at, exact.values(), dtype)
    assume(np.isfinite(allowed) and allowed < 1e-2)
    found = {b: gd.differentiate(formula, at, b, dtype) for b in ("numpy", "tensorflow", "torch")}
    found |= {name: method(formula, at, dtype) for name, method in METHODS.items()}
    for name, slope in exact.items():
        for way in ("numpy", "tensorflow", "torch", "dual", "complex_step"):
            assert abs(found[way].gradient[name] - slope) <= 50 * allowed, way
        gap = abs(found["tensorflow"].gradient[name] - found["torch"].gradient[name])
        assert gap <= 50 * allowed
        for way, order in (("forward", 1), ("central", 2)):
            # Truncation is of order h or h², rounding of order ε/h; kinks within h are left out.
            h = best_h(dtype, order)
            cut = truncation(formula, at, name, h, order)
            assume(np.isfinite(cut))
            assert abs(found[way].gradient[name] - slope) <= 50 * (cut + allowed / h), way


# SymPy's own names, where they differ from ours.
SYMPY = {
    "ln": sympy.log,
    "abs": sympy.Abs,
    "max": sympy.Max,
    "min": sympy.Min,
    "step": sympy.Heaviside,
    "log2": lambda x: sympy.log(x, 2),
    "log10": lambda x: sympy.log(x, 10),
    "cbrt": lambda x: sympy.sign(x) * sympy.Abs(x) ** sympy.Rational(1, 3),
    "relu": lambda x: sympy.Max(x, 0),
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "exp2": lambda x: 2**x,
    "expm1": lambda x: sympy.exp(x) - 1,
    "log1p": lambda x: sympy.log(1 + x),
    "hypot": lambda x, y: sympy.sqrt(x**2 + y**2),
    "heaviside": lambda x: (1 + sympy.sign(x)) / 2,
    "silu": lambda x: x / (1 + sympy.exp(-x)),
    "gelu": lambda x: x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
    "constant": sympy.Rational,
}


@given(everything(), some.floats(0.2, 2), some.floats(-2, -0.2))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
def test_calculus_finds_the_derivative_that_sympy_finds(tree, x, y):
    formula = gd.parse(to_source(tree))
    assume(formula.names)
    at = {name: float(np.float32({"x": x, "y": y}[name])) for name in formula.names}
    assume(reference(formula, at).kind == "smooth")
    symbols = {name: sympy.Symbol(name, real=True) for name in at}
    ops = {name: SYMPY.get(name) or getattr(sympy, name) for name in TYPED} | SYMPY
    theirs = evaluate(formula, ops, symbols)
    point = {symbols[name]: sympy.Rational(value) for name, value in at.items()}
    ours = gd.differentiate(formula, at)
    allowed = 50 * lost(formula, at, ours.gradient.values(), "float64")
    for name in at:
        exact = sympy.diff(theirs, symbols[name]).subs(point).evalf(30)
        assert abs(ours.gradient[name] - float(exact)) <= allowed


@pytest.mark.parametrize("method", METHODS)
def test_the_articles_formulas_come_out(method):
    assert METHODS[method](gd.parse("x*x"), {"x": 3.0}).gradient["x"] == pytest.approx(6, rel=1e-7)
    found = METHODS[method](gd.parse("x*sin(x)**2"), {"x": 3.0}).gradient["x"]
    assert found == pytest.approx(-0.81833163, rel=1e-6)


def test_the_fifty_digits_are_right():
    judge = reference(gd.parse("x*sin(x)**2"), {"x": 3.0})
    with mpmath.workdps(60):
        wanted = mpmath.sin(3) ** 2 + 6 * mpmath.sin(3) * mpmath.cos(3)
        assert abs(judge.gradient["x"] - wanted) < mpmath.mpf("1e-45")


@pytest.mark.parametrize(
    ("text", "at", "kind"),
    [
        ("abs(x)", 0.0, "kink"),
        ("relu(x)", 0.0, "kink"),
        ("max(x, 1)", 1.0, "kink"),
        ("abs(x)", 1e-9, "smooth"),
        ("x*abs(x)", 0.0, "smooth"),
        ("sqrt(x)", 0.0, "edge"),
        ("cbrt(x)", 0.0, "edge"),
        ("log(x)", -1.0, "outside"),
        ("1/x", 0.0, "outside"),
        ("asin(x)", 2.0, "outside"),
        ("x**0.5", -1.0, "outside"),
        ("exp(exp(exp(9*x)))", 1.0, "overflow"),
        ("exp(1000*x)", 1.0, "overflow"),
        ("9**9**x", 9.0, "overflow"),
        ("tanh(exp(exp(9*x)))", 1.0, "smooth"),
    ],
)
def test_the_judge_sees_what_kind_of_place_it_is(text, at, kind):
    assert reference(gd.parse(text), {"x": at}).kind == kind


def test_the_curvature_of_fifty_digits_survives_cancellation():
    formula = gd.parse("(1-cos(x))/x**2")
    assert curvature(formula, {"x": 1e-7})[0, 0] == pytest.approx(-1 / 12, rel=1e-9)
    assert abs(gd.second_derivatives(formula, {"x": 1e-7})[0, 0]) > 1e3  # what float64 makes of it


@pytest.mark.parametrize("text", ["x*sin(x)**2", "x**2*y + exp(-y)", "x*y*z - sin(x*z)"])
def test_the_curvature_of_fifty_digits_is_that_of_calculus(text):
    formula = gd.parse(text)
    at = dict(zip(formula.names, (0.7, -1.2, 2.0), strict=False))
    np.testing.assert_allclose(
        curvature(formula, at), gd.second_derivatives(formula, at), rtol=1e-12, atol=1e-14
    )


def test_a_steep_slope_is_no_missing_one():
    assert reference(gd.parse("tan(x)"), {"x": float(np.pi / 2)}).kind == "smooth"
    assert reference(gd.parse("sqrt(x)"), {"x": 1e-30}).kind == "smooth"


def test_at_a_kink_the_judge_names_both_slopes():
    assert reference(gd.parse("3*abs(x)"), {"x": 0.0}).slopes == ("x", -3.0, 3.0)


def test_an_error_is_counted_in_units_in_the_last_place():
    one = mpmath.mpf(1)
    assert ulps(1.0, one, "float64") == 0
    assert ulps(1 + 3 * 2**-52, one, "float64") == 3
    assert ulps(1 + 2**-22, one, "float32") == 2
    assert ulps(np.nan, one, "float64") == np.inf


@pytest.mark.parametrize(
    ("text", "at", "edge"),
    [("log(x)", -1.0, 0.0), ("sqrt(x - 2)", 1.0, 2.0), ("asin(x)", 3.0, 1.0)],
)
def test_outside_the_domain_its_edge_is_found(text, at, edge):
    found = domain_edge(gd.parse(text), {"x": at}, "x")
    assert found == pytest.approx(edge, abs=1e-9)


def test_a_difference_is_best_near_the_step_that_theory_foretells():
    formula, at = gd.parse("exp(x)*sin(x)"), {"x": 0.7}
    exact = reference(formula, at).gradient["x"]
    columns = errors_by_step(formula, at, "x", exact)
    for dtype in ("float32", "float64"):
        eps = np.finfo(dtype).eps
        for method, root in (("forward", 2), ("central", 3)):
            rows = [
                (error, h)
                for m, d, h, error in zip(*columns.values(), strict=True)
                if (m, d) == (method, dtype) and np.isfinite(error)
            ]
            best = min(rows)[1]
            assert 1 / 60 < best / eps ** (1 / root) < 60


def test_the_complex_step_never_runs_out_of_digits():
    formula, at = gd.parse("exp(x)*sin(x)"), {"x": 0.7}
    exact = float(reference(formula, at).gradient["x"])
    for h in (1e-10, 1e-20, 1e-100):
        assert complex_step(formula, at, h=h).gradient["x"] == pytest.approx(exact, rel=1e-15)
    assert abs(forward(formula, at, h=1e-15).gradient["x"] / exact - 1) > 1e-3
    assert abs(central(formula, at, h=1e-15).gradient["x"] / exact - 1) > 1e-3


@given(*[some.floats(0.5, 3) for _ in range(4)])
def test_dual_numbers_obey_the_rules_of_calculus(a, b, c, d):
    u, v = Dual(np.float64(a), np.float64(b)), Dual(np.float64(c), np.float64(d))
    assert (u * v / v).slope == pytest.approx(u.slope, abs=1e-12)
    assert (u**v).slope == pytest.approx(a**c * (d * np.log(a) + c * b / a))
    assert (u - u).slope == 0 and (-u + u).slope == 0


def test_where_there_is_no_value_no_way_claims_a_slope():
    for method in METHODS.values():
        assert np.isnan(method(gd.parse("log(x)"), {"x": -1.0}).gradient["x"])


@pytest.mark.parametrize("backend", ["numpy", "tensorflow", "torch"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("x*sin(x)**2", {"x": 3.0}),
        ("(1 - x)**2 + 100*(y - x**2)**2", {"x": -1.2, "y": 1.0}),
        ("sigmoid(w*x + b)", {"w": 1.0, "x": 2.0, "b": -0.5}),
        ("x + 2*y", {"x": 1.0, "y": 1.0}),
    ],
)
def test_every_framework_finds_the_curvature(backend, dtype, text, at):
    formula = gd.parse(text)
    found = gd.second_derivatives(formula, at, backend, dtype)
    names = list(at)
    with mpmath.workdps(40):
        for i, first in enumerate(names):
            for j, second in enumerate(names):
                order = tuple((name == first) + (name == second) for name in names)

                def value(*x):
                    return evaluate(formula, EXACT, dict(zip(names, x, strict=True)))

                exact = mpmath.diff(value, tuple(at.values()), order)
                tolerance = 200 * np.finfo(dtype).eps * (1 + abs(float(exact)))
                assert abs(float(found[i, j]) - float(exact)) <= tolerance
