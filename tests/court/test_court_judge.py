"""The judge knows what it does not know: both sides, every scale, and the cause that is named."""

import math

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some

import gdcore as gd
from gdcore.backends import BACKENDS
from gdcore.court import METHODS, bend, cause, curvature, left_out_by, reference, ulps
from gdcore.formula import derivative_latex, latex_number, parse, to_source
from gdcore.words.figures import below
from tests.strategies import everything, lost

HERE = [backend.name for backend in BACKENDS.values() if backend.installed]

FLAT = [
    ("x^3", 0),
    ("(x-1)^3", 1),
    ("x-sin(x)", 0),
    ("x^4", 0),
    ("tanh(x)-x", 0),
    ("x*x*x*x*x", 0),
    ("(x-2)^100", 2),
    ("1-cos(x)^2", 0),
    ("exp(x)-1-x", 0),
    ("sqrt(x^6)", 0),
]


@pytest.mark.parametrize(("text", "at"), FLAT)
def test_where_the_slope_is_zero_it_is_exactly_zero(text, at):
    judge = reference(text, {"x": at})
    assert (judge.kind, judge.gradient["x"]) == ("smooth", 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("text", "at"), FLAT[:6])
def test_an_exact_answer_of_the_complex_step_is_not_called_wrong(text, at, dtype):
    formula, point = parse(text), {"x": float(at)}
    judge, found = reference(formula, point), METHODS["complex_step"](formula, point, dtype)
    allowed = left_out_by("complex_step", dtype, formula, point, found, judge).get("x", 0.0)
    assert allowed < 1e-30
    assert ulps(found.gradient["x"], judge.gradient["x"], dtype, allowed) == 0


@pytest.mark.parametrize("scale", [1e-300, 1e-60, 1e-10, 1.0, 1e10, 1e250])
def test_a_kink_is_a_kink_at_every_scale(scale):
    assert reference(f"{scale!r}*abs(x)", {"x": 0.0}).slopes == ("x", -scale, scale)
    assert reference(f"relu(x - {scale!r})", {"x": scale}).slopes == ("x", 0.0, 1.0)


@pytest.mark.parametrize("place", [1e-300, 1e-60, 1e-10, 1.0, 1e150])
@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("log(x)", lambda x: 1 / x),
        ("sqrt(x)", lambda x: mpmath.sqrt(1 / x) / 2),
        ("1/x", lambda x: -1 / x / x),
        ("x*abs(x)", lambda x: 2 * x),
    ],
)
def test_smooth_is_smooth_at_every_scale(text, slope, place):
    judge = reference(text, {"x": place})
    with mpmath.workdps(60):
        wanted = slope(mpmath.mpf(place))
        if abs(wanted) > np.finfo(float).max:
            assert judge.kind == "overflow"
        else:
            assert abs(judge.gradient["x"] / wanted - 1) < mpmath.mpf("1e-45")


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("relu(x)^2", 0, 2),
        ("x*abs(x)", -2, 2),
        ("relu(x)^2 - 3*relu(-x)^2", -6, 2),
        ("abs(x)*x*5", -10, 10),
        ("cos(x) + relu(x)^2", -1, 1),
    ],
)
def test_curvature_that_jumps_is_none_and_both_sides_are_said(text, left, right):
    assert reference(text, {"x": 0.0}).kind == "smooth"
    found = bend(text, {"x": 0.0})
    assert (found.matrix, found.sides) == (None, ("x", left, right))


@pytest.mark.parametrize(
    ("text", "at", "slope"),
    [
        ("tanh(x)", 1e5, lambda x: mpmath.sech(x) ** 2),
        ("exp(-x^2)", 320.0, None),
        ("sigmoid(x)", -5e4, None),
        ("tanh(x)", -1e300, None),
        ("tanh(exp(exp(9*x)))", 1.0, None),
        ("exp(-exp(exp(x)))", 9.0, None),
        ("1/(1+exp(x))", 1e6, None),
        ("softplus(x)", -1e9, None),
    ],
)
def test_what_saturates_has_a_slope_that_rounds_to_zero(text, at, slope):
    judge = reference(text, {"x": at})
    assert (judge.kind, float(judge.gradient["x"])) == ("smooth", 0.0)
    assert ulps(0.0, judge.gradient["x"], "float64") < 1e-9
    if slope:
        with mpmath.workdps(60):
            assert abs(judge.gradient["x"] / slope(mpmath.mpf(at)) - 1) < mpmath.mpf("1e-45")


@pytest.mark.parametrize(
    ("text", "at", "kind"),
    [
        ("cbrt(x)", 0, "edge"),
        ("sqrt(x)", 0, "edge"),
        ("x^1.5", 0, "edge"),
        ("asin(x)", 1, "edge"),
        ("x^x", 0, "edge"),
        ("abs(x)^0.5", 0, "edge"),
        ("sign(x)", 0, "jump"),
        ("sign(x)^2", 0, "jump"),
        ("acos(cos(x))", 0, "kink"),
        ("sqrt(x^2)", 0, "kink"),
        ("x*sign(x)", 0, "kink"),
        ("(x-1)^(2/3)", 1, "edge"),
        ("1/x", 0, "outside"),
        ("x^-2", 0, "outside"),
        ("x/x", 0, "outside"),
        ("exp(exp(exp(x)))", 100, "overflow"),
        ("x^1e9", 1.5, "overflow"),
        ("cbrt(x^3)", 0, "smooth"),
        ("x*cbrt(x)", 0, "smooth"),
        ("abs(x)^1.5", 0, "smooth"),
        ("abs(sin(x)^2 + cos(x)^2 - 1)", 0.7, "smooth"),
        ("abs(sin(x) - x + x^3/6)", 0, "smooth"),
        ("x", math.inf, "outside"),
    ],
)
def test_every_kind_of_place_is_told_apart(text, at, kind):
    assert reference(text, {"x": float(at)}).kind == kind


@pytest.mark.parametrize(
    ("text", "at", "slope"),
    [
        ("relu(x)-relu(-x)", 0, 1),
        ("abs(x)-abs(x)", 0, 0),
        ("max(x,x,x)", 1, 1),
        ("0^x", 1, 0),
        ("x^(2-2)", 0, 0),
        ("(1+1e-60*x)-1", 1, 1e-60),
        ("(1e300+x)-1e300", 1e-300, 1),
        ("x^100", -1, -100),
        ("sin(x)^2 + cos(x)^2", 0.7, 0),
        ("cbrt(x^3)", 0, 1),
        ("sign(x)*abs(x)", 0, 1),
    ],
)
def test_slopes_known_by_hand(text, at, slope):
    assert float(reference(text, {"x": float(at)}).gradient["x"]) == slope


def test_a_sine_far_out_keeps_its_digits():
    judge = reference("sin(x)", {"x": 1e300})
    with mpmath.workdps(400):
        assert abs(judge.gradient["x"] - mpmath.cos(mpmath.mpf(1e300))) < mpmath.mpf("1e-45")


def test_partial_slopes_that_do_not_fit_together_have_no_curvature():
    # |x+y| − |x−y| has both partial slopes 0 at the origin, and rises by 2|t| along (1, 1).
    assert curvature("abs(x+y) - abs(x-y)", {"x": 0.0, "y": 0.0}) is None


@given(everything(), some.floats(0.2, 2), some.floats(-2, -0.2))
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
def test_the_judge_and_torch_find_the_same_gradient(tree, x, y):
    formula = parse(to_source(tree))
    assume(formula.names)
    at = {name: float(np.float32({"x": x, "y": y}[name])) for name in formula.names}
    judge = reference(formula, at)
    assume(judge.kind == "smooth" and not judge.notes.ties)
    found = gd.differentiate(formula, at, "torch")
    allowed = 50 * lost(formula, at, [float(s) for s in judge.gradient.values()], "float64")
    assume(np.isfinite(allowed))
    for name in at:
        assert abs(found.gradient[name] - float(judge.gradient[name])) <= allowed


@pytest.mark.parametrize("function", ["max", "min"])
@pytest.mark.parametrize("count", range(2, 9))
def test_arguments_that_tie_share_equally_everywhere(function, count):
    names = [f"w{i}" for i in range(count)]
    at = dict.fromkeys(names, 1.5)
    text = f"{function}({', '.join(names)})"
    tensor = torch.full((count,), 1.5, dtype=torch.float64, requires_grad=True)
    (torch.amax if function == "max" else torch.amin)(tensor, 0).backward()
    wanted = dict(zip(names, tensor.grad.tolist(), strict=True))
    answers = [gd.differentiate(text, at, backend) for backend in HERE]
    answers += [METHODS[name](parse(text), at) for name in ("dual", "complex_step")]
    for answer in answers:
        assert answer.gradient == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a^b", {"a": 0.0, "b": 2.0}),
        ("a^b", {"a": 0.0, "b": 1.0}),
        ("a^b", {"a": 0.0, "b": 0.0}),
        ("a^b", {"a": 0.0, "b": 0.5 + 1}),
        ("0^a", {"a": 1.0}),
        ("0^a", {"a": 3.5}),
        ("a^(2-2)", {"a": 0.0}),
        ("a^(b-b)", {"a": 0.0, "b": 2.0}),
        ("(a-1)^b", {"a": 1.0, "b": 3.0}),
    ],
)
def test_powers_of_zero_have_the_slope_that_torch_gives(text, at):
    wanted = gd.differentiate(text, at, "torch").gradient
    assert gd.differentiate(text, at).gradient == wanted
    assert METHODS["dual"](parse(text), at).gradient == wanted


def test_what_does_not_move_is_a_strong_zero():
    for text in ("x + y*sqrt(0)", "x + y*cbrt(0)", "x + y*0^0.5", "x + y*acos(1)"):
        found = METHODS["dual"](parse(text), {"x": 1.0, "y": 2.0}).gradient
        assert found == {"x": 1.0, "y": 0.0}


@pytest.mark.parametrize("n", [2, 3, 7, 100, 101, -3])
@pytest.mark.parametrize("x", [-1.0, -2.0, 0.5])
def test_the_complex_step_multiplies_whole_powers(n, x):
    found = METHODS["complex_step"](parse(f"x^({n})"), {"x": x}).gradient["x"]
    assert found == pytest.approx(n * x ** (n - 1), rel=1e-14)


@pytest.mark.parametrize("x", [-1e5, -800.0, -40.0, 40.0, 800.0, 1e5])
def test_a_sigmoid_far_out_has_a_slope_in_every_way(x):
    for text in ("sigmoid(x)", "softplus(x)", "tanh(x)"):
        judge = reference(text, {"x": x})
        found = METHODS["complex_step"](parse(text), {"x": x}).gradient["x"]
        assert found == pytest.approx(float(judge.gradient["x"]), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("backend", HERE)
@pytest.mark.parametrize("x", [-1e5, -800.0, -300.0, -40.0, -1.0, 0.0, 1.0])
def test_the_curvature_of_softplus_is_known_far_to_the_left(backend, x):
    found = gd.second_derivatives("softplus(x)", {"x": x}, backend)[0, 0]
    assert found == pytest.approx(curvature("softplus(x)", {"x": x})[0, 0], rel=1e-12, abs=0)


# Formula, place, precision: what each cause looks like where calculus misses the slope.
CAUSED = {
    "range": [("log(x)", 1e-60, "float32"), ("x^3", 1e20, "float32"), ("exp(x)", 100, "float32")],
    "tie": [
        ("max(x,2*x,3*x)-relu(2*x)-x", 0, "float64"),
        ("max(x,3*x)-2*relu(x)-x*1", 0, "float32"),
        ("min(0,x,2*x)+relu(-2*x)", 0, "float64"),
    ],
    "hidden_kink": [
        ("relu(x)-relu(-x)", 0, "float64"),
        ("sign(x)*abs(x)", 0, "float64"),
        ("3*relu(x-1)-3*relu(1-x)", 1, "float32"),
    ],
    "zero_infinity": [
        ("x*cbrt(x)", 0, "float64"),
        ("sqrt(x^4)", 0, "float32"),
        ("cbrt(x^3)", 0, "float64"),
        ("abs(x)^0.5*x^2", 0, "float64"),
    ],
    "overflow": [
        ("exp(x)/(1+exp(x))", 800, "float64"),
        ("log(exp(x))", 100, "float32"),
        ("sqrt(x^2+1)", 1e200, "float64"),
        ("tanh(exp(x))", 1000, "float64"),
    ],
    "saturation": [
        ("tanh(x)", 20, "float64"),
        ("sigmoid(x)", 40, "float64"),
        ("sigmoid(10*x)", 2, "float32"),
    ],
    "cancellation": [
        ("(1-cos(x))/x^2", 1e-7, "float64"),
        ("log(1+x)-x", 1e-9, "float64"),
        ("sqrt(x+1)-sqrt(x)", 1e12, "float64"),
        ("1/(1-cos(x))", 1e-9, "float64"),
    ],
    "underflow": [
        ("exp(-x)*exp(700)", 800, "float64"),
        ("(x*1e-200)^2*1e300", 1e-30, "float64"),
        ("exp(-x^2)^0.01", 40, "float64"),
    ],
    "rounding": [
        ("tan(x)", 1.5707, "float32"),
        ("sin(x)", 12345678.9, "float32"),
        ("cos(12345.678*x)", 1.234, "float32"),
    ],
}


@pytest.mark.parametrize(
    ("name", "text", "at", "dtype"),
    [(name, *case) for name, cases in CAUSED.items() for case in cases],
)
def test_the_cause_that_is_named_is_the_cause(name, text, at, dtype):
    formula, point = parse(text), {"x": float(at)}
    judge, found = reference(formula, point), gd.differentiate(formula, point, dtype=dtype)
    assert judge.kind == "smooth"
    assert not ulps(found.gradient["x"], judge.gradient["x"], dtype) <= 4  # NaN is a miss, too
    assert cause(formula, point, found, judge, dtype) == name


def test_a_text_is_judged_as_its_formula_is():
    assert gd.court.reference("x*y", {"x": 2.0, "y": 3.0}).gradient == {"x": 3, "y": 2}
    with pytest.raises(gd.FormulaError):
        gd.court.reference("x*", {"x": 2.0})
    with pytest.raises(gd.Problem):
        gd.court.reference(parse("x*y"), {"x": 2.0})


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (5.18e21, r"5.18\cdot 10^{21}"),
        (-1e-7, r"-1\cdot 10^{-7}"),
        (3.0, "3"),
        (-0.0, "0"),
        (math.inf, r"\infty"),
        (-math.inf, r"-\infty"),
    ],
)
def test_a_number_in_latex_is_a_number(value, shown):
    assert latex_number(value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("5.18e21*x", r"5.18\cdot 10^{21}"),
        ("1e-20*x^3", r"3\cdot 10^{-20} x^{2}"),
        ("1e20^x", r"\left(1\cdot 10^{20}\right)^{x} \ln\left(1\cdot 10^{20}\right)"),
        ("x/4", r"\frac{1}{4}"),
        ("a^x", r"a^{x} \ln\left(a\right)"),
    ],
)
def test_numbers_of_a_derivative_are_numbers(text, shown):
    assert derivative_latex(parse(text), "x") == shown


@given(some.floats(1e-12, 1e12))
def test_a_limit_is_never_rounded_up(value):
    text = below(value).replace("−", "-")
    mantissa, _, power = text.partition("×10")
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    assert float(f"{mantissa}e{power.translate(raised) or 0}") <= value
