"""Every template of a program, rendered and executed, gives the numbers of the library."""

import ast
import itertools
import subprocess
import sys

import numpy as np
import pytest
from programs import Program, differentiate, programs, run, runnable, templates

import gdcore as gd
from gdcore.court import METHODS
from gdcore.data import intake
from gdcore.data.datasets import BUILT_IN
from gdcore.export.environment import environment
from gdcore.export.scripts import DIALECTS, Columns
from gdcore.formula import FUNCTIONS
from tests.strategies import call_of

PRINTED = {"array": np.array, "np": np, "float32": "f4", "float64": "f8"}


def check_differentiate(program: Program) -> None:
    text, at, dtype = program.source
    value, gradient = run(program.code)[0].splitlines()
    slopes = [0.0 if d is None else float(d) for d in eval(gradient, PRINTED)]
    exact = gd.differentiate(text, at)
    off = 1e-5 if dtype == "float32" else 1e-7
    found, wanted = [float(value), *slopes], [exact.value, *exact.gradient.values()]
    np.testing.assert_allclose(found, wanted, rtol=off, atol=off, err_msg=text)


def check_method(program: Program) -> None:
    text, at, dtype = program.source
    method = program.template.split("/")[1].removesuffix(".py.j2")
    lines = run(program.code)[0].splitlines()
    found = METHODS[method](gd.parse(text), at, dtype)
    off = 3e-3 if dtype == "float32" else 1e-6
    if method in ("dual", "complex_step"):
        off = 100 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(
        [[float(word) for word in line.split()] for line in lines],
        [(found.value, slope) for slope in found.gradient.values()],
        rtol=off,
        atol=off,
        err_msg=text,
    )


def check_descend(program: Program) -> None:
    printed, names = run(program.code)
    wanted = gd.descend(**program.source)
    np.testing.assert_array_equal(names["run"].weights, wanted.weights)
    assert printed == f"{wanted.to_frame()}\n{wanted.stop}\n"


def check_fit(program: Program) -> None:
    data, call = program.source
    if isinstance(data, Columns):
        table = intake.from_data(BUILT_IN[data.built_in].load())
        made = intake.prepare(table, data.target, data.features, data.missing)
    else:
        made = gd.datasets.make_regression(**data)
    wanted = gd.fit_linear(made.X, made.y, **call)
    printed, names = run(program.code)
    np.testing.assert_array_equal(names["fit"].weights, wanted.weights)
    assert printed == f"{wanted.coef_} {wanted.intercept_}\n{wanted.reference}\n"


CHECKS = {
    "differentiate": check_differentiate,
    "method": check_method,
    "descend": check_descend,
    "fit": check_fit,
}


@pytest.mark.parametrize("template", templates())
def test_a_program_gives_the_numbers_of_the_library(template):
    if not runnable(template):
        pytest.skip("the framework is not installed")
    for program in programs(template):
        CHECKS[template.split("/")[0]](program)


@pytest.mark.parametrize("template", templates())
def test_a_program_is_laid_out_as_python_is(template):
    for program in programs(template):
        lines = program.code.split("\n")
        assert lines[-1] == "" and lines[-2] != ""
        assert [line for line in lines if len(line) > 100 or line != line.rstrip()] == []
        assert "\n\n\n\n" not in program.code
        body = ast.parse(program.code).body
        for before, after in itertools.pairwise(body):
            if isinstance(before, ast.FunctionDef | ast.ClassDef):
                assert lines[before.end_lineno : before.end_lineno + 2] == ["", ""]
                assert after.lineno > before.end_lineno + 2


def test_there_is_a_program_for_every_framework_and_every_way():
    assert {f"differentiate/{name}.py.j2" for name in DIALECTS} <= set(templates())
    assert {f"method/{name}.py.j2" for name in METHODS} <= set(templates())


@pytest.mark.parametrize("template", [name for name in templates() if name.startswith("method")])
def test_the_ways_without_a_framework_need_numpy_alone(template):
    code = programs(template)[0].code
    answer = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout == run(code)[0]
    wanted = {"__future__", "collections", "dataclasses", "functools", "numpy", "typing"}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= wanted
        elif isinstance(node, ast.ImportFrom):
            assert node.module.split(".")[0] in wanted


def test_every_template_can_be_read():
    for name in environment().list_templates():
        environment().get_template(name)


@pytest.mark.parametrize("framework", DIALECTS)
def test_what_a_framework_has_not_the_script_defines(framework):
    for name in FUNCTIONS:
        if FUNCTIONS[name].internal:
            continue
        at = {"x": FUNCTIONS[name].typical[0]}
        tree = ast.parse(differentiate(call_of(name), at, framework))
        called = {
            n.func.id
            for n in ast.walk(tree)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        }
        defined = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        assert called - defined <= {"print", "range"}


def test_the_article_code_prints_the_article_number():
    code = differentiate("x * sin(x)**2", {"x": 3.0}, "tensorflow", "float32")
    assert "-0.81833154" in run(code)[0]


@pytest.mark.parametrize("text", ["*".join(["x"] * 141), "/".join(["x"] * 141)])
def test_a_derivative_of_any_length_runs(text):
    at = {"x": 1.01}
    value, gradient = run(differentiate(text, at, "numpy"))[0].splitlines()
    exact = gd.differentiate(text, at)
    found = [float(value), *map(float, eval(gradient, PRINTED))]
    np.testing.assert_allclose(found, [exact.value, exact.gradient["x"]], rtol=1e-12)
