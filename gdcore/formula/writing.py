"""A tree as text: Python source for any framework, and LaTeX in the order it was typed."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gdcore.formula.functions import FUNCTIONS, STAND_INS
from gdcore.formula.tree import Call, Formula, Node, Number, Variable

_BINDS = {"add": 1, "sub": 1, "mul": 2, "div": 2, "neg": 3, "pow": 4}
LONGEST_SOURCE = 20_000


def binding(node: Node) -> int:
    if isinstance(node, Call):
        return _BINDS.get(node.function, 9)
    return 3 if isinstance(node, Number) and node.value < 0 else 9


def as_shown(node: Node, own: Mapping[str, str] | None = None) -> Node:
    """The tree with everything written out that stands in for a tree, unless `own` names it."""
    known: dict[int, Node] = {}

    def walk(part: Node) -> Node:
        if not isinstance(part, Call):
            return part
        if id(part) not in known:
            arguments = tuple(map(walk, part.arguments))
            if part.function in STAND_INS and part.function not in (own or {}):
                known[id(part)] = STAND_INS[part.function].shown(*arguments)
            else:
                same = all(a is b for a, b in zip(arguments, part.arguments, strict=True))
                known[id(part)] = part if same else Call(part.function, arguments)
        return known[id(part)]

    return walk(node)


def to_source(node: Node, functions: Mapping[str, str] | None = None) -> str:
    """The tree as Python arithmetic: 2*x**2, sin(x); "…" past any length worth reading.

    functions: other names for functions, constants and variables, as in {"sin": "tf.sin"}.
    """
    called = functions or {}
    signs = {"add": " + ", "sub": " - ", "mul": "*", "div": "/", "pow": "**"}
    room = LONGEST_SOURCE

    def put(child: Node, least: int) -> str:
        text = write(child)
        return f"({text})" if binding(child) < least else text

    def write(node: Node) -> str:
        nonlocal room
        room -= 1
        if room < 0:
            return "…"
        if isinstance(node, Number):
            return called.get(node.symbol, node.symbol) or _shortest(node.value)
        if isinstance(node, Variable):
            return called.get(node.name, node.name)
        name, binds = node.function, _BINDS.get(node.function, 0)
        if name == "neg":
            return "-" + put(node.arguments[0], 3)
        if name in signs:
            a, b = node.arguments
            left, right = (binds + 1, 3) if name == "pow" else (binds, binds + 1)
            return put(a, left) + signs[name] + put(b, right)
        inside = ", ".join(write(argument) for argument in node.arguments)
        return f"{called.get(name, name)}({inside})"

    return write(as_shown(node, called))


def _shortest(value: float) -> str:
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def latex(formula: Formula | Node) -> str:
    """The formula in LaTeX, in the order in which it was typed."""

    def put(child: Node, least: int, after_sign: bool = False) -> str:
        text = write(child)
        loose = binding(child) < least or (after_sign and text.startswith("-"))
        return rf"\left({text}\right)" if loose else text

    def write(node: Node) -> str:
        if isinstance(node, Number):
            return {"pi": r"\pi", "e": "e"}.get(node.symbol) or latex_number(node.value)
        if isinstance(node, Variable):
            return _latex_name(node.name)
        name, arguments = node.function, node.arguments
        if name == "neg":
            return "-" + put(arguments[0], 2, True)
        if name in ("add", "sub"):
            sign = "+" if name == "add" else "-"
            return f"{put(arguments[0], 1)} {sign} {put(arguments[1], 1 + (name == 'sub'), True)}"
        if name == "mul":
            return rf"{put(arguments[0], 2)} \cdot {put(arguments[1], 2, True)}"
        if name == "div":
            return rf"\frac{{{write(arguments[0])}}}{{{write(arguments[1])}}}"
        if name == "pow":
            base = put(arguments[0], 9)
            if "^" in base and not base.startswith(r"\left("):
                base = rf"\left({base}\right)"  # no second exponent on e^x or 10^-3
            return f"{base}^{{{write(arguments[1])}}}"
        return FUNCTIONS[name].latex.format(", ".join(write(argument) for argument in arguments))

    return write(as_shown(formula.tree if isinstance(formula, Formula) else formula))


def latex_number(value: float, digits: int = 12) -> str:
    r"""A number in LaTeX, with as many significant digits: -5.18\cdot 10^{21}, \infty."""
    value = float(value) + 0.0  # there is no minus zero in a lesson
    if not math.isfinite(value):
        return r"\text{—}" if math.isnan(value) else r"\infty" if value > 0 else r"-\infty"
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    return mantissa + (rf"\cdot 10^{{{int(exponent)}}}" if exponent else "")


def _latex_name(name: str) -> str:
    letters = name.rstrip("0123456789_")
    index = name[len(letters) :].strip("_")
    greek = "alpha beta gamma delta theta lambda mu sigma omega phi rho tau eta".split()
    head = rf"\{letters}" if letters in greek else letters.replace("_", r"\_")
    head = head if len(letters) == 1 or letters in greek else rf"\mathrm{{{head}}}"
    return f"{head}_{{{index}}}" if index else head
