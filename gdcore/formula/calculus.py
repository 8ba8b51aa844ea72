"""A tree computed over any framework's operations, and its derivative by the rules of calculus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gdcore.formula.functions import FUNCTIONS
from gdcore.formula.tree import (
    ARITHMETIC,
    ONE,
    TWO,
    ZERO,
    Call,
    Formula,
    Node,
    Number,
    Variable,
    add,
    call,
    div,
    is_number,
    mul,
    neg,
    power,
    sub,
    variables,
)
from gdcore.formula.writing import to_source


def evaluate(
    formula: Formula | Node, operations: Mapping[str, Callable[..., Any]], values: Mapping[str, Any]
) -> Any:
    """The formula over a framework's operations; `values` holds its tensors by name.

    Operators are Python's own unless `operations` has an "add", a "pow" and so on. Numbers pass
    through operations["constant"] where there is one.
    """
    constant = operations.get("constant", float)
    known: dict[int, Any] = {}  # derivatives share subtrees: each is computed once

    def walk(node: Node) -> Any:
        if isinstance(node, Variable):
            return values[node.name]
        if isinstance(node, Number):
            return constant(node.value)
        key = id(node)
        if key not in known:
            arguments = [walk(argument) for argument in node.arguments]
            operator = operations.get(node.function) or ARITHMETIC[node.function]
            known[key] = operator(*arguments)
        return known[key]

    return walk(formula.tree if isinstance(formula, Formula) else formula)


def derivative(formula: Formula, name: str) -> Formula:
    """The partial derivative with respect to `name`, by the rules of calculus."""
    known: dict[int, Node] = {}

    def d(node: Node) -> Node:
        if isinstance(node, Number):
            return ZERO
        if isinstance(node, Variable):
            return ONE if node.name == name else ZERO
        if id(node) not in known:
            known[id(node)] = rule(node)
        return known[id(node)]

    def rule(node: Call) -> Node:
        a, b = node.arguments[0], node.arguments[-1]
        match node.function:
            case "add":
                return add(d(a), d(b))
            case "sub":
                return sub(d(a), d(b))
            case "neg":
                return neg(d(a))
            case "mul":
                return add(mul(d(a), b), mul(a, d(b)))
            case "div":
                first = div(d(a), b)
                return first if is_number(d(b), 0) else sub(first, div(mul(a, d(b)), power(b, TWO)))
            case "pow":
                return _power_rule(a, b, d(a), d(b))
        slopes = FUNCTIONS[node.function].slopes(*node.arguments)
        total: Node = ZERO
        for slope, argument in zip(slopes, node.arguments, strict=True):
            total = add(total, mul(slope, d(argument)))
        return total

    tree = d(formula.tree)
    return Formula(formula.text, to_source(tree), variables(tree), tree)


def _power_rule(a: Node, b: Node, da: Node, db: Node) -> Node:
    total: Node = ZERO
    if not is_number(da, 0):  # b·a^(b-1)·a', without a logarithm, so that it holds for negative a
        total = mul(mul(b, power(a, sub(b, ONE))), da)
    if not is_number(db, 0):
        total = add(total, mul(mul(power(a, b), call("log", a)), db))
    return total
