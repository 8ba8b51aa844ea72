"""A backend is one record and one file: menus, runs and comparisons then know it."""

import importlib.util
import sys
from dataclasses import replace

import numpy as np
import pytest

import gdcore as gd
from gdcore.backends import BACKENDS, numpy_
from gdcore.words.texts import say

RECORD = replace(BACKENDS["numpy"], name="abacus", title="Abacus")


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    """A file `gdcore/backends/abacus_.py` with what NumPy's own holds, and its record."""
    name = f"gdcore.backends.{RECORD.name}_"
    spec = importlib.util.spec_from_file_location(name, numpy_.__file__)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    monkeypatch.setitem(BACKENDS, RECORD.name, RECORD)
    return module


def test_it_answers_by_its_name(engine):
    assert BACKENDS["abacus"].module is engine is not numpy_
    found = gd.differentiate("x**3", {"x": 2.0}, backend="abacus")
    assert (found.value, found.gradient) == (8.0, {"x": 12.0})
    assert gd.second_derivatives("x**3", {"x": 2.0}, backend="abacus") == 12.0


def test_it_stands_in_every_menu_of_backends(open_page):
    for name in ("single_variable", "simple_regression", "multiple_regression"):
        assert "Abacus" in open_page(name).options("backend")


@pytest.mark.parametrize("name", ["single_variable", "simple_regression", "multiple_regression"])
def test_it_is_compared_with_the_others(open_page, rounding_only, name):
    compared = open_page(name).compared()
    rounding_only(compared)
    assert compared["Abacus"].startswith("0 (")


def test_it_is_chosen_by_a_link_and_its_program_runs(open_page, execute):
    page = open_page("single_variable", backend="abacus", steps="20", tab="code")
    assert set(page.compared()) == {one.title for one in BACKENDS.values() if one.installed} - {
        "Abacus"
    }
    assert "'abacus'" in page.program()
    run = execute(page.program())["run"]
    assert run.method.backend == "abacus"
    np.testing.assert_array_equal(run.weights, gd.descend("w**2", {"w": -5.0}, steps=20).weights)


@pytest.mark.parametrize("name", ["single_variable", "simple_regression"])
def test_without_a_template_its_program_is_the_one_with_gdcore_and_the_page_says_so(
    open_page, titles_here, name
):
    page = open_page(name, backend="abacus", tab="code")
    why = say("programs.no_template", "en", name="Abacus")
    assert why in [caption.value for caption in page.app.caption]
    assert page.app.tabs[0].label == "gdcore"
    assert page.app.tabs[0].code[0].value == page.program()
    assert set(page.plain_programs()) == titles_here


def test_its_derivatives_stand_in_the_table_of_the_court(open_page):
    table = open_page("autodiff", formula="x**3", at="2", tab="digits").app.dataframe[0].value
    mine = table[table.iloc[:, 0] == "Abacus"]
    assert len(mine) == 2
    assert set(mine[say("ui.gradient_for", name="x")]) == {"12.0"}
