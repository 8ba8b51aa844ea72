"""Reading: left sides, glued letters, roots and separators are read as meant or refused rightly."""

import re

import pytest

from gdcore.backends.numpy_ import operations
from gdcore.formula import FUNCTIONS, evaluate, parse
from gdcore.formula.functions import ALIASES
from gdcore.formula.naming import TYPED
from gdcore.words.texts import FormulaError

LEFT_SIDES = {
    "y=x^2": ("x",),
    "ｙ＝ｘ²": ("x",),
    "f(x)=x": ("x",),
    "f(x, y) = x*y": ("x", "y"),
    "f(y,x)=x*y": ("y", "x"),
    "f(x,y)=x^2": ("x", "y"),
    "f（x，y）＝x": ("x", "y"),
    "f(x)=3": ("x",),
    "y(x)=x(x-1)": ("x",),
    "loss(w1, w2) = w1*w2": ("w1", "w2"),
    "z = x + y": ("x", "y"),
    "y = 2": (),
    "L(θ)=θ²": ("θ",),
    "f[x] = x": ("x",),
}
EQUATIONS = {
    "x(x-1)=0": "equals",
    "arcsin(x)=0.5": "equals",
    "tg(x)=x": "equals",
    "x^2=0": "equals",
    "sin(x)=x": "equals",
    "x+1=0": "equals",
    "2x=4": "equals",
    "-y=x": "equals",
    "|x|=2": "equals",
    "(y)=x": "equals",
    "f(2)=x": "equals",
    "f(x+1)=x": "equals",
    "f(x,x)=x": "equals",
    "f((x))=x": "equals",
    "f()=x": "equals",
    "f(x,)=x": "equals",
    "f(x y)=x": "equals",
    "x(x)=x": "equals",
    "x(y)=0": "equals",
    "max(x,y)=3": "equals",
    "LOG(x)=2": "equals",
    "ｘ（ｘ－１）＝０": "equals",
    "y=x=2": "equals",
    "f(x)==x": "equals",
    "x==1": "equals",
    "=x^2": "equals",
    "y=x^2=": "equals",
    "f(x)(y)=x": "equals",
    "√x=2": "equals",
    "3=x": "equals",
    "y^2=x": "equals",
    "xy=1": "equals",
    "f(xy)=xy": "glued",
    "x = x^2": "both_sides",
    "y = x + y": "both_sides",
    "x = 1/x": "both_sides",
    "y(x)=x*y": "both_sides",
    "pi=3": "taken",
    "e = x": "taken",
    "sin=x": "taken",
    "Tg = x": "taken",
    "π = x": "taken",
    "f(e)=e": "taken",
    "f(pi)=2pi": "taken",
    "lambda=x": "taken",
    "_y=x": "taken",
    "f(x)=x*y": "unknown_name",
    "f(x)=xy": "unknown_name",
    "f(x,y)=xy": "glued",
    "y=": "unfinished",
    "f(x)=": "unfinished",
    "f(x)=f(x)": "both_sides",
}


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
    "xy": "x * y",
    "x + y + xy": "x * y",
    "x*y+2xy": "x * y",
    "x²y+xy²": "x * y",
    "e^xy": "(x * y)",
    "1/xy": "(x * y)",
    "xyz": "x * y * z",
    "xx": "x * x",
    "ab": "a * b",
    "mc^2": "m * c",
    "a*b*c + abc": "a * b * c",
    "w1 + w2 + w1w2": "w1 * w2",
    "xe^x": "x * e",
    "2xpi": "x * pi",
    "ex": "e * x",
    "XY": "X * Y",
    "ax^2+bx+c": "a * x",
    "x1 + y + x1y": "x1 * y",
    "ｘｙ": "x * y",
    "xsin(x)": "x * sin(…)",
    "xy(2)": "x * y",
    "xysin(x)": "x * y * sin(…)",
    "eexp(x)": "e * exp(…)",
    "dx/dx": "d * x",
    "a + c + t + cat": "c * a * t",
    "√xy": "(x * y)",
}


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


@pytest.mark.parametrize(
    "text",
    [
        "foo(x)",
        "stepp(x)",
        "step(x)",
        "sni(x)",
        "f(x)",
        "qwerty(x)",
        "log_2(x)",
        "arcsine(x)",
        "heavyside(x)",
        "secant(x)",
        "qq(x)",
        "xstep(x)",
    ],
)
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
        at = FUNCTIONS[function].typical[0]
        back = evaluate(parse(f"{inverse}({function}(x))"), operations("float64"), {"x": at})
        assert float(back) == pytest.approx(at)


ROOTS = {
    "³√x": 2,
    "∛x": 2,
    "∜(2x)": 2,
    "⁴√(2x)": 2,
    "²√(x+1)": 3,
    "2∛x": 4,
    "2*³√x": 4,
    "³√(-x)": -2,
    "x⁻¹": 0.125,
    "x⁻²": 1 / 64,
    "x⁻¹²": 8.0**-12,
    "2x⁻¹": 0.25,
    "|³√x|": 2,
    "³√³√(x^3)": 2,
    "x^-1": 0.125,
    "3+³√x": 5,
    "(x)⁻¹": 0.125,
}


@pytest.mark.parametrize(("text", "value"), ROOTS.items())
def test_roots_and_negative_powers_mean_what_they_show(text, value):
    assert float(evaluate(parse(text), operations("float64"), {"x": 8.0})) == pytest.approx(value)


OWN_SENTENCE = {
    "1_000": "thousands",
    "1,000": "thousands",
    "1'000": "thousands",
    "1’000x": "thousands",
    "1 000": "thousands",
    "１，０００": "thousands",
    "1_000_000": "thousands",
    "x + 2,500": "thousands",
    "(1,234)*x": "thousands",
    "max(1,000,x)": "thousands",
    "1,5": "comma",
    "x,y": "comma",
    "2 3": "two_numbers",
    "x³√y": "root_index",
    "2³√x": "root_index",
    "(x)³√x": "root_index",
    "x ³√x": "root_index",
    "⁵√x": "other_root",
    "¹²√x": "other_root",
    "⁻¹√x": "other_root",
    "√2x": "root",
    "∛2x": "root",
    "∛x²": "root",
    "√": "unfinished",
    "³√": "unfinished",
    "½x": "fraction",
    "x½": "fraction",
    "x^⅓": "fraction",
    "5%": "percent",
    "5‰": "percent",
    "5!": "factorial",
    "x!": "factorial",
    "x != 1": "comparison",
    "x′": "prime",
    "x'": "prime",
    "y'=2x": "prime",
    "f'(x)=2x": "prime",
    "sin'(x)": "prime",
    "(x)'": "prime",
    "'x'": "quote",
    "∞": "infinity",
    "x ≤ 1": "comparison",
    "x<1": "comparison",
    "x≠1": "comparison",
    "∑x": "written_out",
    "Σx": "written_out",
    "∫x": "written_out",
    "∂x": "written_out",
    "sin x": "call",
    "ln|x|": "call",
    "sinxy": "call",
    "sin⁻¹(x)": "inverse",
    "sqrt⁻¹(x)": "negative_power",
    "tanh^-1(x)": "inverse",
    "sqrt^-1(x)": "negative_power",
    "log_2(x)": "near_function",
    "30°": "degree",
    r"\frac{1}{2}": "command",
    "_x": "underscore",
    "lambda*x": "word",
}


@pytest.mark.parametrize(("text", "key"), OWN_SENTENCE.items())
def test_what_is_written_elsewhere_gets_a_sentence_about_itself(text, key):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.sentence.key == f"formula.{key}"


def test_all_groups_of_a_number_are_joined():
    for text in ("1,234,567", "1_234_567", "1'234'567", "1 234 567", "12_34_567", "1__234567"):
        with pytest.raises(FormulaError) as caught:
            parse(text)
        assert caught.value.sentence.values["plain"] == "1234567"


@pytest.mark.parametrize(("text", "sign"), {"⁻¹": "⁻", "x⁻": "⁻", "x^⁻¹": "⁻", "x*": ""}.items())
def test_a_sentence_shows_what_was_typed(text, sign):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.sentence.values.get("text", "") == sign


def test_a_number_with_separators_is_repeated_as_it_should_be_written():
    for text in ("1_000", "1,000", "1'000", "1 000", "１_０００"):
        with pytest.raises(FormulaError) as caught:
            parse(text)
        assert caught.value.sentence.values["plain"] == "1000"
        assert caught.value.position == 0
