"""A tree computed over any framework's operations, and its derivative by the rules of calculus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gdcore.formula.arithmetic import PYTHON
from gdcore.formula.functions import operation
from gdcore.formula.tree import (
    ONE,
    ZERO,
    Call,
    Formula,
    Node,
    Number,
    Variable,
    add,
    mul,
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
    memo: dict[int, Any] = {}  # derivatives share subtrees: each is computed once

    def walk(node: Node) -> Any:
        if isinstance(node, Variable):
            return values[node.name]
        if isinstance(node, Number):
            return constant(node.value)
        key = id(node)
        if key not in memo:
            operator = operations.get(node.function) or PYTHON.get(node.function)
            if operator is None:
                written = _meaning(node)
                kept.append(written)  # or its parts' ids would be given to others
                memo[key] = walk(written)
            else:
                memo[key] = operator(*[walk(argument) for argument in node.arguments])
        return memo[key]

    return walk(formula.tree if isinstance(formula, Formula) else formula)


def derivative(formula: Formula, name: str) -> Formula:
    """The partial derivative with respect to `name`, by the rules of calculus."""
    memo: dict[int, Node] = {}
    kept: list[Node] = []  # or their parts' ids would be given to others

    def d(node: Node) -> Node:
        if isinstance(node, Number):
            return ZERO
        if isinstance(node, Variable):
            return ONE if node.name == name else ZERO
        if id(node) not in memo:
            memo[id(node)] = rule(node)
        return memo[id(node)]

    def rule(node: Call) -> Node:
        record = operation(node.function)
        if record.rule:
            return record.rule(*node.arguments, *map(d, node.arguments))
        if record.slopes is None:
            written = _meaning(node)
            kept.append(written)
            return d(written)
        total: Node = ZERO
        for slope, argument in zip(record.slopes(*node.arguments), node.arguments, strict=True):
            total = add(total, mul(slope, d(argument)))
        return total

    tree = d(formula.tree)
    return Formula(formula.text, to_source(tree), variables(tree), tree)


def _meaning(node: Call) -> Node:
    """The tree that a call stands for."""
    record = operation(node.function)
    if record.meaning is None:
        raise LookupError(f"{record.name} has neither words nor a meaning here")
    return record.meaning(*node.arguments)
