r"""Typed text becomes a checked tree; nothing that was typed is ever executed.

A formula is read by a small parser of its own, because `eval`, SymPy's `sympify` and `lambdify`
all run what they are given. The tree is then walked over any framework's own operations, so that
NumPy, TensorFlow and PyTorch compute the very same thing, `x*x` staying the product it was typed
as. Derivatives follow the rules of calculus, one rule per function in `FUNCTIONS`.

At kinks the conventions are: d|x|/dx = 0 at 0, relu'(0) = 0, and the arguments
that tie in max or min share the slope equally.
"""

from gdcore.formula.calculus import derivative, evaluate
from gdcore.formula.functions import FUNCTIONS
from gdcore.formula.gathering import derivative_latex
from gdcore.formula.reading import parse
from gdcore.formula.tree import Call, Formula, Node, Number, Variable, count_nodes, variables
from gdcore.formula.writing import latex, latex_number, to_source

__all__ = [
    "FUNCTIONS",
    "Call",
    "Formula",
    "Node",
    "Number",
    "Variable",
    "count_nodes",
    "derivative",
    "derivative_latex",
    "evaluate",
    "latex",
    "latex_number",
    "parse",
    "to_source",
    "variables",
]
