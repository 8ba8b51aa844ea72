"""The ways to a derivative that need no framework, as scripts that run on NumPy alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial, reduce
from typing import Any

from gdcore.court import Dual, best_h
from gdcore.court.duals import moved
from gdcore.court.numeric import complex_power, shared
from gdcore.export.dialects import COMPLEX, DIALECTS
from gdcore.export.environment import render
from gdcore.export.layout import Code, identifier
from gdcore.export.naming import renamed, with_names
from gdcore.export.sources import called, lacking, source
from gdcore.formula import FUNCTIONS, Call, Formula, Node, Number, Variable

_NUMPY = DIALECTS["numpy"].functions


@dataclass(frozen=True)
class Spoken:
    """What differs between the ways: the tree to be written, its spelling, the template's rest."""

    tree: Node
    spelling: Mapping[str, str]
    more: Mapping[str, Any]


def method_script(formula: Formula, at: Mapping[str, float], method: str, dtype: str) -> str:
    """Value and gradient of exactly this formula by one of `gdcore.court.METHODS`."""
    names = renamed(formula.names)
    said = _WAYS[method](_with_constants(with_names(formula.tree, names)), dtype)
    return render(
        f"method/{method}.py.j2",
        dtype=Code(dtype),
        names=list(names.values()),
        value=source(said.tree, said.spelling),
        point=[float(at[name]) for name in formula.names],
        **said.more,
    )


def _dual(tree: Node, dtype: str) -> Spoken:
    counts = _counts(tree)
    lifted = {
        name: [_lifted(name, count) for count in sorted(counts[name])] for name in sorted(counts)
    }
    used = called([dual for duals in lifted.values() for _, dual in duals], _NUMPY)
    written = [
        (
            Code(f"d_{name}"),
            [{"names": names, "source": source(dual, _NUMPY)} for names, dual in duals],
        )
        for name, duals in lifted.items()
    ]
    spelling = {name: f"d_{name}" for name in FUNCTIONS} | {"pi": "np.pi", "e": "np.e"}
    more = {"used": used, "lacking": lacking(used, _NUMPY), "lifted": written}
    return Spoken(tree, spelling, more | {"taken": [_own(moved), _own(Dual)]})


def _complex(tree: Node, dtype: str) -> Spoken:
    tree = _with_powers(tree)
    used = called([tree], COMPLEX.functions)
    taken = {shared: used & {"max", "min"}, complex_power: used & {"complex_power"}}
    twice = {"float32": "complex64", "float64": "complex128"}[dtype]
    more = {
        "taken": [_own(part) for part, needed in taken.items() if needed],
        "lacking": lacking(used, COMPLEX.functions),
        "twice": Code(twice),
    }
    return Spoken(tree, COMPLEX.functions, more)


def _quotient(order: int, tree: Node, dtype: str) -> Spoken:
    used = called([tree], _NUMPY)
    more = {"used": used, "lacking": lacking(used, _NUMPY), "h": best_h(dtype, order)}
    return Spoken(tree, _NUMPY, more)


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


def _with_powers(node: Node) -> Node:
    """The tree with every power as a call, which the script defines."""
    if not isinstance(node, Call):
        return node
    name = "complex_power" if node.function == "pow" else node.function
    return Call(name, tuple(map(_with_powers, node.arguments)))


def _counts(node: Node) -> dict[str, set[int]]:
    """With how many arguments each function is called in a tree."""
    found: dict[str, set[int]] = {}
    if isinstance(node, Call):
        if node.function in FUNCTIONS:
            found[node.function] = {len(node.arguments)}
        for part in node.arguments:
            for name, counts in _counts(part).items():
                found[name] = found.get(name, set()) | counts
    return found


def _lifted(name: str, count: int) -> tuple[list[Code], Node]:
    """A function of dual numbers: its arguments, and its value with the sum of the slopes."""
    names = [identifier(f"u{i}" if count > 1 else "u") for i in range(count)]
    inside = tuple(Variable(f"{u}.value") for u in names)
    moves: list[Node] = [
        Call("moved", (Variable(f"{u}.slope"), slope))
        for u, slope in zip(names, FUNCTIONS[name].slopes(*inside), strict=True)
    ]
    total = reduce(lambda a, b: Call("add", (a, b)), moves)
    return names, Call("Dual", (Call(name, inside), total))
