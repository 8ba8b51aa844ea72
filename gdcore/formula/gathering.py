"""The derivative as a reader would write it, its like terms gathered by SymPy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gdcore.formula.arithmetic import PYTHON
from gdcore.formula.calculus import derivative
from gdcore.formula.functions import CONSTANTS, FUNCTIONS, operation
from gdcore.formula.tree import (
    LARGEST_EXACT,
    Call,
    Formula,
    Node,
    Number,
    Variable,
    count_nodes,
)
from gdcore.formula.writing import as_shown, latex, latex_number, to_source

_LOGARITHMS = {math.log(2): r"\ln\left(2\right)", math.log(10): r"\ln\left(10\right)"}
# A whole number with more digits than these is written as a power of ten.
MOST_DIGITS = 15


def _size(node: Node) -> float:
    """No whole number that exact arithmetic can make of this tree is much larger."""
    if not isinstance(node, Call):
        return max(2.0, abs(node.value)) if isinstance(node, Number) and not node.symbol else 1.0
    sizes = [_size(argument) for argument in node.arguments]
    return sizes[0] ** sizes[1] * sizes[1] if node.function == "pow" else math.prod(sizes)


def derivative_latex(formula: Formula, name: str) -> str:
    """The partial derivative in LaTeX; like terms are gathered by SymPy where it is small."""
    slope = derivative(formula, name)
    try:
        small = len(slope.source) <= 600 and count_nodes(formula.tree) <= 60
        if small and _size(formula.tree) <= LARGEST_EXACT:
            return _gathered(slope.tree)
    except OverflowError:
        pass
    return latex(slope) if len(slope.source) <= 2000 else r"\cdots"


def _gathered(tree: Node) -> str:
    """LaTeX with like terms gathered. To SymPy every function of something is just a symbol."""
    import sympy  # late: half a second to import, and only words depend on it
    from sympy.printing.latex import LatexPrinter
    from sympy.printing.precedence import PRECEDENCE

    class Printer(LatexPrinter):  # type: ignore[misc]
        """SymPy's own, with numbers as the rest of the page writes them."""

        def _print_Float(self, number: Any) -> str:
            return latex_number(float(number))

        def _print_Integer(self, number: Any) -> str:
            digits = str(number)
            return digits if len(digits) <= MOST_DIGITS else latex_number(float(number))

        def parenthesize(self, item: Any, level: Any, *more: Any, **options: Any) -> str:
            text = str(super().parenthesize(item, level, *more, **options))
            product = item.is_Number and r"\cdot" in text and not text.startswith(r"\left(")
            return rf"\left({text}\right)" if product and level > PRECEDENCE["Mul"] else text

    shown: dict[Any, str] = {}
    ranks = {name: rank for rank, name in enumerate(FUNCTIONS, start=10)}

    def symbol(node: Node, text: str) -> Any:
        # SymPy sorts by name; a reader expects π x e^x sin(x) cos(x).
        if isinstance(node, Call):
            rank = ranks.get(node.function, 10)
        else:
            rank = 1 if isinstance(node, Variable) else 2 if text == "e" else 0
        atom = sympy.Symbol(f"{rank:02} {to_source(node)}")
        shown[atom] = text
        return atom

    def write(expression: Any) -> str:
        floats = expression.atoms(sympy.Float)
        whole = {x: sympy.Integer(int(x)) for x in floats if float(x) == int(x)}
        printer = Printer({"symbol_names": shown})
        return str(printer.doprint(expression.xreplace(whole)))

    def convert(node: Node) -> Any:
        if isinstance(node, Number):
            if node.symbol or node.value in _LOGARITHMS:
                return symbol(node, _LOGARITHMS.get(node.value) or latex(node))
            exact = node.value == int(node.value)
            return sympy.Integer(int(node.value)) if exact else sympy.Float(repr(node.value), 12)
        if isinstance(node, Variable):
            return symbol(node, latex(node))
        arguments = [convert(argument) for argument in node.arguments]
        if node.function == "exp":
            return symbol(CONSTANTS["e"], "e") ** arguments[0]
        if node.function in ("div", "pow", "sqrt") and not _exact(node.function, arguments):
            return symbol(node, latex(node))  # 1/0, 2^0.5: left as they stand
        if node.function == "sqrt":
            return arguments[0] ** sympy.Rational(1, 2)
        if node.function in PYTHON:
            return PYTHON[node.function](*arguments)
        printed = operation(node.function).printed
        return symbol(node, printed.format(", ".join(map(write, arguments))))

    gathered = convert(as_shown(tree))
    if gathered.has(sympy.zoo, sympy.oo, sympy.nan, sympy.I):
        raise OverflowError  # an undefined number, such as 1/(0*x)
    return write(gathered)


def _exact(function: str, arguments: Sequence[Any]) -> bool:
    """Whether SymPy may work it out: with variables always, on plain numbers where it is exact."""
    if not all(argument.is_Number for argument in arguments):
        return True
    last = arguments[-1]
    if function == "div":
        return bool(last != 0)
    return function == "pow" and bool(last.is_Integer and last > 0)
