"""A descent on a formula as a program of one framework, which runs without gdcore."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from gdcore.descent.descend import at
from gdcore.descent.formulas import FormulaLoss, descend, read
from gdcore.export.dialects import DIALECTS, Helper, imports
from gdcore.export.environment import render
from gdcore.export.layout import Code
from gdcore.export.naming import renamed, reserved, taken, with_names
from gdcore.export.sharing import shared_steps
from gdcore.export.sources import source, too_long, with_tensors
from gdcore.export.taking import Taker
from gdcore.formula import Call, Node, Number, Variable, variables
from gdcore.rules.method import Method


def native_descent(call: Mapping[str, Any], framework: str) -> str:
    """The program of one framework. call: arguments of `gd.descend`, whose backend may be another.

    Raises Untold where a record's function cannot stand in a program.
    """
    asked = inspect.signature(descend).bind(**call)
    asked.apply_defaults()
    given = dict(asked.arguments)
    formula, start, steps = (given.pop(key) for key in ("formula", "start", "steps"))
    method = Method.of(**given.pop("hyperparameters"), **given)
    loss = FormulaLoss(read(formula, tuple(start)), tuple(start))
    return render(
        f"descend/{framework}.py.j2",
        start=at(loss, start),
        steps=int(steps),
        **_formula(loss, framework, method),
    )


def _formula(loss: FormulaLoss, framework: str, method: Method) -> dict[str, Any]:
    """The formula, its derivatives where the framework has none of its own, and what they need."""
    dialect = DIALECTS[framework]
    names = renamed(loss.names)
    whole = with_names(loss.formula.tree, names)
    if not variables(whole):
        whole = _along(whole, names[loss.names[0]])
    trees = [whole]
    if framework == "numpy":
        trees += [with_names(partial.tree, names) for partial in loss.derivatives]
    trees = [with_tensors(tree) for tree in trees]
    steps: list[tuple[Code, Code]] = []
    if any(too_long(tree, dialect.functions) for tree in trees[1:]):
        others = taken() | set(names.values())
        steps, trees[1:] = shared_steps(trees[1:], dialect.functions, others)
    sources = [source(tree, dialect.functions) for tree in trees]
    written = [*sources, *(step for _, step in steps)]
    helpers = dialect.helpers(written)
    return {
        "names": list(names.values()),
        "value": sources[0],
        "partials": sources[1:],
        "temporary": steps,
    } | surroundings(method, written, helpers)


def surroundings(
    method: Method, written: list[Code], helpers: list[Helper], more: Taker | None = None
) -> dict[str, Any]:
    """What every loop needs: the rule and the schedule, their knobs, helpers and imports.

    more: what has been taken for the program already.
    """
    hidden = {helper.name for helper in helpers}
    taker = Taker(hidden=hidden, reserved=reserved() | hidden)
    taker.take(method.course.factor, "schedule")
    taker.take(method.rule.init, "start_state")
    taker.take(method.rule.update, "update")
    functions = [*(more.taken if more else ()), *taker.taken]
    code = [*written, *(one.code for one in functions)]
    context = imports(code, helpers)
    if "builtins" in taker.modules:
        context["standard"] = [Code("builtins"), *context["standard"]]
    return context | {
        "helpers": helpers,
        "functions": functions,
        "words": taker.words,
        "learning_rate": method.learning_rate,
        "knobs": dict(method.knobs),
        "course": dict(method.schedule_knobs),
        "dtype": Code(method.dtype),
        "plain": method.mode == "eager",
    }


def _along(constant: Node, name: str) -> Node:
    """A constant as a function of a variable, along which a framework finds no slope."""
    return Call("add", (constant, Call("mul", (Number(0.0), Variable(name)))))
