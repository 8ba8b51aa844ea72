"""Random formulas for the tests, and how exact their gradients can be."""

import numpy as np
from hypothesis import strategies as some

import gdcore as gd
from gdcore.court.graph import walk
from gdcore.formula import FUNCTIONS, Call, Number, Variable

TYPED = [name for name, function in FUNCTIONS.items() if not function.internal]


def call_of(name: str, x: str = "x") -> str:
    """A formula that calls the function on x, with other arguments where it takes several."""
    least, most = FUNCTIONS[name].arity
    if (least, most) == (1, 1):
        return f"{name}({x})"
    return f"{name}({x}, 0.7)" if most == 2 else f"{name}({x}, 0.1, 2*({x}))"


# Every function at the places where its record says that it has a value and a slope.
PLACES = [(name, at) for name in TYPED for at in FUNCTIONS[name].typical]


def trees(depth: int = 3):
    leaves = some.one_of(
        some.sampled_from([Variable("x"), Variable("y")]),
        some.integers(1, 9).map(lambda n: Number(n / 2)),
    )
    smooth = ["sin", "cos", "tanh", "atan", "sigmoid", "softplus", "sinh", "exp"]
    return some.recursive(
        leaves,
        lambda inner: some.one_of(
            some.builds(lambda f, a: Call(f, (a,)), some.sampled_from(smooth), inner),
            some.builds(
                lambda f, a, b: Call(f, (a, b)),
                some.sampled_from(["add", "sub", "mul"]),
                inner,
                inner,
            ),
            some.builds(
                lambda a, n: Call("pow", (a, Number(float(n)))), inner, some.integers(2, 3)
            ),
        ),
        max_leaves=6,
    )


def lost(formula, at, exact, dtype):
    """How many times the unit roundoff a gradient may be off: what rounding the point alone does.

    A formula is as hard as its gradient changes when its variables and the numbers on the way
    move by one unit; the second derivatives and the values on the way say how much that is.
    """
    made = walk(formula, at)
    on_the_way = sum(abs(move.product) for move in made.backward)
    sizes = max(abs(value) for value in made.values)
    bend = np.abs(gd.second_derivatives(formula, at)).sum()
    return np.finfo(dtype).eps * (1 + on_the_way + sizes) * (1 + bend + sum(map(abs, exact)))


def within(function, a):
    """A function of a, brought into its domain and away from the ends of it."""
    one, small = Number(1.0), Call("mul", (Number(0.9), Call("tanh", (a,))))
    if function in ("asin", "acos", "tan", "sec", "atanh", "log1p"):
        return Call(function, (small,))
    if function in ("csc", "cot", "csch", "coth"):  # away from the pole at 0
        return Call(function, (Call("add", (one, Call("mul", (Number(0.5), small)))),))
    if function in ("log", "ln", "log2", "log10", "sqrt", "cbrt"):
        return Call(function, (Call("add", (one, Call("pow", (a, Number(2.0))))),))
    if function == "acosh":
        return Call(function, (Call("add", (Number(2.0), Call("pow", (a, Number(2.0))))),))
    return Call(function, (a,))


def everything():
    """Formulas with every function there is; kinks are left to the judge to find."""
    single = [name for name in TYPED if FUNCTIONS[name].arity == (1, 1)]
    several = [name for name in TYPED if FUNCTIONS[name].arity != (1, 1)]
    leaves = some.one_of(
        some.sampled_from([Variable("x"), Variable("y")]),
        some.integers(1, 9).map(lambda n: Number(n / 2)),
    )
    return some.recursive(
        leaves,
        lambda inner: some.one_of(
            some.builds(within, some.sampled_from(single), inner),
            some.builds(lambda f, *a: Call(f, a), some.sampled_from(several), inner, inner),
            some.builds(
                lambda f, *a: Call(f, a), some.sampled_from(["add", "sub", "mul"]), inner, inner
            ),
            some.builds(lambda a, b: Call("div", (a, within("cosh", b))), inner, inner),
            some.builds(
                lambda a, n: Call("pow", (a, Number(float(n)))), inner, some.integers(2, 3)
            ),
        ),
        max_leaves=6,
    )
