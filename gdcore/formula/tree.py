"""The tree that a formula is: numbers, variables, calls, and the small sums done on the way."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

MOST_CHARACTERS, MOST_NODES, MOST_DEPTH, LONGEST_NAME = 500, 300, 50, 20
LARGEST_NUMBER, LARGEST_EXACT = 1e300, 1e60


@dataclass(frozen=True)
class Number:
    """A constant; `symbol` is set where a name was typed (pi, e)."""

    value: float
    symbol: str = ""


@dataclass(frozen=True)
class Variable:
    name: str


@dataclass(frozen=True)
class Call:
    """A function or operator (add, sub, mul, div, pow, neg) applied to its arguments."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Variable | Call


@dataclass(frozen=True)
class Formula:
    """A checked formula: as typed, as plain Python-like source, its variables and its tree."""

    text: str
    source: str
    names: tuple[str, ...]
    tree: Node


ZERO, ONE, TWO = Number(0.0), Number(1.0), Number(2.0)


# Building nodes: the small simplifications that keep derivatives readable.


def is_number(node: Node, value: float) -> bool:
    return isinstance(node, Number) and node.value == value


def _number(a: Node, b: Node, result: Callable[[float, float], float]) -> Number | None:
    """Both are plain numbers: their result, unless it is no ordinary number."""
    if not (isinstance(a, Number) and isinstance(b, Number)) or a.symbol or b.symbol:
        return None
    try:
        value = float(result(a.value, b.value))
    except (ArithmeticError, ValueError, TypeError):
        return None
    return Number(value) if math.isfinite(value) else None


def add(a: Node, b: Node) -> Node:
    if is_number(a, 0) or is_number(b, 0):
        return b if is_number(a, 0) else a
    return _number(a, b, lambda x, y: x + y) or Call("add", (a, b))


def sub(a: Node, b: Node) -> Node:
    if is_number(b, 0):
        return a
    return neg(b) if is_number(a, 0) else _number(a, b, lambda x, y: x - y) or Call("sub", (a, b))


def mul(a: Node, b: Node) -> Node:
    if is_number(a, 0) or is_number(b, 0):
        return ZERO
    if is_number(a, 1) or is_number(b, 1):
        return b if is_number(a, 1) else a
    if isinstance(b, Number) and not isinstance(a, Number):
        a, b = b, a
    return _number(a, b, lambda x, y: x * y) or Call("mul", (a, b))


def div(a: Node, b: Node) -> Node:
    if is_number(a, 0) and not is_number(b, 0):
        return ZERO
    return a if is_number(b, 1) else Call("div", (a, b))


def power(a: Node, b: Node) -> Node:
    if is_number(b, 0):
        return ONE
    return a if is_number(b, 1) else Call("pow", (a, b))


def neg(a: Node) -> Node:
    if isinstance(a, Number) and not a.symbol:
        return Number(-a.value) if a.value else ZERO  # a minus zero would be shown as -0
    return a.arguments[0] if isinstance(a, Call) and a.function == "neg" else Call("neg", (a,))


def call(name: str, *arguments: Node) -> Node:
    return Call(name, arguments)


def variables(tree: Node) -> tuple[str, ...]:
    """The names that occur in a tree, in the order in which a walk meets them."""
    names: dict[str, None] = {}
    seen: set[int] = set()

    def walk(node: Node) -> None:
        if isinstance(node, Variable):
            names[node.name] = None
        elif isinstance(node, Call) and id(node) not in seen:
            seen.add(id(node))
            for argument in node.arguments:
                walk(argument)

    walk(tree)
    return tuple(names)


def count_nodes(node: Node) -> int:
    """How many nodes a walk over the tree meets."""
    return 1 + (sum(map(count_nodes, node.arguments)) if isinstance(node, Call) else 0)
