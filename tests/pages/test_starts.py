"""Whatever is typed: a picture with its sentence or a refusal, and the controls stay."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gdcore.formula import parse
from gdcore.ground.landscapes import surface_names
from gdcore.words.texts import LANGUAGES, FormulaError, say
from tests.pages.test_pages import open_page

ROOT = Path(__file__).parent.parent.parent
CURVES = [
    "log(x)",
    "sqrt(x)",
    "x**0.5",
    "asin(x)",
    "log(x-100)",
    "sqrt(x-1e3)",
    "1/x",
    "1/0",
    "3",
    "2+3",
    "0*x",
    "abs(x)",
    "exp(x^2)",
    "exp(exp(x))",
    "x^x",
    "tan(x)",
    "sqrt(-1-x^2)",
    "sqrt(-x^2)",
    "asin(1+x^2)",
    "asin(100x)",
    "1e300*x*x",
    "x/1e300",
    "log(log(x))",
    "sign(x)",
    "x**-2",
    "x^300",
    "log(sin(x)-0.999)",
    "f(x)=3",
    "y=x^2",
    "exp(-1/x)",
    "xy",
    "x(x-1)=0",
    "³√x",
    "1_000",
]
SURFACES = [
    "log(x*y)",
    "sqrt(x+y-3)",
    "1/(x*y)",
    "asin(x)+asin(y)",
    "log(-1-x^2-y^2)",
    "sqrt(x-1000)+y",
    "asin(100x*y)",
    "sqrt(x^2-y^2)",
    "abs(x)+abs(y)",
    "a**2",
    "3",
    "y",
    "log(x)",
    "exp(x^2+y^2)",
    "1e300*x*y",
    "0*x*y",
    "x^y",
    "sqrt(-x^2-y^2)",
    "f(x,y)=x^2",
    "z = x+y",
    "sign(x)+sign(y)",
    "xy",
    "x*y + xy",
    "exp(-1/x)*y",
]
ASKED = {
    "single_variable": [
        {},
        {"start": "1000", "log": "1", "sweep": "1"},
        {"compare": "start", "with": "-5, 0, 5"},
    ],
    "landscapes": [
        {},
        {"x": "0", "y": "0", "basins": "1", "log": "1"},
        {"compare": "start", "with": "-5 -5, 0 0, 5 5"},
    ],
}
TYPED = [("single_variable", one) for one in CURVES] + [("landscapes", one) for one in SURFACES]


@pytest.mark.parametrize(("page", "formula"), TYPED)
def test_no_formula_empties_the_page(page, formula):
    for language, query in zip((*LANGUAGES, "en"), ASKED[page], strict=True):
        app = open_page(page, language, formula=formula, **query)
        assert not app.exception
        keys = [box.key for box in app.sidebar.text_input]
        assert f"{page}.formula" in keys
        assert len(app.sidebar.slider) >= 2
        assert app.sidebar.text_input(key=f"{page}.formula").value == formula
        assert len(app.error) <= 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "formula", "place", "start"),
    [
        ("single_variable", "log(x)", "x = −5", "x = 0.5"),
        ("single_variable", "sqrt(x)", "x = −5", "x = 0.5"),
        ("single_variable", "asin(x)", "x = −5", "x = −0.5"),
        ("landscapes", "log(x)+log(y)", "x = −9, y = 2.5", "x = 0.2, y = 2.5"),
    ],
)
def test_a_start_outside_the_domain_is_told_with_the_one_instead(
    page, formula, place, start, language
):
    app = open_page(page, language, formula=formula)
    sentence = say("ui.moved_start", language, formula=formula, place=place, start=start)
    assert sentence in [info.value.replace("\\", "") for info in app.info]
    link = {}
    for key, value in app.query_params.items():
        link[key] = value if isinstance(value, str) else value[0]
    again = open_page(page, link.pop("lang"), **link)
    assert sentence in [info.value.replace("\\", "") for info in again.info]


def test_a_start_to_compare_is_moved_as_well():
    app = open_page("single_variable", formula="log(x)", compare="start", **{"with": "-2, 3"})
    assert not app.error
    labels = list(app.table[0].value.iloc[:, 0])
    assert [label.replace("\\", "") for label in labels] == ["x = 0.5", "x = 3"]


def test_a_start_inside_is_taken_in_silence():
    app = open_page("single_variable", formula="log(x)", start="2")
    assert not [info for info in app.info if "starts at" in info.value]


VARIABLES = {
    "a**2": ("a", "x"),
    "x**2": ("x", "y"),
    "y**2": ("x", "y"),
    "b*a": ("a", "b"),
    "y=x^2": ("x", "z"),
    "exp(y)": ("x", "y"),
    "f(t)=t": ("t", "x"),
}


@pytest.mark.parametrize(("text", "names"), VARIABLES.items())
def test_a_surface_lies_over_two_variables_in_order(text, names):
    assert surface_names(parse(text)) == names
    with pytest.raises(FormulaError):
        surface_names(parse("x*y*z"))


def test_a_surface_lies_over_the_same_variables_in_every_process():
    code = (
        "from gdcore.formula import parse; from gdcore.ground.landscapes import surface_names;"
        f"print([surface_names(parse(one)) for one in {list(VARIABLES)!r}])"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in "01234567"
    }
    assert told == {f"{list(VARIABLES.values())}\n"}


def test_the_sliders_of_a_surface_carry_its_variables():
    app = open_page("landscapes", formula="a**2 + 3*b**2", x="2")
    assert app.slider(key="landscapes.x").label == say("ui.start_of", name="a")
    assert app.slider(key="landscapes.y").label == say("ui.start_of", name="b")
