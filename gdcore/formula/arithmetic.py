"""The operators + − × ÷ ^ as records, and the two stand-ins that powers need at zero."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from gdcore.formula.operation import Operation
from gdcore.formula.tree import (
    ONE,
    TWO,
    ZERO,
    Node,
    Number,
    Variable,
    add,
    call,
    div,
    is_number,
    mul,
    neg,
    power,
    sub,
)

# What the operators do to Python's numbers, and to everything that behaves like them.
PYTHON: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": operator.pow,
    "neg": operator.neg,
}


def constant_value(node: Node) -> float | None:
    """The value of arithmetic without variables or functions, inf where it overflows."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Variable) or node.function not in PYTHON:
        return None
    values = [constant_value(argument) for argument in node.arguments]
    if any(value is None for value in values):
        return None
    try:
        result = PYTHON[node.function](*values)
        return result if isinstance(result, float) else None
    except OverflowError:
        return math.inf
    except ArithmeticError:
        return None  # 1/0 is a result, not a reason to refuse


def _quotient_rule(a: Node, b: Node, da: Node, db: Node) -> Node:
    first = div(da, b)
    return first if is_number(db, 0) else sub(first, div(mul(a, db), power(b, TWO)))


def _power_rule(a: Node, b: Node, da: Node, db: Node) -> Node:
    total: Node = ZERO
    exponent, base = constant_value(b), constant_value(a)
    if not is_number(da, 0) and exponent != 0:
        # b·a^(b-1)·a', without a logarithm, so that it holds for negative a
        part = mul(b, power(a, sub(b, ONE))) if exponent else call("power_slope", a, b)
        total = mul(part, da)
    if not is_number(db, 0) and base != 0:
        part = mul(power(a, b), call("log", a)) if base else call("power_log", a, b)
        total = add(total, mul(part, db))
    return total


ARITHMETIC: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation(
            name="add",
            arity=(2, 2),
            python=" + ",
            board=" + ",
            node="+",
            latex="{0} + {1}",
            binds=1,
            rule=lambda a, b, da, db: add(da, db),
        ),
        Operation(
            name="sub",
            arity=(2, 2),
            python=" - ",
            board=" − ",
            node="−",
            latex="{0} - {1}",
            binds=1,
            rule=lambda a, b, da, db: sub(da, db),
        ),
        Operation(
            name="mul",
            arity=(2, 2),
            python="*",
            board=" × ",
            node="×",
            latex=r"{0} \cdot {1}",
            binds=2,
            rule=lambda a, b, da, db: add(mul(da, b), mul(a, db)),
        ),
        Operation(
            name="div",
            arity=(2, 2),
            python="/",
            board=" / ",
            node="÷",
            latex=r"\frac{{{0}}}{{{1}}}",
            binds=2,
            rule=_quotient_rule,
        ),
        Operation(
            name="neg",
            python="-",
            board="−",
            node="−",
            latex="-{0}",
            binds=3,
            rule=lambda a, da: neg(da),
        ),
        Operation(
            name="pow",
            arity=(2, 2),
            python="**",
            board="^",
            node="^",
            latex="{0}^{{{1}}}",
            binds=4,
            rule=_power_rule,
            words={"complex": "complex_power"},
        ),
    )
}


# The two parts of the derivative of a^b. As they stand both are 0·∞ at places where a power has
# the slope 0: b·a^(b−1) at a = b = 0, since a^0 is 1 for every a, and a^b·ln a at a = 0, since
# 0^b is 0 for every b > 0. The stand-ins have the right value there.


def _twice_mixed(a: Node, b: Node) -> Node:
    lower = sub(b, ONE)
    return add(power(a, lower), mul(b, call("power_log", a, lower)))


STAND_INS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation(
            name="power_slope",
            arity=(2, 2),
            internal=True,
            meaning=lambda a, b: mul(b, power(a, sub(b, ONE))),
            slopes=lambda a, b: (
                mul(b, call("power_slope", a, sub(b, ONE))),
                _twice_mixed(a, b),
            ),
            words={
                "numpy": "np.where(y == 0, 0 * y, y * x ** (np.where(y == 0, y + 1, y) - 1))[()]"
            },
        ),
        Operation(
            name="power_log",
            arity=(2, 2),
            internal=True,
            meaning=lambda a, b: mul(power(a, b), call("log", a)),
            slopes=lambda a, b: (
                _twice_mixed(a, b),
                power(call("power_log", a, div(b, TWO)), TWO),
            ),
            # 0·ln 1 where a is 0
            words={"numpy": "x**y * np.log(np.where(x == 0, x + 1, x))[()]"},
        ),
    )
}
