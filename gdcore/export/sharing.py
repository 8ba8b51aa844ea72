"""Derivatives too long to be written out: what occurs several times is computed once, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from gdcore.export.layout import Code
from gdcore.export.naming import free
from gdcore.export.sources import source
from gdcore.formula import Call, Node, Variable
from gdcore.formula.writing import as_shown


def shared_steps(
    trees: Sequence[Node], spelling: Mapping[str, str], taken: Collection[str]
) -> tuple[list[tuple[Code, Code]], list[Node]]:
    """Names with the expressions that they stand for, in order, and the trees in which they stand.

    taken: the names that are not free for them.
    """
    shown = [as_shown(tree, spelling) for tree in trees]
    uses: Counter[int] = Counter()
    for tree in shown:
        _count(tree, uses)
    steps: list[tuple[Code, Code]] = []
    memo: dict[int, Node] = {}

    def walk(node: Node) -> Node:
        if not isinstance(node, Call):
            return node
        if id(node) not in memo:
            short: Node = Call(node.function, tuple(map(walk, node.arguments)))
            if uses[id(node)] > 1:
                name = free(f"t{len(steps) + 1}", taken)
                steps.append((name, source(short, spelling)))
                short = Variable(name)
            memo[id(node)] = short
        return memo[id(node)]

    return steps, [walk(tree) for tree in shown]


def _count(node: Node, uses: Counter[int]) -> None:
    """How many places want each node."""
    if isinstance(node, Call):
        uses[id(node)] += 1
        if uses[id(node)] == 1:
            for argument in node.arguments:
                _count(argument, uses)
