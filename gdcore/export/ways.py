"""The ways to a derivative that need no framework, as scripts that run on NumPy alone."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from gdcore.court import Dual, best_h
from gdcore.court.duals import moved
from gdcore.court.numeric import complex_power, shared
from gdcore.export.scripts import DIALECTS
from gdcore.formula import FUNCTIONS, Call, Formula, Node, Number, Variable, to_source

_NUMPY = DIALECTS["numpy"]
# What is no analytic function is continued from its real line, piece by piece.
_COMPLEX = {
    "abs": "def c_abs(z): return z if z.real >= 0 else -z",
    "sign": "def c_sign(z): return np.sign(z.real) + 0 * z",
    "cbrt": "def c_cbrt(z): return z ** (1 / 3) if z.real >= 0 else -((-z) ** (1 / 3))",
    "relu": "def c_relu(z): return z if z.real >= 0 else 0 * z",
    "sigmoid": "def c_sigmoid(z): return 1 / (1 + np.exp(-z)) if z.real >= 0"
    " else np.exp(z) / (1 + np.exp(z))",
    "softplus": "def c_softplus(z): return z + np.log1p(np.exp(-z)) if z.real >= 0"
    " else np.log1p(np.exp(z))",
    "max": "def c_max(*z): return shared(z, max)",
    "min": "def c_min(*z): return shared(z, min)",
    "pow": "def c_pow(z, w): return complex_power(z, w)",
}


def method_script(formula: Formula, at: Mapping[str, float], method: str, dtype: str) -> str:
    """Value and gradient of exactly this formula by one of `gdcore.court.METHODS`."""
    return {"dual": _dual, "complex_step": _complex, "central": _central, "forward": _forward}[
        method
    ](formula, at, dtype)


def _names(at: Mapping[str, float]) -> dict[str, str]:
    """Variables that would hide what the script itself needs get another name."""
    own = (
        r"np|functools|operator|reduce|f|h|i|at|dtype|constant|Dual|dataclass|Any|moved"
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


def _used(node: Node) -> set[str]:
    if not isinstance(node, Call):
        return set()
    inside = (_used(part) for part in node.arguments)
    return {node.function}.union(*inside) & {*FUNCTIONS, "pow"}


def _helpers(code: str) -> list[str]:
    """The functions that NumPy lacks, as far as `code` uses them."""
    used = set(re.findall(r"[A-Za-z_]\w*", code))
    return [line for name, line in _NUMPY.helpers.items() if name in used and name != "tensor"]


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
    needs = [name for name in ("functools",) if f"{name}." in body]
    head = "".join(f"import {name}\n" for name in needs) + "import numpy as np\n"
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
    lifted = []
    for name in sorted(_used(formula.tree) - {"pow"}):
        lifted.append(_lifted(name, _arguments(formula.tree, name)))
    spelling = {name: f"d_{name}" for name in FUNCTIONS} | {"pi": "np.pi", "e": "np.e"}
    code = "\n".join(lifted)
    moves = [inspect.getsource(part).rstrip() + "\n" for part in (moved, Dual)]
    before = [*_helpers(code), "", *moves, *lifted]
    text = _join(
        dtype,
        formula,
        at,
        spelling,
        before,
        """\
for i in range(len(at)):
    result = f(*[Dual(x, dtype(i == j)) for j, x in enumerate(at)])
    print(result.value, result.slope)
""",
        "Dual(dtype(x), dtype(0))",
    )
    head = "from __future__ import annotations\n\nfrom dataclasses import dataclass\n"
    return head + "from typing import Any\n\n" + text


def _arguments(node: Node, name: str) -> set[int]:
    """With how many arguments a function is called in a tree."""
    if not isinstance(node, Call):
        return set()
    own = {len(node.arguments)} if node.function == name else set()
    return own.union(*(_arguments(part, name) for part in node.arguments))


def _lifted(name: str, counts: set[int]) -> str:
    """A function of dual numbers: its value, and its slopes times those of its arguments."""
    written = []
    for count in sorted(counts):
        names = [f"u{i}" if count > 1 else "u" for i in range(count)]
        inside = tuple(Variable(f"{u}.value") for u in names)
        value = to_source(Call(name, inside), _NUMPY.functions)
        slopes = " + ".join(
            f"moved({u}.slope, {to_source(slope, _NUMPY.functions)})"
            for u, slope in zip(names, FUNCTIONS[name].slopes(*inside), strict=True)
        )
        written.append((count, f"({', '.join(names)}): return Dual({value}, {slopes})"))
    if len(written) == 1:
        return f"def d_{name}{written[0][1]}"
    ways = ", ".join(
        f"{count}: lambda {rest[1:].replace('): return', ':')}" for count, rest in written
    )
    return f"def d_{name}(*u): return {{{ways}}}[len(u)](*u)"


def _complex(formula: Formula, at: Mapping[str, float], dtype: str) -> str:
    used = _used(formula.tree)
    spelling = _NUMPY.functions | {name: f"c_{name}" for name in _COMPLEX} | {"step": "c_step"}
    helpers = [line for name, line in _COMPLEX.items() if name in used]
    parts = {shared: used & {"max", "min"}, complex_power: used & {"pow"}}
    taken = [inspect.getsource(part).rstrip() + "\n" for part, needed in parts.items() if needed]
    named = replace(formula, tree=_powers(formula.tree))
    text = _join(
        dtype,
        named,
        at,
        spelling,
        [*taken, *helpers],
        """\
for i in range(len(at)):
    h = max(dtype(1e-20) * abs(at[i]), np.finfo(dtype).tiny) if at[i] else dtype(1e-20)
    result = f(*[complex(x, h if i == j else 0) for j, x in enumerate(at)])
    print(result.real, result.imag / h)
""".replace("complex(", f"np.{_twice(dtype)}("),
        f"np.{_twice(dtype)}(x)",
    )
    head = "from __future__ import annotations\n\nfrom collections.abc import Callable\n"
    return head + "from typing import Any\n\n" + text


def _powers(node: Node) -> Node:
    """The tree with every power as a call, which the script replaces."""
    if not isinstance(node, Call):
        return node
    name = "c_pow" if node.function == "pow" else node.function
    return Call(name, tuple(map(_powers, node.arguments)))


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
            _helpers(source),
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
