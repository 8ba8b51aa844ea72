"""A formula as a computational graph, and the walk through it: values forward, gradients backward.

Reverse-mode automatic differentiation (Linnainmaa 1976; Griewank & Walther 2008, ch. 3) as one
would do it on the board: every node's value first, then from the result back to the variables,
each edge multiplying what arrives at its node by the node's local derivative. Where several edges
leave a node, their products add up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gdcore.backends import engine
from gdcore.backends.numpy_ import operations
from gdcore.formula import Call, Formula, Number, Variable, derivative, evaluate, parse, to_source
from gdcore.formula import Node as Tree
from gdcore.formula.arithmetic import ARITHMETIC
from gdcore.formula.tree import variables
from gdcore.words.figures import bracketed, plain

SIGNS = {name: record.node for name, record in ARITHMETIC.items()}


@dataclass(frozen=True, kw_only=True)
class Node:
    """One variable or one operation of the graph.

    name: x for a variable, v1, v2, … for what is computed. tree: the operation over the names of
    its arguments, constants standing in it. arguments: indices of the nodes it takes, each once
    per use. column, row: where it is drawn, from the variables on the left to the result.
    """

    name: str
    tree: Tree
    arguments: tuple[int, ...] = ()
    label: str = ""
    column: int = 0
    row: float = 0.0


@dataclass(frozen=True)
class Edge:
    """One use of the node `child` by the node `parent`; `slot` is the row kept free for it."""

    parent: int
    child: int
    place: int
    slot: float


@dataclass(frozen=True, kw_only=True)
class Backward:
    """One step back along an edge: parent's gradient × local derivative, added to the child's.

    rule: the local derivative in the names of the nodes, as Python arithmetic.
    """

    edge: int
    arriving: float
    rule: str
    local: float
    product: float
    total: float


@dataclass(frozen=True)
class Graph:
    """Nodes in an order in which each can be computed; the last one is the result."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def columns(self) -> int:
        return max(node.column for node in self.nodes) + 1

    @property
    def rows(self) -> float:
        places = [node.row for node in self.nodes] + [edge.slot for edge in self.edges]
        return max(places) - min(places) + 1

    @cached_property
    def computed(self) -> tuple[int, ...]:
        """Indices of the nodes that are no variables, in the order of the forward pass."""
        return tuple(i for i, node in enumerate(self.nodes) if node.arguments)


@dataclass(frozen=True)
class Walk:
    """The forward and the backward pass at a point.

    Step 0 shows the variables; the steps 1 … len(graph.computed) compute one node each; the next
    one puts ∂f/∂f = 1; then follows one step per edge, in the order of `backward`.
    """

    graph: Graph
    values: tuple[float, ...]
    backward: tuple[Backward, ...]

    @property
    def seed(self) -> int:
        """The step in which the result's gradient, 1, is put."""
        return len(self.graph.computed) + 1

    @property
    def steps(self) -> int:
        return self.seed + len(self.backward)

    def gradient(self) -> dict[str, float]:
        """The gradient that has arrived at every variable in the end."""
        gradient = {node.name: 0.0 for node in self.graph.nodes if not node.arguments}
        if not self.graph.nodes[-1].arguments:
            gradient[self.graph.nodes[-1].name] = 1.0
        for move in self.backward:
            child = self.graph.nodes[self.graph.edges[move.edge].child]
            if child.name in gradient:
                gradient[child.name] = move.total
        return gradient


def build(formula: Formula, deepest: int | None = None) -> Graph:
    """The graph of a formula. Constants stand in the node that uses them.

    deepest: parts nested deeper than this are folded into one node each.
    """
    names = formula.names or variables(formula.tree)
    nodes = [Node(name=name, tree=Variable(name), label=name) for name in names]
    index = {name: i for i, name in enumerate(names)}
    edges: list[Edge] = []
    slots = 0
    # What is computed gets names that no variable has.
    letter = next(c for c in "vutnz" if not any(re.fullmatch(rf"{c}\d+", name) for name in names))

    def visit(tree: Call, depth: int) -> tuple[int, float]:
        """Adds a node with all below it; its number and its row."""
        nonlocal slots
        arguments, rows = [], []
        folded = deepest is not None and depth >= deepest and _nested(tree)
        parts: tuple[Tree, ...] = tree.arguments
        if folded:
            parts = tuple(Variable(name) for name in variables(tree))
        inside: list[Tree] = []
        for part in parts:
            if not variables(part):
                inside.append(part)
                continue
            if isinstance(part, Call):
                number, row = visit(part, depth + 1)
            else:
                assert isinstance(part, Variable)
                number, row = index[part.name], float(slots)
                slots += 1
            arguments.append(number)
            rows.append(row)
            inside.append(Variable(nodes[number].name))
        me = len(nodes)
        kept = tree if folded else Call(tree.function, tuple(inside))
        label = "…" if folded else _label(kept)
        name = f"{letter}{me - len(names) + 1}"
        row = float(np.mean(rows))
        nodes.append(
            Node(
                name=name, tree=kept, arguments=tuple(arguments), label=label, column=depth, row=row
            )
        )
        for place, (number, slot) in enumerate(zip(arguments, rows, strict=True)):
            edges.append(Edge(me, number, place, slot))
        return me, row

    if isinstance(formula.tree, Call) and names and variables(formula.tree):
        visit(formula.tree, 0)
    return _placed(nodes, edges, len(names))


def _nested(tree: Call) -> bool:
    return any(isinstance(part, Call) and variables(part) for part in tree.arguments)


def _label(tree: Call) -> str:
    """What stands on a node: its sign, with a constant beside it."""
    sign = SIGNS.get(tree.function, tree.function)
    constants = ["" if isinstance(part, Variable) else _constant(part) for part in tree.arguments]
    if not any(constants):
        return sign
    if tree.function in SIGNS:
        return " ".join([constants[0], sign, constants[-1]]).strip()
    return f"{sign} {', '.join(filter(None, constants))}"


def _constant(tree: Tree) -> str:
    if isinstance(tree, Number):
        return tree.symbol or plain(tree.value, 3)
    return plain(float(evaluate(tree, operations("float64"), {})), 3)


def _placed(nodes: list[Node], edges: list[Edge], count: int) -> Graph:
    """Columns from left to right; variables on the far left, beside where they are used."""
    deepest = max((node.column for node in nodes[count:]), default=-1)
    placed = [replace(node, column=deepest - node.column + 1) for node in nodes]
    wanted = []
    for i in range(count):
        uses = [edge.slot for edge in edges if edge.child == i]
        wanted.append((float(np.mean(uses)) if uses else 0.0, i))
    tallest = max((edge.slot for edge in edges), default=0.0)
    apart, floor = max(1.0, 0.8 * tallest / max(count, 1)), -np.inf
    middle = float(np.mean([row for row, _ in wanted])) - apart * (count - 1) / 2
    for place, (row, i) in enumerate(sorted(wanted)):
        # Evenly around the middle of their uses: many edges leave here.
        floor = max(row if count == 1 else middle + apart * place, floor + 1)
        placed[i] = replace(placed[i], column=0, row=float(floor))
    return Graph(tuple(placed), tuple(edges))


def walk(formula: Formula, at: Mapping[str, float], deepest: int | None = None) -> Walk:
    """The whole walk at a point, in float64. What overflows or has no value is inf or NaN."""
    graph, ops = build(formula, deepest), operations("float64")
    values: dict[str, np.float64] = {name: np.float64(value) for name, value in at.items()}
    with np.errstate(all="ignore"):
        for node in graph.nodes:
            if node.arguments:
                values[node.name] = np.float64(evaluate(node.tree, ops, values))
        gradient = dict.fromkeys((node.name for node in graph.nodes), 0.0)
        gradient[graph.nodes[-1].name] = 1.0
        backward = []
        for parent in reversed(graph.computed):
            for number, edge in enumerate(graph.edges):
                if edge.parent != parent:
                    continue
                above, child = graph.nodes[parent], graph.nodes[edge.child].name
                slope = _local(above, edge.place, [graph.nodes[i].name for i in above.arguments])
                # Where there is no value there is no slope either, whatever the rule says.
                there = np.isfinite(values[above.name])
                local = float(evaluate(slope, ops, values)) if there else np.nan
                arriving = gradient[above.name]
                gradient[child] += arriving * local
                backward.append(
                    Backward(
                        edge=number,
                        arriving=arriving,
                        rule=to_source(slope.tree),
                        local=local,
                        product=arriving * local,
                        total=gradient[child],
                    )
                )
    return Walk(graph, tuple(float(values[node.name]) for node in graph.nodes), tuple(backward))


def _local(node: Node, place: int, names: list[str]) -> Formula:
    """The derivative of a node by one of its arguments, x·x counting as two of them."""
    if node.label == "…":  # folded: the variables stand in it, each once
        return derivative(Formula("", "", tuple(names), node.tree), names[place])
    assert isinstance(node.tree, Call)
    parts, seen, used = [], -1, ""
    for part in node.tree.arguments:
        if isinstance(part, Variable):
            seen += 1
            if seen == place:
                used = part.name
                part = Variable("__here")
        parts.append(part)
    apart = Formula("", "", ("__here",), Call(node.tree.function, tuple(parts)))
    slope = derivative(apart, "__here")
    return replace(slope, tree=_renamed(slope.tree, "__here", used))


def _renamed(tree: Tree, old: str, new: str) -> Tree:
    if isinstance(tree, Variable):
        return Variable(new) if tree.name == old else tree
    if isinstance(tree, Call):
        return Call(tree.function, tuple(_renamed(part, old, new) for part in tree.arguments))
    return tree


def written(source: str) -> str:
    """Python arithmetic as one writes it on the board."""
    return re.sub(
        r"(?<=\w)\s*-\s*|-",
        lambda m: " − " if m[0] != "-" else "−",
        source.replace("**", "^").replace("*", " × "),
    )


def forward_line(walk: Walk, number: int) -> tuple[str, str, str]:
    """A node's operation in names, the same with numbers in it, and its value."""
    node = walk.graph.nodes[number]
    figures = {walk.graph.nodes[i].name: bracketed(walk.values[i]) for i in node.arguments}
    return (
        written(to_source(node.tree)),
        written(to_source(node.tree, figures)),
        plain(walk.values[number]),
    )


def framework_operations(
    formula: str | Formula, at: Mapping[str, float], backend: str
) -> list[list[str]]:
    """For every computed node of the graph, what the framework itself recorded for it.

    PyTorch's `grad_fn` nodes or the operations of a TensorFlow graph, for instance, by their own
    names; `Backend.records` says what they are.
    """
    tree = parse(formula, tuple(at)) if isinstance(formula, str) else formula
    parts = [(node.name, node.tree) for node in build(tree).nodes if node.arguments]
    return engine(backend).recorded(parts, dict(at))
