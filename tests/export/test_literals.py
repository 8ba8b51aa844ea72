"""Whatever somebody typed is data to a program: it comes back as it was and runs nothing."""

import ast
import re
import string

import numpy as np
import pytest
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from programs import FITS, SAMPLE, run

import gdcore as gd
from gdcore.data import intake
from gdcore.data.datasets import Data
from gdcore.export.environment import environment
from gdcore.export.layout import Code, folded, identifier, literal
from gdcore.export.scripts import Columns, descend_script, fit_script

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.tuples(inner)
        | st.dictionaries(st.text(), inner)
    ),
    max_leaves=20,
)


@given(values)
def test_a_literal_gives_the_value_back(value):
    assert eval(literal(value), {"float": float}) == value


@given(st.text(alphabet=st.characters(), min_size=200, max_size=600))
def test_no_literal_makes_a_long_line(text):
    source = f"name={literal(text, 4, 5)}"
    assert max(map(len, source.splitlines())) <= 100
    assert source.splitlines() == source.split("\n")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (np.float64(0.1), "0.1"),
        (np.int32(3), "3"),
        (np.str_("a"), "'a'"),
        (np.array([1.0, 2.5]), "[1.0, 2.5]"),
        (float("inf"), 'float("inf")'),
        (-float("inf"), 'float("-inf")'),
        ((1,), "(1,)"),
        ({}, "{}"),
    ],
)
def test_numbers_of_numpy_and_infinite_ones_are_written_as_plain_python(value, wanted):
    assert literal(value) == wanted


def test_what_has_no_literal_is_refused():
    with pytest.raises(TypeError):
        literal(object())


@pytest.mark.parametrize("text", [*HOSTILE, "", "a b", "1a", "a.b", "class", "a=1"])
def test_only_one_name_is_an_identifier(text):
    with pytest.raises(ValueError, match=re.escape(text) or "^$"):
        identifier(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_template_of_a_program_writes_text_as_a_literal_and_only_code_as_code(text):
    made = environment().overlay(autoescape=False).from_string("{{ text }} {{ code }}")
    rendered = made.render(text=text, code=Code("1 + 1"))
    assert rendered == f"{literal(text)} 1 + 1"
    assert ast.literal_eval(rendered.removesuffix(" 1 + 1")) == text


@given(st.integers(1, 60), st.randoms(use_true_random=False))
def test_a_folded_expression_is_the_same_expression_in_short_lines(count, random):
    def grow(size):
        if size <= 1:
            return random.choice(["x", "0.5", "1e-07", "np.pi", "-y"])
        left = random.randrange(1, size)
        a, b = grow(left), grow(size - left)
        return random.choice(
            [f"({a} + {b})", f"{a} - ({b})", f"({a})*({b})", f"np.maximum({a}, {b})", f"({a})**2"]
        )

    source = grow(count)
    written = folded(source, 4, 7)
    assert ast.dump(ast.parse(source)) == ast.dump(ast.parse(f"    {written}".strip()))
    assert max(map(len, f"    return {written}".splitlines())) <= 100


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_formula_or_setting_is_an_argument_and_nothing_else(text):
    call = {"formula": text, "start": {text: 1.0}, "optimizer": text, "hyper": [text, (text,)]}
    tree = ast.parse(descend_script(call))
    (made,) = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    assert {word.arg: ast.literal_eval(word.value) for word in made.keywords} == call


def test_a_hostile_name_of_an_argument_is_refused():
    with pytest.raises(ValueError, match="boom"):
        descend_script({"w=boom()": 1})


@pytest.mark.parametrize("built_in", [None, *HOSTILE])
def test_hostile_columns_are_data(built_in):
    for text in HOSTILE:
        columns = Columns(text, (text + "2", text), text, built_in)
        tree = ast.parse(fit_script(columns, {"epochs": 1}))
        (call,) = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "intake.prepare"
        ]
        assert [ast.literal_eval(part) for part in call.args[1:]] == [text, [text + "2", text]]
        assert ast.literal_eval(call.keywords[0].value) == text
        assert "boom" not in {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}


def test_a_file_with_hostile_headings_is_fitted_by_its_program(tmp_path, monkeypatch):
    sample = gd.datasets.make_regression(**SAMPLE)
    names = [text for text in HOSTILE if set(text) <= set(string.printable) - set("\r\n")]
    rng = np.random.default_rng(0)
    X = np.column_stack([sample.X, rng.normal(size=(len(sample.y), len(names) - 3))])
    frame = intake.from_data(
        Data(X=X, y=sample.y, features=tuple(names[1:]), target=names[0])
    ).frame
    frame.to_csv(tmp_path / "data.csv", index=False)
    monkeypatch.chdir(tmp_path)
    table = intake.read_file((tmp_path / "data.csv").read_bytes(), "data.csv")
    *features, target = table.numeric
    made = intake.prepare(table, target, features)
    found = run(fit_script(Columns(target, tuple(features)), FITS[0]))[1]["fit"]
    wanted = gd.fit_linear(made.X, made.y, **FITS[0])
    np.testing.assert_array_equal(found.weights, wanted.weights)
    assert len(features) == len(names) - 1
