"""Formulas: read as meant, refused with a sentence, differentiated rightly."""

import math
import sys

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from gdcore.backends.numpy_ import operations
from gdcore.formula import (
    FUNCTIONS,
    derivative,
    derivative_latex,
    evaluate,
    latex,
    parse,
    to_source,
)
from gdcore.words.texts import FormulaError
from tests.strategies import PLACES, call_of, trees

GOOD = {
    "2x": 6,
    "x²": 9,
    "x³": 27,
    "x⁻¹": 1 / 3,
    "x²⁰": 3**20,
    "x^2": 9,
    "x**2": 9,
    "2^3^2": 512,
    "-x**2": -9,
    "2**-x": 0.125,
    "2x^2": 18,
    "(x+1)(x-1)": 8,
    "2(x+1)": 8,
    "x(x+1)": 12,
    "２×ｘ": 6,
    "（x＋1）＊2": 8,
    "x÷2": 1.5,
    "x·x": 9,
    "x−1": 2,
    "x–1": 2,
    "[x+1]*{2}": 8,
    "|x-5|": 2,
    "2|x|": 6,
    "|x||x|": 9,
    "|x|+|x|": 6,
    "√x": math.sqrt(3),
    "√(x+1)": 2,
    "sin²(x)": math.sin(3) ** 2,
    "sin^2(x)": math.sin(3) ** 2,
    "Sin(x)": math.sin(3),
    "y = x*x": 9,
    "f(x) = x": 3,
    "1e-3x": 0.003,
    ".5x": 1.5,
    "pi": math.pi,
    "π": math.pi,
    "e^x": math.e**3,
    "ln(x)": math.log(3),
    "log10(x)": math.log10(3),
    "cbrt(-x)": -(3 ** (1 / 3)),
    "max(x, 1, 7)": 7,
    "min(x，2)": 2,
    "+x": 3,
    "--x": 3,
    "arctan(x)": math.atan(3),
    "  x  ": 3,
    "１e-１*x": 0.3,
    "x₁*0+x": None,
    "2πx": 6 * math.pi,
    "πx": 3 * math.pi,
    "αβ": 9,
    "θ₁+θ_2": 6,
    "log₂(x)": math.log2(3),
    "𝑥²": 9,
    "x²y": 27,
    "x^2y": 27,
    "e²x": math.e**2 * 3,
    "(e^2)x": math.e**2 * 3,
    "e^(2x)": math.exp(6),
    "2^x²": 512,
    "(x²)³": 729,
    "||x|-5|": 2,
    "|x|y": 9,
    "|x|y+|x|": 12,
    "|x|(x+1)": 12,
    "x1(x1+1)": 12,
    "theta*(theta-1)": 6,
    "loss(w, b) = w*b": 9,
    "x÷（2）": 1.5,
    "｛x｝": 3,
}
BAD = [
    "",
    "   ",
    "9**9**9**9",
    "(" * 10_000,
    "(" * 400,
    "__import__('os')",
    "x.__class__",
    "lambda x: x",
    "[i for i in x]",
    "'x'",
    "x if x else 1",
    "x := 1",
    "x == 1",
    "x < 1",
    "x; x",
    "x\nx",
    "x\0",
    "😀",
    "\u202ex",
    "a" * 600,
    "x" * 1_000_000,
    "x**1e400",
    "1e400",
    "1/2x",
    "foo(x)",
    "sin x",
    "sin",
    "max(x)",
    "max()",
    "sin(x, x)",
    "(x",
    "x)",
    "|x",
    "2 3",
    "(x)2",
    "x +",
    "* x",
    "x,,x",
    "1.2.3",
    "x'",
    "np.sin(x)",
    "x = 1 = 2",
    "損失",
    "-" * 200 + "x",
    "x**" * 60 + "x",
    "import os",
    "_x",
    "averyveryverylongname",
    "x?",
    "x!",
    "step(x)",
    "x\\x",
    "$x",
    "`x`",
    "xⁿ",
    "2①",
    "2₁",
    "½x",
    "x°",
    "∞",
    "x\u0378",
    "x\u200b",
    "sinx",
    "sin2x",
    "2cosx",
    "lnx",
    "sin²x",
    "sin⁻¹(x)",
    "sin^-1(x)",
    "x²^3",
    "sin²(x)²",
    "√x²",
    "√2x",
    "|2|x|+1|",
    "|x|y|z|",
    "e^2x",
    "-e^-2x",
    "f(x)",
    "sin(x) = x",
    "x + 1 = 0",
    "√" * 300 + "x",
    "x+" * 200 + "x",
    "1,5",
    "x,y",
]


@pytest.mark.parametrize(("text", "value"), GOOD.items())
def test_what_hands_type_is_understood(text, value):
    formula = parse(text)
    names = dict.fromkeys(formula.names, 3.0)
    result = evaluate(formula, operations("float64"), names)
    assert float(result) == pytest.approx(3.0 if value is None else value, rel=1e-14)


def calls(task):
    """How many functions a task calls and leaves: work that no busy machine changes."""
    count = 0

    def note(*_):
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        task()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("text", BAD, ids=lambda text: ascii(text[:16]))
def test_everything_else_is_refused_with_a_sentence_and_a_place(text):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    error = caught.value
    assert error.say("en") and error.say("zh-TW") and error.say("en") != error.say("zh-TW")
    if text.strip():
        assert error.position is not None
        assert 0 <= error.position <= len(text)


def test_the_position_points_into_what_was_typed():
    for text, position in [("x² + ?", 5), ("２×ｘ + #", 6), ("1/2x", 3), ("(x", 0), ("foo(x)", 0)]:
        with pytest.raises(FormulaError) as caught:
            parse(text)
        assert caught.value.position == position, text


def test_glued_names_suggest_a_product():
    with pytest.raises(FormulaError, match=r"x \* y"):
        parse("xy", ("x", "y"))
    with pytest.raises(FormulaError, match="sin"):
        parse("sine(x)")


@given(some.text(max_size=60))
@settings(max_examples=400, deadline=None)
def test_no_text_raises_anything_but_a_formula_error(text):
    try:
        parse(text)
    except FormulaError:
        pass


@given(some.text(alphabet="xy0123456789.+-*/^()|,=√∛²³⁻_' fsincoexpmaxlg", max_size=40))
@settings(max_examples=400, deadline=None)
def test_nothing_that_is_nearly_a_formula_raises_anything_else(text):
    try:
        formula = parse(text)
    except FormulaError:
        return
    with np.errstate(all="ignore"):
        evaluate(formula, operations("float64"), dict.fromkeys(formula.names, np.float64(1.5)))
    assert "**" not in latex(formula)


# Written by hand, so that a slip in a record's own words shows.
MP = {
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "relu": lambda x: max(x, mpmath.mpf(0)),
    "abs": abs,
    "ln": mpmath.log,
    "log2": lambda x: mpmath.log(x, 2),
    "max": max,
    "min": min,
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "step": lambda x: mpmath.mpf(x > 0),
    "exp2": lambda x: mpmath.mpf(2) ** x,
    "heaviside": lambda x: (1 + mpmath.sign(x)) / 2,
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.ncdf(x),
}
MPMATH = {name: MP.get(name) or getattr(mpmath, name) for name in FUNCTIONS} | {
    "constant": mpmath.mpf
}


@given(trees())
@settings(max_examples=120, deadline=None)
def test_source_is_read_back_as_the_same_formula(tree):
    values = {"x": np.float64(0.7), "y": np.float64(-1.3)}
    with np.errstate(all="ignore"):
        before = evaluate(tree, operations("float64"), values)
        after = evaluate(parse(to_source(tree)), operations("float64"), values)
    assert np.array_equal(before, after, equal_nan=True)


@given(trees())
@settings(max_examples=120, deadline=None)
def test_derivatives_of_random_formulas_agree_with_fifty_digits(tree):
    formula = parse(to_source(tree))
    assume("x" in formula.names)
    at = {"x": 0.7, "y": -1.3}
    with mpmath.workdps(50), np.errstate(all="ignore"):
        exact = {name: mpmath.mpf(value) for name, value in at.items()}

        def along_x(x):
            return evaluate(formula, MPMATH, exact | {"x": x})

        wanted = mpmath.diff(along_x, exact["x"])
        assume(abs(wanted) < 1e12)
        found = evaluate(derivative(formula, "x"), MPMATH, exact)
    assert abs(found - wanted) <= mpmath.mpf("1e-20") * (1 + abs(wanted))


@pytest.mark.parametrize(("name", "at"), PLACES)
def test_every_function_has_the_right_derivative(name, at):
    formula = parse(call_of(name))
    with mpmath.workdps(40):
        exact = mpmath.mpf(at)
        wanted = mpmath.diff(lambda x: evaluate(formula, MPMATH, {"x": x}), exact)
        value = evaluate(formula, MPMATH, {"x": exact})
    point = {"x": np.float64(at)}
    found = evaluate(derivative(formula, "x"), operations("float64"), point)
    assert float(found) == pytest.approx(float(wanted), rel=1e-13)
    assert float(evaluate(formula, operations("float64"), point)) == pytest.approx(
        float(value), rel=1e-14
    )
    for shown in (latex(formula), derivative_latex(formula, "x")):
        assert shown and "**" not in shown
        assert shown.count("{") == shown.count("}")


def test_powers_hold_at_negative_bases_and_zero():
    ops = operations("float64")
    for text, at, wanted in [("x**2", -3, -6), ("x**3", -2, 12), ("x**1", 0, 1), ("x**0", 0, 0)]:
        assert evaluate(derivative(parse(text), "x"), ops, {"x": np.float64(at)}) == wanted


MISREAD = [  # two readings: a sentence instead of one of them
    ("1/2x", "ambiguous"),
    ("e^2x", "exponent"),
    ("x²^3", "powers"),
    ("√x²", "root"),
    ("sin⁻¹(x)", "inverse"),
    ("|2|x|+1|", "bars"),
    ("sinx", "call"),
    ("f(x)", "unknown_function"),
]


@pytest.mark.parametrize(("text", "key"), MISREAD)
def test_what_could_mean_two_things_is_refused_for_that_reason(text, key):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.sentence.key == f"formula.{key}"


LATEX = {
    "x*-2": r"x \cdot \left(-2\right)",
    "exp(x)^2": r"\left(e^{x}\right)^{2}",
    "1e-20^x": r"\left(1\cdot 10^{-20}\right)^{x}",
    "x*x": r"x \cdot x",
    "--x": r"-\left(-x\right)",
}
SLOPES = {
    "0.5x^2": "x",
    "x*x": "2 x",
    "exp(-x^2)": "- 2 x e^{- x^{2}}",
    "cbrt(x)": r"\frac{1}{3 \sqrt[3]{x}^{2}}",
    "2^x": r"2^{x} \ln\left(2\right)",
    "sigmoid(x)": r"\sigma\left(x\right) \left(1 - \sigma\left(x\right)\right)",
    "x*sin(x)^2": r"2 x \sin\left(x\right) \cos\left(x\right) + \sin\left(x\right)^{2}",
}


@pytest.mark.parametrize(("text", "shown"), LATEX.items())
def test_latex_cannot_be_read_differently(text, shown):
    assert latex(parse(text)) == shown


@pytest.mark.parametrize(("text", "shown"), SLOPES.items())
def test_a_derivative_is_shown_as_a_reader_would_write_it(text, shown):
    assert derivative_latex(parse(text), "x") == shown


@pytest.mark.parametrize(
    "text",
    [
        "2**-1e9*x",
        "(2x)**1e9",
        "((2x)^100)^100*x",
        "exp(1e9*log(2))*x",
        "exp(1e12*log(2x))",
        "2^(1e6*(x+1e6))*2^(-1e6*x)",
        "(2x)**sqrt(1e9*1e9)",
        "sin(1e300)*x",
        "x**1e300",
        "x/(0*x)",
        "x*(-8)^(1/3)",
        "max(x,max(sin(x),min(x^2,max(cos(x),x^3))))",
        "sin(" * 40 + "x" + ")" * 40,
    ],
)
def test_no_numbers_make_a_derivative_more_than_a_million_calls_long(text):
    formula = parse(text)
    derivative_latex(parse("max(x, 2)"), "x")  # what is imported late is not counted
    assert calls(lambda: derivative_latex(formula, "x")) < 1_000_000
    assert derivative_latex(formula, "x")


def test_nothing_that_is_accepted_runs_out_of_stack():
    def from_depth(frames, task):
        return from_depth(frames - 1, task) if frames else task()

    texts = [
        "*".join("x" * 149),
        "/".join("x" * 149),
        "-".join("x" * 149),
        "sin(" * 45 + "x" + ")" * 45,
        "(" * 45 + "x" + ")" * 45,
        "x**" * 40 + "x",
    ]

    def work():
        for text in texts:
            formula = derivative(parse(text), "x")
            latex(formula)
            derivative_latex(parse(text), "x")
            with np.errstate(all="ignore"):
                evaluate(formula, operations("float64"), {"x": np.float64(1.1)})

    from_depth(150, work)  # a page is some fifty calls deep


def test_a_backend_may_replace_an_operator():
    formula = parse("x^2 + 1")
    assert evaluate(formula, {"pow": lambda a, b: a * a}, {"x": 3.0}) == 10


def test_the_work_for_a_product_grows_with_its_length_and_not_with_the_square_of_it():
    def work(factors):
        formula = parse("*".join(["x"] * factors))
        twice = derivative(derivative(formula, "x"), "x")
        value = evaluate(twice, operations("float64"), {"x": np.float64(1.0)})
        assert value == factors * (factors - 1)

    work(10)  # what is imported late is not counted
    # Four times as long: 4 times the work, where the square would be 16 times.
    assert calls(lambda: work(140)) < 8 * calls(lambda: work(35))
