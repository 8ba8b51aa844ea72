"""A tree computed over any framework's operations, and its derivative by the rules of calculus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gdcore.formula.functions import FUNCTIONS, STAND_INS
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
    constant_value,
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
    kept: list[Node] = []
    known: dict[int, Any] = {}  # derivatives share subtrees: each is computed once

    def walk(node: Node) -> Any:
        if isinstance(node, Variable):
            return values[node.name]
        if isinstance(node, Number):
            return constant(node.value)
        key = id(node)
        if key not in known:
            operator = operations.get(node.function) or ARITHMETIC.get(node.function)
            if operator is None:
                written = STAND_INS[node.function].shown(*node.arguments)
                kept.append(written)  # or its parts' ids would be given to others
                known[key] = walk(written)
            else:
                known[key] = operator(*[walk(argument) for argument in node.arguments])
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
        record = FUNCTIONS.get(node.function) or STAND_INS[node.function]
        slopes = record.slopes(*node.arguments)
        total: Node = ZERO
        for slope, argument in zip(slopes, node.arguments, strict=True):
            total = add(total, mul(slope, d(argument)))
        return total

    tree = d(formula.tree)
    return Formula(formula.text, to_source(tree), variables(tree), tree)


def _power_rule(a: Node, b: Node, da: Node, db: Node) -> Node:
    total: Node = ZERO
    exponent, base = constant_value(b), constant_value(a)
    if not is_number(da, 0) and exponent != 0:
        # b·a^(b-1)·a', without a logarithm, so that it holds for negative a
        part = mul(b, power(a, sub(b, ONE))) if exponent else call("power_slope", a, b)
        total = mul(part, da)
    if not is_number(db, 0) and base != 0:
        part = mul(power(a, b), call("log", a)) if base else call("power_log", a, b)
        total = add(total, mul(part, db))
    return total
