"""A tree as text: Python source for any framework, and LaTeX in the order it was typed."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gdcore.formula.arithmetic import ARITHMETIC
from gdcore.formula.functions import find, operation
from gdcore.formula.tree import Call, Formula, Node, Number, Variable

LONGEST_SOURCE = 20_000


def binding(node: Node) -> int:
    if isinstance(node, Call):
        record = ARITHMETIC.get(node.function)
        return record.binds if record else 9
    return 3 if isinstance(node, Number) and node.value < 0 else 9


def as_shown(node: Node, own: Mapping[str, str] | None = None) -> Node:
    """The tree with everything written out that stands in for a tree, unless `own` names it."""
    memo: dict[int, Node] = {}
    called = own or {}

    def walk(part: Node) -> Node:
        if not isinstance(part, Call):
            return part
        if id(part) not in memo:
            arguments = tuple(map(walk, part.arguments))
            record = find(part.function) if part.function not in called else None
            if record and record.internal and record.meaning:
                memo[id(part)] = record.meaning(*arguments)
            else:
                same = all(a is b for a, b in zip(arguments, part.arguments, strict=True))
                memo[id(part)] = part if same else Call(part.function, arguments)
        return memo[id(part)]

    return walk(node)


def to_source(node: Node, functions: Mapping[str, str] | None = None) -> str:
    """The tree as Python arithmetic: 2*x**2, sin(x); "…" past any length worth reading.

    functions: other names for functions, constants and variables, as in {"sin": "tf.sin"}; an
    operator that has a name there is written as a call.
    """
    called = functions or {}
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
        name = node.function
        record = None if name in called else ARITHMETIC.get(name)
        if record and len(node.arguments) == 1:
            return record.python + put(node.arguments[0], record.binds)
        if record:
            a, b = node.arguments
            raised = name == "pow"
            left, right = (record.binds + 1, 3) if raised else (record.binds, record.binds + 1)
            return put(a, left) + record.python + put(b, right)
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
        name, record = node.function, operation(node.function)
        arguments = []
        for place, part in enumerate(node.arguments):  # a loop: deep trees need the stack
            arguments.append(put(part, *_needs(name, place)))
        if name not in ARITHMETIC:
            return record.printed.format(", ".join(arguments))
        if name == "pow" and "^" in arguments[0] and not arguments[0].startswith(r"\left("):
            arguments[0] = rf"\left({arguments[0]}\right)"  # no second exponent on e^x or 10^-3
        return record.printed.format(*arguments)

    return write(as_shown(formula.tree if isinstance(formula, Formula) else formula))


def _needs(operator: str, place: int) -> tuple[int, bool]:
    """How strongly an operator's argument must bind to stand without brackets in LaTeX, and
    whether a sign before it forbids a minus."""
    match operator, place:
        case "neg", _:
            return 2, True
        case "sub", 1:
            return 2, True
        case (("add" | "sub" | "mul"), _):
            return ARITHMETIC[operator].binds, place == 1
        case "pow", 0:
            return 9, False
    return 0, False  # inside a fraction, an exponent or a function's own brackets


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
