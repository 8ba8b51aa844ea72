"""The functions of a formula, one record each: arguments, partial derivatives, LaTeX."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from gdcore.formula.tree import ONE, TWO, ZERO, Node, Number, add, call, div, mul, neg, power, sub

# One record per function: how many arguments, each argument's partial derivative, its LaTeX.


@dataclass(frozen=True)
class Function:
    """`slopes(arguments)` gives the partial derivative with respect to each argument.

    latex: with {0} for the argument(s). internal: needed by derivatives, not to be typed.
    """

    name: str
    slopes: Callable[..., Sequence[Node]]
    latex: str = ""
    arity: tuple[int, int] = (1, 1)
    internal: bool = False


def _simple(name: str, slope: Callable[[Node], Node], latex: str = "", **more: Any) -> Function:
    return Function(name, lambda x: (slope(x),), latex or rf"\{name}\left({{0}}\right)", **more)


def _extreme(sign: float) -> Callable[..., Sequence[Node]]:
    """Slopes of max (+1) or min (-1): 1 for the chosen argument; those that tie share equally."""

    def gap(a: Node, b: Node) -> Node:
        return call("sign", sub(a, b) if sign > 0 else sub(b, a))

    def slopes(*arguments: Node) -> Sequence[Node]:
        if len(arguments) == 2:
            a, b = arguments
            return [div(add(ONE, gap(a, b)), TWO), div(add(ONE, gap(b, a)), TWO)]
        chosen = call("max" if sign > 0 else "min", *arguments)
        ties = [sub(ONE, gap(chosen, a)) for a in arguments]  # 1 for each argument that ties
        return [div(tie, reduce(add, ties)) for tie in ties]

    return slopes


# The two parts of the derivative of a^b. As they stand both are 0·∞ at places where a power has
# the slope 0: b·a^(b−1) at a = b = 0, since a^0 is 1 for every a, and a^b·ln a at a = 0, since
# 0^b is 0 for every b > 0.


def _by_base(a: Node, b: Node) -> Node:
    return mul(b, power(a, sub(b, ONE)))


def _by_exponent(a: Node, b: Node) -> Node:
    return mul(power(a, b), call("log", a))


def _twice_mixed(a: Node, b: Node) -> Node:
    lower = sub(b, ONE)
    return add(power(a, lower), mul(b, call("power_log", a, lower)))


def _named(name: str) -> str:
    return r"\operatorname{{" + name + r"}}\left({0}\right)"


def _one_minus_square(x: Node) -> Node:
    return sub(ONE, power(x, TWO))


FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        _simple("sin", lambda x: call("cos", x)),
        _simple("cos", lambda x: neg(call("sin", x))),
        _simple("tan", lambda x: div(ONE, power(call("cos", x), TWO))),
        _simple(
            "asin",
            lambda x: div(ONE, call("sqrt", _one_minus_square(x))),
            r"\arcsin\left({0}\right)",
        ),
        _simple(
            "acos",
            lambda x: neg(div(ONE, call("sqrt", _one_minus_square(x)))),
            r"\arccos\left({0}\right)",
        ),
        _simple("atan", lambda x: div(ONE, add(ONE, power(x, TWO))), r"\arctan\left({0}\right)"),
        _simple("sinh", lambda x: call("cosh", x)),
        _simple("cosh", lambda x: call("sinh", x)),
        _simple("tanh", lambda x: _one_minus_square(call("tanh", x))),
        _simple("exp", lambda x: call("exp", x), "e^{{{0}}}"),
        _simple("log", lambda x: div(ONE, x), r"\ln\left({0}\right)"),
        _simple("ln", lambda x: div(ONE, x)),
        _simple("log2", lambda x: div(ONE, mul(Number(math.log(2)), x)), r"\log_2\left({0}\right)"),
        _simple(
            "log10",
            lambda x: div(ONE, mul(Number(math.log(10)), x)),
            r"\log_{{10}}\left({0}\right)",
        ),
        _simple("sqrt", lambda x: div(ONE, mul(TWO, call("sqrt", x))), r"\sqrt{{{0}}}"),
        _simple(
            "cbrt",
            lambda x: div(ONE, mul(Number(3.0), power(call("cbrt", x), TWO))),
            r"\sqrt[3]{{{0}}}",
        ),
        _simple("abs", lambda x: call("sign", x), r"\left|{0}\right|"),
        _simple("sign", lambda x: ZERO, _named("sign")),
        _simple(
            "sigmoid",
            lambda x: mul(call("sigmoid", x), sub(ONE, call("sigmoid", x))),
            r"\sigma\left({0}\right)",
        ),
        _simple("relu", lambda x: call("step", x), _named("relu")),
        _simple("softplus", lambda x: call("sigmoid", x), _named("softplus")),
        _simple("step", lambda x: ZERO, r"\mathbb{{1}}_{{{0}>0}}", internal=True),
        Function("max", _extreme(1), r"\max\left({0}\right)", (2, 8)),
        Function("min", _extreme(-1), r"\min\left({0}\right)", (2, 8)),
    )
}


@dataclass(frozen=True)
class StandIn:
    """A function of derivatives that stands for a tree, with the right value where that is 0·∞.

    shown(arguments): the tree, as which it is written and by which it is computed where a
    framework has no such function. slopes: as of a Function.
    """

    shown: Callable[..., Node]
    slopes: Callable[..., Sequence[Node]]


STAND_INS: dict[str, StandIn] = {
    "power_slope": StandIn(
        _by_base, lambda a, b: (mul(b, call("power_slope", a, sub(b, ONE))), _twice_mixed(a, b))
    ),
    "power_log": StandIn(
        _by_exponent,
        lambda a, b: (_twice_mixed(a, b), power(call("power_log", a, div(b, TWO)), TWO)),
    ),
}
ALIASES = {
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "tg": "tan",
    "lg": "log10",
    "maximum": "max",
    "minimum": "min",
    "absolute": "abs",
}
CONSTANTS = {"pi": Number(math.pi, "pi"), "π": Number(math.pi, "pi"), "e": Number(math.e, "e")}
