"""The functions of a calculus course, one record each: circular, hyperbolic, powers, logarithms."""

from __future__ import annotations

import math

from gdcore.formula.operation import Operation, named
from gdcore.formula.tree import ONE, TWO, Node, Number, add, call, div, mul, neg, power, sub

LOG_2, LOG_10 = Number(math.log(2)), Number(math.log(10))


def everywhere(name: str, **other: str) -> dict[str, str]:
    """A function that engines have under one name; `other` gives the words of those that do not."""
    own = {
        "numpy": f"np.{name}",
        "torch": f"torch.{name}",
        "tensorflow": f"tf.math.{name}",
        "jax": f"jnp.{name}",
        "mpmath": f"mp.{name}",
    }
    return own | other


def _inverse(name: str, **other: str) -> dict[str, str]:
    """asin, which NumPy and JAX call arcsin."""
    long = f"arc{name[1:]}"
    return everywhere(name, numpy=f"np.{long}", jax=f"jnp.{long}", **other)


def _latex_command(name: str) -> str:
    """LaTeX of a function that LaTeX knows."""
    return rf"\{name}\left({{0}}\right)"


def _one_minus_square(x: Node) -> Node:
    return sub(ONE, power(x, TWO))


def _one_plus_square(x: Node) -> Node:
    return add(ONE, power(x, TWO))


# One over cosh or sinh, without the numbers that overflow on the way. Both pieces are the same
# analytic function, so that second derivatives hold where they meet.
_SECH = "u = {0}.where(x > 0, -x, x)\nreturn 2 * {1}.exp(u) / (1 + {1}.exp(2 * u))"
_CSCH = "u = {0}.where(x > 0, -x, x)\nreturn -{0}.sign(x) * 2 * {1}.exp(u) / {1}.expm1(2 * u)"


CIRCULAR = (
    Operation(
        name="sin",
        latex=_latex_command("sin"),
        words=everywhere("sin"),
        slopes=lambda x: (call("cos", x),),
        inverse="asin",
    ),
    Operation(
        name="cos",
        latex=_latex_command("cos"),
        words=everywhere("cos"),
        slopes=lambda x: (neg(call("sin", x)),),
        inverse="acos",
    ),
    Operation(
        name="tan",
        latex=_latex_command("tan"),
        words=everywhere("tan"),
        slopes=lambda x: (div(ONE, power(call("cos", x), TWO)),),
        aliases=("tg",),
        inverse="atan",
    ),
    Operation(
        name="sec",
        latex=_latex_command("sec"),
        meaning=lambda x: div(ONE, call("cos", x)),
        slopes=lambda x: (mul(call("sec", x), call("tan", x)),),
    ),
    Operation(
        name="csc",
        latex=_latex_command("csc"),
        meaning=lambda x: div(ONE, call("sin", x)),
        slopes=lambda x: (neg(mul(call("csc", x), call("cot", x))),),
        aliases=("cosec",),
    ),
    Operation(
        name="cot",
        latex=_latex_command("cot"),
        meaning=lambda x: div(call("cos", x), call("sin", x)),
        slopes=lambda x: (neg(power(call("csc", x), TWO)),),
        aliases=("ctg", "cotan"),
    ),
    Operation(
        name="asin",
        latex=_latex_command("arcsin"),
        words=_inverse("asin"),
        slopes=lambda x: (div(ONE, call("sqrt", _one_minus_square(x))),),
        aliases=("arcsin",),
        inverse="sin",
    ),
    Operation(
        name="acos",
        latex=_latex_command("arccos"),
        words=_inverse("acos"),
        slopes=lambda x: (neg(div(ONE, call("sqrt", _one_minus_square(x)))),),
        aliases=("arccos",),
        inverse="cos",
    ),
    Operation(
        name="atan",
        latex=_latex_command("arctan"),
        words=_inverse("atan"),
        slopes=lambda x: (div(ONE, _one_plus_square(x)),),
        aliases=("arctan",),
        inverse="tan",
    ),
)

HYPERBOLIC = (
    Operation(
        name="sinh",
        latex=_latex_command("sinh"),
        words=everywhere("sinh"),
        slopes=lambda x: (call("cosh", x),),
        inverse="asinh",
    ),
    Operation(
        name="cosh",
        latex=_latex_command("cosh"),
        words=everywhere("cosh"),
        slopes=lambda x: (call("sinh", x),),
        inverse="acosh",
    ),
    Operation(
        name="tanh",
        latex=_latex_command("tanh"),
        words=everywhere("tanh"),
        slopes=lambda x: (_one_minus_square(call("tanh", x)),),
        inverse="atanh",
    ),
    Operation(
        name="sech",
        latex=named("sech"),
        words={
            "torch": _SECH.format("torch", "torch"),
            "tensorflow": _SECH.format("tf", "tf.math"),
            "jax": _SECH.format("jnp", "jnp"),
        },
        meaning=lambda x: div(ONE, call("cosh", x)),
        slopes=lambda x: (neg(mul(call("sech", x), call("tanh", x))),),
    ),
    Operation(
        name="csch",
        latex=named("csch"),
        words={
            "torch": _CSCH.format("torch", "torch"),
            "tensorflow": _CSCH.format("tf", "tf.math"),
            "jax": _CSCH.format("jnp", "jnp"),
        },
        meaning=lambda x: div(ONE, call("sinh", x)),
        slopes=lambda x: (neg(mul(call("csch", x), call("coth", x))),),
    ),
    Operation(
        name="coth",
        latex=_latex_command("coth"),
        meaning=lambda x: div(ONE, call("tanh", x)),
        slopes=lambda x: (neg(power(call("csch", x), TWO)),),
    ),
    Operation(
        name="asinh",
        latex=named("arsinh"),
        words=_inverse("asinh"),
        slopes=lambda x: (div(ONE, call("sqrt", _one_plus_square(x))),),
        aliases=("arcsinh", "arsinh"),
        inverse="sinh",
    ),
    Operation(
        name="acosh",
        latex=named("arcosh"),
        words=_inverse("acosh"),
        # Not √(x² − 1), which has values on the left of −1 too.
        slopes=lambda x: (div(ONE, mul(call("sqrt", sub(x, ONE)), call("sqrt", add(x, ONE)))),),
        aliases=("arccosh", "arcosh"),
        typical=(1.3, 2.5, 7.0),
    ),
    Operation(
        name="atanh",
        latex=named("artanh"),
        words=_inverse("atanh"),
        slopes=lambda x: (div(ONE, _one_minus_square(x)),),
        aliases=("arctanh", "artanh"),
        inverse="tanh",
    ),
)

POWERS = (
    Operation(
        name="exp",
        latex="e^{{{0}}}",
        words=everywhere("exp"),
        slopes=lambda x: (call("exp", x),),
        inverse="log",
    ),
    Operation(
        name="exp2",
        latex="2^{{{0}}}",
        words=everywhere("exp2", tensorflow="2.0**x", mpmath="", complex="np.exp2"),
        meaning=lambda x: power(TWO, x),
        slopes=lambda x: (mul(LOG_2, call("exp2", x)),),
        inverse="log2",
    ),
    Operation(
        name="expm1",
        latex=named("expm1"),
        words=everywhere("expm1"),
        slopes=lambda x: (call("exp", x),),
        inverse="log1p",
    ),
    Operation(
        name="log",
        latex=r"\ln\left({0}\right)",
        words=everywhere("log"),
        slopes=lambda x: (div(ONE, x),),
        inverse="exp",
        typical=(0.3, 0.8, 4.0),
    ),
    Operation(
        name="ln",
        latex=_latex_command("ln"),
        words=everywhere("log"),
        slopes=lambda x: (div(ONE, x),),
        inverse="exp",
        typical=(0.3, 0.8, 4.0),
    ),
    Operation(
        name="log2",
        latex=r"\log_2\left({0}\right)",
        words=everywhere("log2", tensorflow="tf.math.log(x) / math.log(2)", mpmath="mp.log(x, 2)"),
        slopes=lambda x: (div(ONE, mul(LOG_2, x)),),
        inverse="exp2",
        typical=(0.3, 0.8, 4.0),
    ),
    Operation(
        name="log10",
        latex=r"\log_{{10}}\left({0}\right)",
        words=everywhere("log10", tensorflow="tf.math.log(x) / math.log(10)"),
        slopes=lambda x: (div(ONE, mul(LOG_10, x)),),
        aliases=("lg",),
        typical=(0.3, 0.8, 4.0),
    ),
    Operation(
        name="log1p",
        latex=named("log1p"),
        words=everywhere("log1p"),
        slopes=lambda x: (div(ONE, add(ONE, x)),),
        inverse="expm1",
    ),
    Operation(
        name="sqrt",
        latex=r"\sqrt{{{0}}}",
        words=everywhere("sqrt"),
        slopes=lambda x: (div(ONE, mul(TWO, call("sqrt", x))),),
        typical=(0.3, 0.8, 4.0),
    ),
    Operation(
        name="cbrt",
        latex=r"\sqrt[3]{{{0}}}",
        words=everywhere(
            "cbrt",
            torch="torch.sign(x) * torch.abs(x) ** (1 / 3)",
            tensorflow="tf.sign(x) * tf.abs(x) ** (1 / 3)",
            mpmath="mp.sign(x) * mp.cbrt(abs(x))",
            complex="x ** (1 / 3) if x.real >= 0 else -((-x) ** (1 / 3))",
        ),
        slopes=lambda x: (div(ONE, mul(Number(3.0), power(call("cbrt", x), TWO))),),
    ),
)
