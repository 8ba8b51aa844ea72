"""A checked tree as source of one framework."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gdcore.export.layout import Code
from gdcore.formula import FUNCTIONS, Call, Node, Number, to_source
from gdcore.formula.arithmetic import constant_value
from gdcore.formula.writing import LONGEST_SOURCE, as_shown


def source(tree: Node, spelling: Mapping[str, str]) -> Code:
    """The tree as an expression. spelling: our name -> the script's, for all that has another."""
    return Code(to_source(tree, spelling))


def too_long(tree: Node, spelling: Mapping[str, str]) -> bool:
    """Whether the tree, written out, is longer than anybody reads, and `to_source` stops."""
    sizes: dict[int, int] = {}

    def size(node: Node) -> int:
        if not isinstance(node, Call):
            return 1
        if id(node) not in sizes:
            sizes[id(node)] = 1 + sum(map(size, node.arguments))
        return sizes[id(node)]

    return size(as_shown(tree, spelling)) > LONGEST_SOURCE


def with_tensors(tree: Node) -> Node:
    """The tree with constants made into tensors where a plain number would not do.

    A function takes tensors; and what Python itself refuses to compute or makes a complex number
    of, as 1/0 and (-1)^0.5, a framework's own arithmetic knows as inf and nan.
    """
    memo: dict[int, tuple[Node, bool, float | None]] = {}

    def walk(node: Node) -> tuple[Node, bool, float | None]:
        """The new node, whether it is the same everywhere, and its value if Python knows it."""
        if not isinstance(node, Call):
            return node, isinstance(node, Number), constant_value(node)
        if id(node) not in memo:
            parts = [walk(argument) for argument in node.arguments]
            values = [Number(value) for _, _, value in parts if value is not None]
            here = None
            if len(values) == len(parts):
                here = constant_value(Call(node.function, tuple(values)))
                here = here if here is not None and math.isfinite(here) else None
            wanted = node.function in FUNCTIONS or (len(values) == len(parts) and here is None)
            arguments = tuple(
                Call("tensor", (part,)) if wanted and constant else part
                for part, constant, _ in parts
            )
            constant = all(constant for _, constant, _ in parts)
            memo[id(node)] = Call(node.function, arguments), constant, here
        return memo[id(node)]

    return walk(tree)[0]
