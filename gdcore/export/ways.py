"""The ways to a derivative that need no framework, as scripts that run on NumPy alone."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping

from gdcore.court import Dual, best_h
from gdcore.court.duals import OPERATORS, lifted, moved
from gdcore.court.numeric import complex_power, shared
from gdcore.export.scripts import DIALECTS, needed_imports
from gdcore.formula import Call, Formula, Node, Number, Variable, to_source
from gdcore.formula.engines import definitions, spelling

_NUMPY = DIALECTS["numpy"]


def method_script(formula: Formula, at: Mapping[str, float], method: str, dtype: str) -> str:
    """Value and gradient of exactly this formula by one of `gdcore.court.METHODS`."""
    return {"dual": _dual, "complex_step": _complex, "central": _central, "forward": _forward}[
        method
    ](formula, at, dtype)


def _names(at: Mapping[str, float]) -> dict[str, str]:
    """Variables that would hide what the script itself needs get another name."""
    own = (
        r"np|functools|math|scipy|operator|reduce|f|h|i|at|dtype|constant|Dual|dataclass|Any|moved"
        r"|shared|complex_power|[cd]_\w+"
    )
    return {name: f"{name}_" if re.fullmatch(own, name) else name for name in at}


def _constants(node: Node) -> Node:
    """The tree with every constant as a number of the script's own kind."""
    if isinstance(node, Number):
        return Call("constant", (node,))
    if isinstance(node, Variable):
        return node
    return Call(node.function, tuple(map(_constants, node.arguments)))


def _join(
    dtype: str,
    formula: Formula,
    at: Mapping[str, float],
    spelling: Mapping[str, str],
    before: list[str],
    after: str,
    kind: str = "dtype(x)",
) -> str:
    names = _names(at)
    source = to_source(_constants(formula.tree), dict(spelling) | names)
    body = "\n".join([*before, source])
    head = needed_imports(body) + "import numpy as np\n"
    point = ", ".join(f"dtype({float(value)!r})" for value in at.values())
    parts = [
        head,
        *before,
        f"dtype = np.{dtype}",
        "",
        f"def constant(x): return {kind}",
        "",
        f"def f({', '.join(names.values())}):",
        f"    return {source}",
        "",
        f"at = [{point}]",
        after,
    ]
    return "\n".join(parts)


def _dual(formula: Formula, at: Mapping[str, float], dtype: str) -> str:
    called = sorted(_called(formula.tree))
    operators = [(name, count) for name, count in called if name in OPERATORS]
    functions = [(name, count) for name, count in called if name not in OPERATORS]
    methods = [_line(OPERATORS[name], *lifted(name, count)) for name, count in operators]
    lines = _lifted(functions)
    spelling = {name: f"d_{name}" for name, _ in functions} | {"pi": "np.pi", "e": "np.e"}
    dual = "".join(f"\n    {line}\n" for line in methods)
    text = _join(
        dtype,
        formula,
        at,
        spelling,
        [
            *definitions("numpy", [*methods, *lines]),
            "",
            inspect.getsource(moved),
            inspect.getsource(Dual) + dual,
            *lines,
        ],
        """\
for i in range(len(at)):
    result = f(*[Dual(x, dtype(i == j)) for j, x in enumerate(at)])
    print(result.value, result.slope)
""",
        "Dual(dtype(x), dtype(0))",
    )
    head = "from __future__ import annotations\n\nfrom collections.abc import Callable\n"
    return head + "from dataclasses import dataclass\nfrom typing import Any\n\n" + text


def _called(node: Node) -> set[tuple[str, int]]:
    """The operations of a tree, each with the numbers of arguments that it is called with."""
    if not isinstance(node, Call):
        return set()
    return {(node.function, len(node.arguments))}.union(*map(_called, node.arguments))


def _line(name: str, names: str, result: str) -> str:
    return f"def {name}({names}): return {result}"


def _lifted(functions: list[tuple[str, int]]) -> list[str]:
    """The functions of dual numbers, by how many arguments they are called with."""
    found = []
    for name in dict.fromkeys(name for name, _ in functions):
        ways = {count: lifted(name, count) for other, count in functions if other == name}
        if len(ways) == 1:
            found.append(_line(f"d_{name}", *next(iter(ways.values()))))
            continue
        chosen = ", ".join(f"{count}: lambda {u}: {result}" for count, (u, result) in ways.items())
        found.append(_line(f"d_{name}", "*u", f"{{{chosen}}}[len(u)](*u)"))
    return found


def _complex(formula: Formula, at: Mapping[str, float], dtype: str) -> str:
    words = spelling("complex")
    lines = definitions("complex", [to_source(formula.tree, words)])
    code = "\n".join(lines)
    parts = [part for part in (shared, complex_power) if f"{part.__name__}(" in code]
    taken = [inspect.getsource(part).rstrip() + "\n" for part in parts]
    text = _join(
        dtype,
        formula,
        at,
        words,
        [*taken, *lines],
        """\
h = dtype(1e-20)
for i in range(len(at)):
    result = f(*[complex(x, h if i == j else 0) for j, x in enumerate(at)])
    print(result.real, result.imag / h)
""".replace("complex(", f"np.{_twice(dtype)}("),
        f"np.{_twice(dtype)}(x)",
    )
    head = "from __future__ import annotations\n\nfrom collections.abc import Callable\n"
    return head + "from typing import Any\n\n" + text


def _twice(dtype: str) -> str:
    return {"float32": "complex64", "float64": "complex128"}[dtype]


def _quotient(order: int, low: str) -> Callable[[Formula, Mapping[str, float], str], str]:
    def script(formula: Formula, at: Mapping[str, float], dtype: str) -> str:
        source = to_source(_constants(formula.tree), _NUMPY.functions)
        return _join(
            dtype,
            formula,
            at,
            _NUMPY.functions,
            definitions("numpy", [source]),
            f"""\
h = dtype({best_h(dtype, order)!r})
for i, x in enumerate(at):
    high, low = x + h, {low}
    rise = f(*at[:i], high, *at[i + 1:]) - f(*at[:i], low, *at[i + 1:])
    print(f(*at), rise / (high - low))
""",
        )

    return script


_central, _forward = _quotient(2, "x - h"), _quotient(1, "x")
