"""One record per operation: what runs, what is exported and what is judged come from it."""

import importlib

import mpmath
import numpy as np
import pytest

import gdcore as gd
from gdcore.backends import BACKENDS
from gdcore.court import EXACT, reference
from gdcore.formula import FUNCTIONS, evaluate, latex, parse
from gdcore.formula.engines import NUMPY, definitions, spelling, word
from gdcore.formula.functions import ALIASES
from tests.strategies import PLACES, TYPED, call_of

HERE = [name for name, backend in BACKENDS.items() if backend.installed]
SAMPLE = np.concatenate(
    [
        np.random.default_rng(0).normal(size=200) * np.geomspace(1e-12, 50, 200),
        [0.0, 1.0, -1.0, 0.5, 88.0, -88.0, 710.0, -710.0, 1e150, np.inf, -np.inf, np.nan],
    ]
)


def arguments(name, dtype):
    """Every function's arguments: the sample, turned round for each further one."""
    count = FUNCTIONS[name].arity[0]
    with np.errstate(over="ignore"):
        return [np.roll(SAMPLE, 7 * i).astype(dtype) for i in range(count)]


def exported(name, backend):
    """The function as an exported script defines or calls it, executed."""
    called = spelling(backend)[name]
    lines = [one.source for one in definitions(backend, [f"{called}()"])]
    roots = {"tensorflow": "tf", "jax": "jnp"}
    space = {**NUMPY, roots.get(backend, backend): importlib.import_module(backend)}
    if "scipy" in called + "".join(lines):
        exec("import scipy.special", space)
    exec("\n".join(lines), space)
    return eval(called, space)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("backend", [name for name in HERE if name != "jax"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_exported_is_what_runs_bit_for_bit(name, backend, dtype):
    ops = BACKENDS[backend].module.operations(dtype)
    make = {"numpy": np.asarray, "torch": "from_numpy", "tensorflow": "constant"}[backend]
    if isinstance(make, str):
        make = getattr(importlib.import_module(backend), make)
    values = [make(array) for array in arguments(name, dtype)]
    with np.errstate(all="ignore"):
        runs, taken = np.asarray(ops[name](*values)), np.asarray(exported(name, backend)(*values))
    assert runs.dtype == taken.dtype == np.dtype(dtype)
    assert runs.tobytes() == taken.tobytes()


@pytest.mark.parametrize("backend", ["numpy", "tensorflow", "torch", "jax", "complex"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_record_has_words_for_every_engine(name, backend):
    assert word(FUNCTIONS[name], backend)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_record_has_a_derivative_and_fifty_digits(name):
    record = FUNCTIONS[name]
    assert record.slopes or record.meaning
    assert name in EXACT or record.meaning
    assert record.printed.count("{") == record.printed.count("}")


def test_no_two_names_mean_different_functions():
    names = [*FUNCTIONS, *(alias for record in FUNCTIONS.values() for alias in record.aliases)]
    assert len(names) == len(set(names))
    for alias, name in ALIASES.items():
        least = FUNCTIONS[name].arity[0]
        inside = ", ".join("xyz"[:least])
        assert parse(f"{alias}({inside})").source == f"{name}({inside})"


# By hand, from the definitions in textbooks; none of them the records' own words.
BY_HAND = {
    "sec": lambda x: 1 / mpmath.cos(x),
    "csc": lambda x: 1 / mpmath.sin(x),
    "cot": lambda x: mpmath.cos(x) / mpmath.sin(x),
    "sech": lambda x: 2 / (mpmath.exp(x) + mpmath.exp(-x)),
    "csch": lambda x: 2 / (mpmath.exp(x) - mpmath.exp(-x)),
    "coth": lambda x: (mpmath.exp(2 * x) + 1) / (mpmath.exp(2 * x) - 1),
    "asinh": lambda x: mpmath.log(x + mpmath.sqrt(x * x + 1)),
    "acosh": lambda x: mpmath.log(x + mpmath.sqrt(x * x - 1)),
    "atanh": lambda x: mpmath.log((1 + x) / (1 - x)) / 2,
    "exp2": lambda x: mpmath.exp(x * mpmath.log(2)),
    "expm1": lambda x: mpmath.exp(x) - 1,
    "log1p": lambda x: mpmath.log(1 + x),
    "hypot": lambda x, y: mpmath.sqrt(x * x + y * y),
    "atan2": lambda y, x: mpmath.arg(mpmath.mpc(x, y)),
    "erf": lambda x: 2 / mpmath.sqrt(mpmath.pi) * mpmath.quad(lambda t: mpmath.exp(-t * t), [0, x]),
    "erfc": lambda x: 1 - BY_HAND["erf"](x),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * (1 + BY_HAND["erf"](x / mpmath.sqrt(2))) / 2,
    "heaviside": lambda x: mpmath.mpf(1 if x > 0 else 0),
}


@pytest.mark.parametrize(("name", "at"), [place for place in PLACES if place[0] in BY_HAND])
def test_the_judge_knows_forty_digits_of_every_newer_function(name, at):
    found = reference(parse(call_of(name)), {"x": at})
    assert found.kind == "smooth"
    with mpmath.workdps(80):
        rest = [mpmath.mpf(0.7)] * (FUNCTIONS[name].arity[0] - 1)
        exact, h = mpmath.mpf(at), mpmath.mpf("1e-25")
        value = BY_HAND[name](exact, *rest)
        slope = mpmath.diff(lambda x: BY_HAND[name](x, *rest), exact, h=h)
        assert abs(found.value - value) <= mpmath.mpf("1e-40") * abs(value)
        assert abs(found.gradient["x"] - slope) <= mpmath.mpf("1e-24") * (1 + abs(slope))


PLACES_OF_THEIR_OWN = [
    ("acosh(x)", {"x": 1.0}, "edge"),
    ("acosh(x)", {"x": 0.99}, "outside"),
    ("acosh(1 + x^2)", {"x": 0.0}, "kink"),
    ("atanh(x)", {"x": -1.0}, "outside"),
    ("log1p(x)", {"x": -1.0}, "outside"),
    ("csc(x)", {"x": 0.0}, "outside"),
    ("coth(x)", {"x": 0.0}, "outside"),
    ("heaviside(x)", {"x": 0.0}, "jump"),
    ("hypot(x, y)", {"x": 0.0, "y": 0.0}, "kink"),
    ("hypot(x, y)", {"x": 0.0, "y": 2.0}, "smooth"),
    ("atan2(y, x)", {"x": -1.0, "y": 0.0}, "jump"),
    ("atan2(y, x)", {"x": 0.0, "y": -2.0}, "smooth"),
    ("atan2(y, x)", {"x": 0.0, "y": 0.0}, "jump"),
    ("erf(x)", {"x": 1e200}, "smooth"),
    ("erfc(x)", {"x": -1e200}, "smooth"),
    ("gelu(x)", {"x": -1e200}, "smooth"),
    ("expm1(x)", {"x": 1e-300}, "smooth"),
]


@pytest.mark.parametrize(("text", "at", "kind"), PLACES_OF_THEIR_OWN)
def test_the_judge_knows_where_a_function_has_no_slope(text, at, kind):
    assert reference(parse(text), at).kind == kind


# (function, point, value, slope), from mpmath at 60 digits.
FAR_OUT = [
    ("gelu", -30.0, "-1.4720141781444647e-196", "-4.416031690708488e-195"),
    ("silu", -700.0, "-6.901773580631844e-302", "-6.891913904088084e-302"),
    ("sech", 700.0, "1.9719352000e-304", "-1.9719352000e-304"),
    ("csch", -700.0, "-1.9719352000e-304", "-1.9719352000e-304"),
    ("erfc", 20.0, "5.395865611607901e-176", "-2.1609906895e-174"),
    ("asinh", -1e10, "-23.718998110500402", "1e-10"),
    ("log1p", 1e-12, "9.999999999995e-13", "0.999999999999"),
    ("expm1", -1e-12, "-9.999999999995e-13", "0.999999999999"),
]


@pytest.mark.parametrize("backend", HERE)
@pytest.mark.parametrize(("name", "at", "value", "slope"), FAR_OUT)
def test_digits_are_kept_far_out_in_every_framework(name, at, value, slope, backend):
    found = gd.differentiate(f"{name}(x)", {"x": at}, backend)
    assert found.value == pytest.approx(float(value), rel=1e-9)
    assert found.gradient["x"] == pytest.approx(float(slope), rel=1e-8)


@pytest.mark.parametrize("backend", HERE)
@pytest.mark.parametrize("name", ["sech", "silu", "gelu", "softplus", "exp2", "coth", "atan2"])
def test_every_framework_bends_a_function_as_the_judge_does(name, backend):
    from gdcore.court import curvature

    for at in (-3.0, 0.0 if name not in ("coth",) else 0.4, 1.5):
        formula = parse(call_of(name))
        bend = curvature(formula, {"x": at})
        found = gd.second_derivatives(formula, {"x": at}, backend)
        np.testing.assert_allclose(found, bend, rtol=1e-9, atol=1e-12)


COUNTS = {"hypot(x)": "exact", "hypot(x, y, z)": "exact", "sec(x, y)": "one", "max(x)": "more"}


@pytest.mark.parametrize(("text", "key"), COUNTS.items())
def test_a_wrong_number_of_arguments_is_answered_with_the_right_one(text, key):
    with pytest.raises(gd.FormulaError) as caught:
        parse(text)
    suffix = "argument" if key == "one" else "arguments"
    assert caught.value.sentence.key == f"formula.{key}_{suffix}"
    if key == "exact":
        assert parse(caught.value.sentence.values["example"]).names == ("x", "y")


@pytest.mark.parametrize("name", TYPED)
def test_a_function_is_printed_by_its_name_or_its_sign(name):
    formula = parse(call_of(name))
    shown = latex(formula)
    assert shown.count("{") == shown.count("}") and "{0}" not in shown
    assert evaluate(formula, EXACT, {"x": mpmath.mpf(FUNCTIONS[name].typical[0])}) is not None
