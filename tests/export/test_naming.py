"""A visitor's variable may have any name that a formula takes: no script loses its own by it."""

import io
import keyword
import tokenize

import numpy as np
import pytest
from programs import differentiate, programs, run, runnable, templates

import gdcore as gd
from gdcore.court import METHODS
from gdcore.export.naming import renamed, taken
from gdcore.export.ways import method_script
from gdcore.formula import FUNCTIONS

SCRIPTS = [n for n in templates() if n.startswith(("differentiate", "method")) and runnable(n)]
PRINTED = {"array": np.array, "np": np, "float32": "f4", "float64": "f8"}


def words(code):
    """Every name in a program."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME}


def can_be_typed(name):
    try:
        return gd.parse(f"{name} * 2").names == (name,)
    except gd.FormulaError:
        return False


@pytest.mark.parametrize("template", SCRIPTS)
def test_a_variable_called_as_something_in_the_script_changes_no_number(template):
    kind, name = template.removesuffix(".py.j2").split("/")
    met = set().union(*(words(program.code) for program in programs(template)))
    typed = sorted(word for word in met if can_be_typed(word))
    assert len(typed) > 3
    for word in typed:
        text, at = f"sigmoid({word}) + max({word}*q, q, 2) + log2(q)", {word: 0.7, "q": 3.0}
        formula = gd.parse(text)
        assert formula.names == (word, "q"), word
        exact = gd.differentiate(text, at)
        if kind == "differentiate":
            value, gradient = run(differentiate(text, at, name))[0].splitlines()
            found = [float(value), *map(float, eval(gradient, PRINTED))]
        else:
            lines = run(method_script(formula, at, name, "float64"))[0].splitlines()
            rows = [[float(number) for number in line.split()] for line in lines]
            found = [rows[0][0], rows[0][1], rows[1][1]]
        wanted = [exact.value, *exact.gradient.values()]
        np.testing.assert_allclose(found, wanted, rtol=1e-6, err_msg=word)


def test_what_stands_in_a_template_is_taken():
    for template in SCRIPTS:
        for program in programs(template)[:2]:
            body = words(program.code) - set(keyword.kwlist) - set(METHODS)
            defined = {word for word in body if f"def {word}(" in program.code}
            assert {word for word in defined if not word.startswith("__")} <= taken()


@pytest.mark.parametrize("names", [("f", "f_"), ("f_", "f"), ("np", "np_", "np__"), ("t1", "y")])
def test_no_two_variables_get_one_name(names):
    found = renamed(names)
    assert len(set(found.values())) == len(names)
    assert not set(found.values()) & taken()


def test_a_name_that_nothing_needs_stays_as_it_was():
    assert renamed(["x", "w1", "θ"]) == {"x": "x", "w1": "w1", "θ": "θ"}
    assert not can_be_typed(next(iter(FUNCTIONS)))


@pytest.mark.parametrize("framework", [n.split("/")[1][:-6] for n in SCRIPTS if n[0] == "d"])
def test_the_result_has_a_name_that_no_variable_has(framework):
    text = "y*loss*value*value_"
    at = dict.fromkeys(("y", "loss", "value", "value_"), 2.0)
    value, gradient = run(differentiate(text, at, framework))[0].splitlines()
    assert [float(value), *map(float, eval(gradient, PRINTED))] == [16.0, 8.0, 8.0, 8.0, 8.0]
