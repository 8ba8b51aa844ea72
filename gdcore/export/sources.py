"""A checked tree as source of one framework."""

from __future__ import annotations

from collections.abc import Mapping

from gdcore.export.layout import Code
from gdcore.formula import Call, Node, to_source
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
