"""Formulas: read as meant, refused with a sentence, differentiated rightly."""

import math
import re
import time

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from gdcore.backends.numpy_ import operations
from gdcore.formula import (
    FUNCTIONS,
    Call,
    Number,
    Variable,
    derivative,
    derivative_latex,
    evaluate,
    latex,
    parse,
    to_source,
)
from gdcore.formula.functions import ALIASES
from gdcore.formula.naming import TYPED
from gdcore.texts import FormulaError

GOOD = {
    "2x": 6, "x²": 9, "x³": 27, "x⁻¹": 1 / 3, "x²⁰": 3**20, "x^2": 9, "x**2": 9, "2^3^2": 512,
    "-x**2": -9, "2**-x": 0.125, "2x^2": 18, "(x+1)(x-1)": 8, "2(x+1)": 8, "x(x+1)": 12,
    "２×ｘ": 6, "（x＋1）＊2": 8, "x÷2": 1.5, "x·x": 9, "x−1": 2, "x–1": 2, "[x+1]*{2}": 8,
    "|x-5|": 2, "2|x|": 6, "|x||x|": 9, "|x|+|x|": 6, "√x": math.sqrt(3), "√(x+1)": 2,
    "sin²(x)": math.sin(3) ** 2, "sin^2(x)": math.sin(3) ** 2, "Sin(x)": math.sin(3),
    "y = x*x": 9, "f(x) = x": 3, "1e-3x": 0.003, ".5x": 1.5, "pi": math.pi, "π": math.pi,
    "e^x": math.e**3, "ln(x)": math.log(3), "log10(x)": math.log10(3), "cbrt(-x)": -(3 ** (1 / 3)),
    "max(x, 1, 7)": 7, "min(x，2)": 2, "+x": 3, "--x": 3, "arctan(x)": math.atan(3),
    "  x  ": 3, "１e-１*x": 0.3, "x₁*0+x": None,
    "2πx": 6 * math.pi, "πx": 3 * math.pi, "αβ": 9, "θ₁+θ_2": 6, "log₂(x)": math.log2(3), "𝑥²": 9,
    "x²y": 27, "x^2y": 27, "e²x": math.e**2 * 3, "(e^2)x": math.e**2 * 3, "e^(2x)": math.exp(6),
    "2^x²": 512, "(x²)³": 729, "||x|-5|": 2, "|x|y": 9, "|x|y+|x|": 12, "|x|(x+1)": 12,
    "x1(x1+1)": 12, "theta*(theta-1)": 6, "loss(w, b) = w*b": 9, "x÷（2）": 1.5, "｛x｝": 3,
}  # fmt: skip
BAD = [
    "", "   ", "9**9**9**9", "(" * 10_000, "(" * 400, "__import__('os')", "x.__class__",
    "lambda x: x", "[i for i in x]", "'x'", "x if x else 1", "x := 1", "x == 1", "x < 1", "x; x",
    "x\nx", "x\0", "😀", "\u202ex", "a" * 600, "x" * 1_000_000, "x**1e400", "1e400", "1/2x",
    "foo(x)",
    "sin x", "sin", "max(x)", "max()", "sin(x, x)", "(x", "x)", "|x", "2 3", "(x)2", "x +", "* x",
    "x,,x", "1.2.3", "x'", "np.sin(x)", "x = 1 = 2", "損失", "-" * 200 + "x", "x**" * 60 + "x",
    "import os", "_x", "averyveryverylongname", "x?", "x!", "step(x)", "x\\x", "$x", "`x`",
    "xⁿ", "2①", "2₁", "½x", "x°", "∞", "x\u0378", "x\u200b", "sinx", "sin2x", "2cosx", "lnx",
    "sin²x", "sin⁻¹(x)", "sin^-1(x)", "x²^3", "sin²(x)²", "√x²", "√2x", "|2|x|+1|", "|x|y|z|",
    "e^2x", "-e^-2x", "f(x)", "sin(x) = x", "x + 1 = 0", "√" * 300 + "x", "x+" * 200 + "x",
    "1,5", "x,y",
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), GOOD.items())
def test_what_hands_type_is_understood(text, value):
    formula = parse(text)
    names = dict.fromkeys(formula.names, 3.0)
    result = evaluate(formula, operations("float64"), names)
    assert float(result) == pytest.approx(3.0 if value is None else value, rel=1e-14)


@pytest.mark.parametrize("text", BAD, ids=lambda text: ascii(text[:16]))
def test_everything_else_is_refused_quickly_with_a_sentence_and_a_place(text):
    begin = time.perf_counter()
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert time.perf_counter() - begin < 0.5
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


LEFT_SIDES = {
    "y=x^2": ("x",), "ｙ＝ｘ²": ("x",), "f(x)=x": ("x",), "f(x, y) = x*y": ("x", "y"),
    "f(y,x)=x*y": ("y", "x"), "f(x,y)=x^2": ("x", "y"), "f（x，y）＝x": ("x", "y"), "f(x)=3": ("x",),
    "y(x)=x(x-1)": ("x",), "loss(w1, w2) = w1*w2": ("w1", "w2"), "z = x + y": ("x", "y"),
    "y = 2": (), "L(θ)=θ²": ("θ",), "f[x] = x": ("x",),
}  # fmt: skip
EQUATIONS = {
    "x(x-1)=0": "equals", "arcsin(x)=0.5": "equals", "tg(x)=x": "equals", "x^2=0": "equals",
    "sin(x)=x": "equals", "x+1=0": "equals", "2x=4": "equals", "-y=x": "equals", "|x|=2": "equals",
    "(y)=x": "equals", "f(2)=x": "equals", "f(x+1)=x": "equals", "f(x,x)=x": "equals",
    "f((x))=x": "equals", "f()=x": "equals", "f(x,)=x": "equals", "f(x y)=x": "equals",
    "x(x)=x": "equals", "x(y)=0": "equals", "max(x,y)=3": "equals", "LOG(x)=2": "equals",
    "ｘ（ｘ－１）＝０": "equals", "y=x=2": "equals", "f(x)==x": "equals", "x==1": "equals",
    "=x^2": "equals", "y=x^2=": "equals", "f(x)(y)=x": "equals", "√x=2": "equals", "3=x": "equals",
    "y^2=x": "equals", "xy=1": "equals", "f(xy)=xy": "glued", "x = x^2": "both_sides", "y = x + y": "both_sides",
    "x = 1/x": "both_sides", "y(x)=x*y": "both_sides", "pi=3": "taken", "e = x": "taken",
    "sin=x": "taken", "Tg = x": "taken", "π = x": "taken", "f(e)=e": "taken", "f(pi)=2pi": "taken",
    "lambda=x": "taken", "_y=x": "taken", "f(x)=x*y": "unknown_name", "f(x)=xy": "unknown_name",
    "f(x,y)=xy": "glued", "y=": "unfinished", "f(x)=": "unfinished", "f(x)=f(x)": "both_sides",
}  # fmt: skip


@pytest.mark.parametrize(("text", "names"), LEFT_SIDES.items())
def test_a_left_side_that_names_a_result_is_read_and_gives_the_variables(text, names):
    assert parse(text).names == names


@pytest.mark.parametrize(("text", "key"), EQUATIONS.items())
def test_every_other_left_side_is_refused_for_its_own_reason(text, key):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.sentence.key == f"formula.{key}"
    assert caught.value.position is not None


@pytest.mark.parametrize("function", TYPED)
def test_no_function_can_be_defined_or_solved_for(function):
    for text in (f"{function}(x) = x", f"{function} = x", f"{function.upper()}(x)=0"):
        with pytest.raises(FormulaError):
            parse(text)


def test_a_left_side_among_the_variables_is_an_equation():
    assert parse("y = x**2", ("x",)).names == ("x",)
    for text, names in [("y = x**2", ("x", "y")), ("x = 3", ("x",)), ("f(z) = z", ("x",))]:
        with pytest.raises(FormulaError):
            parse(text, names)


GLUED = {
    "xy": "x * y", "x + y + xy": "x * y", "x*y+2xy": "x * y", "x²y+xy²": "x * y", "e^xy": "(x * y)",
    "1/xy": "(x * y)", "xyz": "x * y * z", "xx": "x * x", "ab": "a * b", "mc^2": "m * c",
    "a*b*c + abc": "a * b * c", "w1 + w2 + w1w2": "w1 * w2", "xe^x": "x * e", "2xpi": "x * pi",
    "ex": "e * x", "XY": "X * Y", "ax^2+bx+c": "a * x", "x1 + y + x1y": "x1 * y", "ｘｙ": "x * y",
    "xsin(x)": "x * sin(…)", "xysin(x)": "x * y * sin(…)", "eexp(x)": "e * exp(…)", "dx/dx": "d * x",
    "a + c + t + cat": "c * a * t", "√xy": "(x * y)",
}  # fmt: skip


@pytest.mark.parametrize(("text", "product"), GLUED.items())
def test_letters_that_could_be_a_product_are_asked_about(text, product):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.sentence.key == "formula.glued"
    assert caught.value.sentence.values["product"] == product
    name = caught.value.sentence.values["name"]
    typed = text.translate(str.maketrans("ｘｙ", "xy"))
    assert typed[caught.value.position :].startswith(name)


@pytest.mark.parametrize(
    "name",
    ["w1", "loss", "alpha", "theta", "x1", "mu", "x_1", "rate", "abc", "weight", "a_b", "θ1"],
)
def test_an_ordinary_name_is_one_variable(name):
    assert parse(f"{name}**2 + {name}").names == (name,)


@pytest.mark.parametrize("text", [
    "foo(x)", "stepp(x)", "step(x)", "sni(x)", "f(x)", "xyzzy(x)", "log_2(x)", "arcsine(x)",
    "heaviside(x)", "sec(x)", "qq(x)", "xstep(x)",
])  # fmt: skip
@pytest.mark.parametrize("names", [None, ("x",)])
def test_only_functions_that_exist_are_suggested(text, names):
    with pytest.raises(FormulaError) as caught:
        parse(text, names)
    suggested = caught.value.sentence.values["known"].split(", ")
    assert suggested
    for name in suggested:
        many = FUNCTIONS[ALIASES.get(name, name)].arity[0]
        assert parse(f"{name}({', '.join('x' * many)})").names == ("x",)


@pytest.mark.parametrize("text", ["xy", "xw", "w + xw", "xsin(w)", "xyz", "yw"])
def test_only_variables_that_are_allowed_are_suggested(text):
    with pytest.raises(FormulaError) as caught:
        parse(text, ("w", "b"))
    values = caught.value.sentence.values
    words = re.findall(r"[a-z]+", values.get("product", "") + values["known"])
    assert set(words) <= {"w", "b", *FUNCTIONS, *ALIASES}


@pytest.mark.parametrize(
    "function", [n for n in TYPED if n in FUNCTIONS and FUNCTIONS[n].arity == (1, 1)]
)
def test_an_inverse_that_is_suggested_undoes_the_function(function):
    with pytest.raises(FormulaError) as caught:
        parse(f"{function}⁻¹(x)")
    if inverse := caught.value.sentence.values.get("inverse"):
        back = evaluate(parse(f"{inverse}({function}(x))"), operations("float64"), {"x": 0.3})
        assert float(back) == pytest.approx(0.3)


ROOTS = {
    "³√x": 2, "∛x": 2, "∜(2x)": 2, "⁴√(2x)": 2, "²√(x+1)": 3, "2∛x": 4, "2*³√x": 4, "³√(-x)": -2,
    "x⁻¹": 0.125, "x⁻²": 1 / 64, "x⁻¹²": 8.0**-12, "2x⁻¹": 0.25, "|³√x|": 2, "³√³√(x^3)": 2,
    "x^-1": 0.125, "3+³√x": 5, "(x)⁻¹": 0.125,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), ROOTS.items())
def test_roots_and_negative_powers_mean_what_they_show(text, value):
    assert float(evaluate(parse(text), operations("float64"), {"x": 8.0})) == pytest.approx(value)


OWN_SENTENCE = {
    "1_000": "thousands", "1,000": "thousands", "1'000": "thousands", "1’000x": "thousands",
    "1 000": "thousands", "１，０００": "thousands", "1_000_000": "thousands", "x + 2,500": "thousands",
    "(1,234)*x": "thousands", "max(1,000,x)": "thousands", "1,5": "comma", "x,y": "comma",
    "2 3": "two_numbers", "x³√y": "root_index", "2³√x": "root_index", "(x)³√x": "root_index",
    "x ³√x": "root_index", "⁵√x": "other_root", "¹²√x": "other_root", "⁻¹√x": "other_root",
    "√2x": "root", "∛2x": "root", "∛x²": "root", "√": "unfinished", "³√": "unfinished",
    "½x": "fraction", "x½": "fraction", "x^⅓": "fraction", "5%": "percent", "5‰": "percent",
    "5!": "factorial", "x!": "factorial", "x != 1": "comparison", "x′": "prime", "x'": "prime",
    "y'=2x": "prime", "f'(x)=2x": "prime", "sin'(x)": "prime", "(x)'": "prime", "'x'": "quote",
    "∞": "infinity", "x ≤ 1": "comparison", "x<1": "comparison", "x≠1": "comparison",
    "∑x": "written_out", "Σx": "written_out", "∫x": "written_out", "∂x": "written_out",
    "sin x": "call", "ln|x|": "call", "sinxy": "call", "sin⁻¹(x)": "inverse",
    "sqrt⁻¹(x)": "negative_power", "tanh^-1(x)": "negative_power", "log_2(x)": "near_function",
    "30°": "degree", r"\frac{1}{2}": "command", "_x": "underscore", "lambda*x": "word",
}  # fmt: skip


@pytest.mark.parametrize(("text", "key"), OWN_SENTENCE.items())
def test_what_is_written_elsewhere_gets_a_sentence_about_itself(text, key):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.sentence.key == f"formula.{key}"


def test_a_number_with_separators_is_repeated_as_it_should_be_written():
    for text in ("1_000", "1,000", "1'000", "1 000", "１_０００"):
        with pytest.raises(FormulaError) as caught:
            parse(text)
        assert caught.value.sentence.values["plain"] == "1000"
        assert caught.value.position == 0


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


def trees(depth: int = 3):
    leaves = some.one_of(
        some.sampled_from([Variable("x"), Variable("y")]),
        some.integers(1, 9).map(lambda n: Number(n / 2)),
    )
    smooth = ["sin", "cos", "tanh", "atan", "sigmoid", "softplus", "sinh", "exp"]
    return some.recursive(
        leaves,
        lambda inner: some.one_of(
            some.builds(lambda f, a: Call(f, (a,)), some.sampled_from(smooth), inner),
            some.builds(
                lambda f, a, b: Call(f, (a, b)),
                some.sampled_from(["add", "sub", "mul"]),
                inner,
                inner,
            ),
            some.builds(
                lambda a, n: Call("pow", (a, Number(float(n)))), inner, some.integers(2, 3)
            ),
        ),
        max_leaves=6,
    )


MP = {
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)), 
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "relu": lambda x: max(x, mpmath.mpf(0)), "abs": abs, "ln": mpmath.log,
    "log2": lambda x: mpmath.log(x, 2), "max": max, "min": min,
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), "step": lambda x: mpmath.mpf(x > 0),
    "constant": mpmath.mpf,
}  # fmt: skip
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


@pytest.mark.parametrize("name", [n for n, f in FUNCTIONS.items() if not f.internal])
@pytest.mark.parametrize("at", [0.3, -0.4, 0.8])
def test_every_function_has_the_right_derivative(name, at):
    text = f"{name}(x, 0.1, 2x)" if name in ("max", "min") else f"{name}(x)"
    if name.startswith(("log", "ln", "sqrt")):
        at = abs(at)
    formula = parse(text)
    wanted = mpmath.diff(lambda x: evaluate(formula, MPMATH, {"x": x}), at)
    found = evaluate(derivative(formula, "x"), operations("float64"), {"x": np.float64(at)})
    assert float(found) == pytest.approx(float(wanted), rel=1e-9)
    for shown in (latex(formula), derivative_latex(formula, "x")):
        assert shown and "**" not in shown
        assert shown.count("{") == shown.count("}")


def test_powers_hold_at_negative_bases_and_zero():
    ops = operations("float64")
    for text, at, wanted in [("x**2", -3, -6), ("x**3", -2, 12), ("x**1", 0, 1), ("x**0", 0, 0)]:
        assert evaluate(derivative(parse(text), "x"), ops, {"x": np.float64(at)}) == wanted


MISREAD = [  # two readings: a sentence instead of one of them
    ("1/2x", "ambiguous"), ("e^2x", "exponent"), ("x²^3", "powers"), ("√x²", "root"),
    ("sin⁻¹(x)", "inverse"), ("|2|x|+1|", "bars"), ("sinx", "call"), ("f(x)", "unknown_function"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "key"), MISREAD)
def test_what_could_mean_two_things_is_refused_for_that_reason(text, key):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.sentence.key == f"formula.{key}"


LATEX = {
    "x*-2": r"x \cdot \left(-2\right)", "exp(x)^2": r"\left(e^{x}\right)^{2}",
    "1e-20^x": r"\left(1\cdot 10^{-20}\right)^{x}", "x*x": r"x \cdot x", "--x": r"-\left(-x\right)",
}  # fmt: skip
SLOPES = {
    "0.5x^2": "x", "x*x": "2 x", "exp(-x^2)": "- 2 x e^{- x^{2}}",
    "cbrt(x)": r"\frac{1}{3 \sqrt[3]{x}^{2}}",
    "2^x": r"2^{x} \ln\left(2\right)",
    "sigmoid(x)": r"\sigma\left(x\right) \left(1 - \sigma\left(x\right)\right)",
    "x*sin(x)^2": r"2 x \sin\left(x\right) \cos\left(x\right) + \sin\left(x\right)^{2}",
}  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), LATEX.items())
def test_latex_cannot_be_read_differently(text, shown):
    assert latex(parse(text)) == shown


@pytest.mark.parametrize(("text", "shown"), SLOPES.items())
def test_a_derivative_is_shown_as_a_reader_would_write_it(text, shown):
    assert derivative_latex(parse(text), "x") == shown


@pytest.mark.parametrize("text", [
    "2**-1e9*x", "(2x)**1e9", "((2x)^100)^100*x", "exp(1e9*log(2))*x", "exp(1e12*log(2x))",
    "2^(1e6*(x+1e6))*2^(-1e6*x)", "(2x)**sqrt(1e9*1e9)", "sin(1e300)*x", "x**1e300", "x/(0*x)",
    "x*(-8)^(1/3)", "max(x,max(sin(x),min(x^2,max(cos(x),x^3))))", "sin(" * 40 + "x" + ")" * 40,
])  # fmt: skip
def test_no_numbers_keep_the_reader_waiting_for_a_derivative(text):
    formula = parse(text)
    derivative_latex(parse("x"), "x")  # SymPy's own import is not what is timed
    begin = time.perf_counter()
    assert derivative_latex(formula, "x")
    assert time.perf_counter() - begin < 1.0


def test_nothing_that_is_accepted_runs_out_of_stack():
    def from_depth(frames, task):
        return from_depth(frames - 1, task) if frames else task()

    texts = ["*".join("x" * 149), "/".join("x" * 149), "-".join("x" * 149),
             "sin(" * 45 + "x" + ")" * 45, "(" * 45 + "x" + ")" * 45, "x**" * 40 + "x"]  # fmt: skip

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


def test_a_long_product_is_differentiated_in_linear_time():
    formula = parse("*".join(["x"] * 140))
    begin = time.perf_counter()
    twice = derivative(derivative(formula, "x"), "x")
    value = evaluate(twice, operations("float64"), {"x": np.float64(1.0)})
    assert value == 140 * 139
    assert time.perf_counter() - begin < 1.0
