"""The ways to a derivative that need no framework, as scripts that run on NumPy alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial, reduce
from typing import Any

from gdcore.court import Dual, best_h
from gdcore.court.duals import moved, slopes
from gdcore.court.numeric import complex_power, shared
from gdcore.export.dialects import COMPLEX, DIALECTS, Dialect, imports
from gdcore.export.environment import render
from gdcore.export.layout import Code, identifier
from gdcore.export.naming import renamed, with_names
from gdcore.export.sources import source
from gdcore.formula import FUNCTIONS, Call, Formula, Node, Number, Variable

_NUMPY = DIALECTS["numpy"]


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What differs between the ways.

    spelling: of the tree. sources: all that is written in words of `dialect`. more: what the
    template of this way wants beside that.
    """

    tree: Node
    spelling: Mapping[str, str]
    sources: Sequence[Code]
    dialect: Dialect
    more: Mapping[str, Any]


def method_script(formula: Formula, at: Mapping[str, float], method: str, dtype: str) -> str:
    """Value and gradient of exactly this formula by one of `gdcore.court.METHODS`."""
    names = renamed(formula.names)
    said = _WAYS[method](_with_constants(with_names(formula.tree, names)), dtype)
    helpers = said.dialect.helpers(said.sources)
    value = source(said.tree, said.spelling)
    return render(
        f"method/{method}.py.j2",
        dtype=Code(dtype),
        helpers=helpers,
        names=list(names.values()),
        value=value,
        point=[float(at[name]) for name in formula.names],
        **imports([*said.sources, value], helpers),
        **said.more,
    )


def _dual(tree: Node, dtype: str) -> Spoken:
    counts, numpy = _counts(tree), _NUMPY.functions
    lifted = [
        (Code(f"d_{name}"), [_lifted(name, count, numpy) for count in sorted(counts[name])])
        for name in sorted(counts)
    ]
    spelling = numpy | {name: f"d_{name}" for name in FUNCTIONS}
    sources = [written for _, duals in lifted for _, written in duals]
    more = {"taken": [_own(moved), _own(Dual)], "lifted": lifted}
    return Spoken(tree=tree, spelling=spelling, sources=sources, dialect=_NUMPY, more=more)


def _complex(tree: Node, dtype: str) -> Spoken:
    spelling = COMPLEX.functions
    sources = [source(tree, spelling)]
    code = [*sources, *(one.value for one in COMPLEX.helpers(sources))]
    taken = [
        _own(part)
        for part in (shared, complex_power)
        if any(f"{part.__name__}(" in one for one in code)
    ]
    twice = {"float32": "complex64", "float64": "complex128"}[dtype]
    return Spoken(
        tree=tree,
        spelling=spelling,
        sources=sources,
        dialect=COMPLEX,
        more={"taken": taken, "twice": Code(twice)},
    )


def _quotient(order: int, tree: Node, dtype: str) -> Spoken:
    spelling = _NUMPY.functions
    sources = [source(tree, spelling)]
    return Spoken(
        tree=tree,
        spelling=spelling,
        sources=sources,
        dialect=_NUMPY,
        more={"h": best_h(dtype, order)},
    )


_WAYS: dict[str, Callable[[Node, str], Spoken]] = {
    "dual": _dual,
    "complex_step": _complex,
    "central": partial(_quotient, 2),
    "forward": partial(_quotient, 1),
}


@cache
def _own(part: Callable[..., Any]) -> Code:
    """What the court itself runs."""
    return Code(inspect.getsource(part).rstrip())


def _with_constants(node: Node) -> Node:
    """The tree with every constant as a number of the script's own kind."""
    if isinstance(node, Number):
        return Call("constant", (node,))
    if isinstance(node, Variable):
        return node
    return Call(node.function, tuple(map(_with_constants, node.arguments)))


def _counts(node: Node) -> dict[str, set[int]]:
    """With how many arguments each function is called in a tree."""
    arities: dict[str, set[int]] = {}
    if isinstance(node, Call):
        if node.function in FUNCTIONS:
            arities[node.function] = {len(node.arguments)}
        for part in node.arguments:
            for name, counts in _counts(part).items():
                arities[name] = arities.get(name, set()) | counts
    return arities


def _lifted(name: str, count: int, spelling: Mapping[str, str]) -> tuple[list[Code], Code]:
    """A function of dual numbers: its arguments, and its value with the sum of the slopes."""
    names = [identifier(f"u{i}" if count > 1 else "u") for i in range(count)]
    inside = tuple(f"{u}.value" for u in names)
    moves: list[Node] = [
        Call("moved", (Variable(f"{u}.slope"), slope))
        for u, slope in zip(names, slopes(name, inside), strict=True)
    ]
    total = reduce(lambda a, b: Call("add", (a, b)), moves)
    value = Call(name, tuple(map(Variable, inside)))
    return names, source(Call("Dual", (value, total)), spelling)
