"""Programs that run without gdcore take the very steps of the library.

A program prints a line for each step or epoch, with all digits: number, loss, weights.
"""

import ast
import itertools
import warnings

import numpy as np
import pytest
from hostile import HOSTILE
from programs import SAMPLE, TABLE, installed, run

import gdcore as gd
from gdcore.data import intake
from gdcore.data.datasets import BUILT_IN, BuiltIn
from gdcore.export import programs
from gdcore.export.descents import native_descent
from gdcore.export.dialects import DIALECTS
from gdcore.export.environment import existing_template
from gdcore.export.fits import MOST_NUMBERS, native_fit, unplain
from gdcore.export.scripts import Columns
from gdcore.export.taking import Untold
from gdcore.models.losses import LOSSES, PENALTIES
from gdcore.rules.method import DTYPES
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.rules.schedules import SCHEDULES

FRAMEWORKS = [name for name in DIALECTS if name in installed()]
PRINTED = {"inf": np.inf, "nan": np.nan}
CLOSE = {"float64": 1e-12, "float32": 1e-5}
ONE = {"formula": "(w - 1)**2/4 + sin(w)", "start": {"w": 4.0}, "learning_rate": 0.05, "steps": 12}
TWO = {
    "formula": "log(1 + exp(a*b)) + max(a, b)**2 + abs(a - 3)",
    "start": {"b": 1.5, "a": -0.7},
    "learning_rate": 0.03,
    "steps": 9,
}


def lines(code):
    """What the program prints, as numbers; NumPy's and torch's warnings are failures."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        printed = run(code)[0]
    return [
        eval(line.replace(" ", ",", 1).replace(" ", ",", 1), PRINTED)
        for line in printed.splitlines()
    ]


def check_descent(call, framework):
    """Every step that a run of the library keeps is printed, and no other if it did not diverge."""
    wanted = gd.descend(**call, backend=framework)
    rows = lines(native_descent(call, framework))
    assert [row[0] for row in rows] == list(range(call["steps"] + 1))
    kept = len(wanted.losses)
    assert kept == len(rows) or wanted.stop.kind == "diverged"
    off = CLOSE[call.get("dtype", "float64")]
    found_weights = [row[2] for row in rows[:kept]]
    np.testing.assert_allclose(found_weights, wanted.weights, rtol=off, atol=off, err_msg=str(call))
    found_losses = [row[1] for row in rows[:kept]]
    np.testing.assert_allclose(found_losses, wanted.losses, rtol=off, atol=off, err_msg=str(call))


def check_fit(data, call, framework):
    if isinstance(data, Columns):
        table = intake.from_data(BUILT_IN[data.built_in].load())
        made = intake.prepare(table, data.target, data.features, data.missing)
    else:
        made = gd.datasets.make_regression(**data)
    wanted = gd.fit_linear(made.X, made.y, **call, backend=framework)
    printed = run(native_fit(data, call, framework))[0].splitlines()
    coef, intercept = eval(printed[-1].replace("] ", "], "), PRINTED)
    off = 10 * CLOSE[call.get("dtype", "float64")]
    message = f"{data} {call}"
    np.testing.assert_allclose(coef, wanted.coef_, rtol=off, atol=off, err_msg=message)
    np.testing.assert_allclose(intercept, wanted.intercept_, rtol=off, atol=off, err_msg=message)
    run_ = wanted.trajectory
    losses = run_.losses[run_.epochs == np.floor(run_.epochs)]
    epochs = [[float(word) for word in line.split()] for line in printed[:-1]]
    assert [epoch for epoch, _ in epochs] == list(range(call["epochs"] + 1))
    np.testing.assert_allclose([loss for _, loss in epochs], losses, rtol=off, err_msg=message)


def test_there_is_a_program_for_every_framework():
    for kind in ("descend", "fit"):
        assert [name for name in DIALECTS if not existing_template(f"{kind}/{name}.py.j2")] == []


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_rule_with_every_schedule_takes_the_library_s_steps(schedule):
    for rule, call in itertools.product(OPTIMIZERS, (ONE, TWO)):
        check_descent(call | {"optimizer": rule, "schedule": schedule}, "numpy")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_rule_takes_the_library_s_steps_in_every_framework(framework, dtype):
    schedules = itertools.cycle(SCHEDULES)
    for rule, schedule in zip(OPTIMIZERS, schedules, strict=False):
        for call in (ONE, TWO):
            check_descent(
                call | {"optimizer": rule, "schedule": schedule, "dtype": dtype}, framework
            )


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize(
    "formula",
    [
        "3",  # no slope anywhere
        "1/0 + w",
        "(-8)^(1/3) * w",
        "w^1.5",  # no number at a negative weight
        "1/w",
        "sqrt(abs(w)) * erf(w) + atan2(w, 2)",
        "pi*w^2 + e",
        "-w^4",  # no bottom
        "heaviside(w) * w^2 + min(w, 3, w/2) + sign(w)",
    ],
)
def test_any_formula_takes_the_library_s_steps(framework, formula):
    start = {"formula": formula, "start": {"w": -2.0}, "learning_rate": 0.1, "steps": 30}
    check_descent(start | {"optimizer": "momentum", "schedule": "cosine"}, framework)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", ["update", "state", "w", "t", "steps", "loss", "dtype", "tape"])
def test_a_weight_may_be_called_as_something_in_the_program(framework, name):
    call = {"formula": f"{name}^2 + 2{name}*q + 3q^2", "start": {"q": 1.0, name: -1.0}, "steps": 5}
    check_descent(call | {"optimizer": "adam"}, framework)


@pytest.mark.parametrize("mode", ["eager", "graph"])
def test_tensorflow_counts_as_the_mode_does(mode):
    if "tensorflow" not in FRAMEWORKS:
        pytest.skip("the framework is not installed")
    call = ONE | {"optimizer": "adam", "dtype": "float32", "mode": mode, "steps": 40}
    wanted = gd.descend(**call, backend="tensorflow")
    found_weights = [row[2] for row in lines(native_descent(call, "tensorflow"))]
    np.testing.assert_allclose(found_weights, wanted.weights, rtol=1e-6)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_derivative_of_any_length_is_descended_on(framework):
    call = {"formula": "*".join(["x"] * 141), "start": {"x": 1.01}, "steps": 3}
    check_descent(call | {"learning_rate": 1e-4}, framework)


def fits():
    """Every loss, every penalty, every way of batches, scaling and holding out."""
    noisy = SAMPLE | {"outliers": 0.1, "effective_rank": 1, "informative": 1, "noise": 3.0}
    for loss, data in itertools.product(LOSSES, (SAMPLE, noisy)):
        for size, scaling in itertools.product((None, 8), ("none", "standardise")):
            yield data, {"loss": loss, "batch_size": size, "scaling": scaling}
        for penalty in PENALTIES:
            yield data, {"loss": loss, penalty: 0.3, "test": 0.25, "seed": 5}
    both = dict.fromkeys(PENALTIES, 0.1)
    yield (
        SAMPLE,
        both | {"batch_size": 7, "shuffle": False, "optimizer": "lion", "dtype": "float32"},
    )
    yield (
        SAMPLE,
        {"loss": "huber", "delta": 25.0, "schedule": "step", "every": 3, "optimizer": "adam"},
    )
    yield SAMPLE, {"batch_size": 50}
    yield SAMPLE, {"batch_size": 37, "test": 0.25}
    yield {}, {"learning_rate": 0.2}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_kind_of_fit_takes_the_library_s_steps(framework):
    for data, settings in fits():
        check_fit(data, {"epochs": 6, "learning_rate": 0.02} | settings, framework)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("built_in", BUILT_IN)
def test_every_table_that_comes_along_is_fitted(built_in, framework):
    data = BUILT_IN[built_in].load()
    for features in (data.features[:1], data.features):
        columns = Columns(data.target, features, "drop", built_in)
        assert unplain(columns, {}) is None
        check_fit(columns, {"epochs": 5, "scaling": "standardise"}, framework)


def test_any_column_of_a_table_that_comes_along_may_be_the_target():
    for features, target in ((("bmi", "progression"), "bp"), (("s1",), "age")):
        check_fit(
            Columns(target, features, "drop", "diabetes"),
            {"epochs": 3, "learning_rate": 1e-5},
            "numpy",
        )


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_program_of_a_framework_needs_gdcore(framework):
    made = [
        native_descent(TWO | {"optimizer": "lion"}, framework),
        native_fit(SAMPLE | {"outliers": 0.2}, {"test": 0.2, "batch_size": 5}, framework),
        native_fit(TABLE, {"scaling": "standardise"}, framework),
    ]
    own = {"numpy", "sklearn", "tensorflow", "torch", "jax", "math", "functools", "builtins"}
    for code in made:
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= own
            elif isinstance(node, ast.ImportFrom):
                assert node.module.split(".")[0] in own


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_program_is_laid_out_as_python_is(framework):
    data = BUILT_IN["longley"].load()
    made = [
        native_descent(call | {"optimizer": rule, "schedule": schedule}, framework)
        for call in (ONE, TWO)
        for rule, schedule in itertools.product(OPTIMIZERS, SCHEDULES)
    ]
    made += [native_fit(sample, settings, framework) for sample, settings in fits()]
    made.append(native_fit(Columns(data.target, data.features, "drop", "longley"), {}, framework))
    for code in made:
        rows = code.split("\n")
        assert rows[-1] == "" and rows[-2] != ""
        assert [row for row in rows if len(row) > 100 or row != row.rstrip()] == []
        assert "\n\n\n\n" not in code
        body = ast.parse(code).body
        for before, after in itertools.pairwise(body):
            if isinstance(before, ast.FunctionDef):
                assert rows[before.end_lineno : before.end_lineno + 2] == ["", ""]
                assert after.lineno > before.end_lineno + 2


def test_hostile_text_enters_no_program():
    for text in HOSTILE:
        columns = Columns(text, (text,), "drop", text)
        assert unplain(columns, {}).key == "programs.own_table"
        with pytest.raises((gd.FormulaError, gd.Problem)):
            native_descent({"formula": text, "start": {"w": 1.0}}, "numpy")
        with pytest.raises(gd.Problem):
            native_descent(ONE | {"optimizer": text}, "numpy")


@pytest.mark.parametrize(
    ("data", "call", "key"),
    [
        (Columns("y", ("x",)), {}, "own_table"),
        (SAMPLE, {"patience": 3}, "early_stopping"),
        (SAMPLE, {"closed_form": True}, "closed_form"),
    ],
)
def test_what_cannot_be_said_plainly_is_said_with_gdcore_only_and_why(data, call, key):
    made = programs.of_fit(data, call)
    assert list(made.codes) == ["gdcore"]
    assert made.why.key == f"programs.{key}"


def test_a_table_of_many_numbers_is_not_written_into_a_program(monkeypatch):
    rows = MOST_NUMBERS // 2 + 1
    many = gd.datasets.make_regression(n_samples=rows, seed=1)
    large = BuiltIn(name="many", read=lambda: many, source="made up")
    monkeypatch.setitem(BUILT_IN, "many", large)
    made = programs.of_fit(Columns("y", ("x",), "drop", "many"), {})
    assert list(made.codes) == ["gdcore"]
    assert made.why.key == "programs.large_table"


def test_a_rule_whose_lines_are_in_no_file_is_told_with_gdcore_only(monkeypatch):
    space = {}
    exec("def update(w, g, rate, step, state):\n    return w - rate * g, ()", space)
    rule = type(OPTIMIZERS["sgd"])(
        name="typed", title="Typed", update=space["update"], latex=("w",), source="made up"
    )
    monkeypatch.setitem(OPTIMIZERS, "typed", rule)
    with pytest.raises(Untold):
        native_descent(ONE | {"optimizer": "typed"}, "numpy")
    made = programs.of_descent(ONE | {"optimizer": "typed"})
    assert (list(made.codes), made.why.key) == (["gdcore"], "programs.untold")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_page_s_own_framework_comes_first_and_gdcore_last(framework):
    for made in (
        programs.of_descent(ONE | {"backend": framework}),
        programs.of_fit(SAMPLE, {"backend": framework}),
    ):
        names = list(made.codes)
        assert (names[0], names[-1]) == (framework, "gdcore")
        assert set(names) == {*FRAMEWORKS, "gdcore"}
        assert made.why is None
