"""A checked tree as source of one framework, and what that source calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gdcore.export.layout import Code
from gdcore.formula import Call, Node, Number, to_source
from gdcore.formula.tree import ARITHMETIC
from gdcore.formula.writing import LONGEST_SOURCE, as_shown


def source(tree: Node, spelling: Mapping[str, str]) -> Code:
    """The tree as an expression. spelling: our name -> the script's, for all that has another."""
    return Code(to_source(tree, spelling))


def called(trees: Iterable[Node], spelling: Mapping[str, str]) -> set[str]:
    """Our names of the functions and constants in what is written."""
    found: set[str] = set()
    seen: set[int] = set()

    def walk(node: Node) -> None:
        if isinstance(node, Number) and node.symbol:
            found.add(node.symbol)
        elif isinstance(node, Call) and id(node) not in seen:
            seen.add(id(node))
            found.update({node.function} - ARITHMETIC.keys())
            for argument in node.arguments:
                walk(argument)

    shown = [as_shown(tree, spelling) for tree in trees]  # kept: an id is only good while it lives
    for tree in shown:
        walk(tree)
    return found


def lacking(used: Iterable[str], functions: Mapping[str, str]) -> set[str]:
    """Those that no module of the framework has: the script defines them itself."""
    return {name for name in used if "." not in functions.get(name, name)}


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
