"""The functions that meet in machine learning, and those with kinks, one record each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce

from gdcore.formula.elementary import everywhere
from gdcore.formula.operation import Operation, named
from gdcore.formula.tree import (
    ONE,
    TWO,
    ZERO,
    Node,
    Number,
    add,
    call,
    div,
    mul,
    neg,
    power,
    sub,
)

_BELL = Number(2 / math.sqrt(math.pi))  # the slope of erf at 0
_DENSITY = Number(1 / math.sqrt(2 * math.pi))  # the normal density at 0


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


def _extreme_words(name: str) -> dict[str, str]:
    # Of several arguments that tie, a reduction gives each the same share of the gradient; a
    # chain of maximum would give the last one half.
    return {
        "numpy": f"functools.reduce(np.{name}imum, x)",
        "torch": f"torch.a{name}(torch.stack(torch.broadcast_tensors(*x)), 0)",
        "tensorflow": "shape = functools.reduce(tf.broadcast_static_shape, [u.shape for u in x])\n"
        f"return tf.reduce_{name}(tf.stack([tf.broadcast_to(u, shape) for u in x]), 0)",
        "jax": f"jnp.{name}(jnp.stack(jnp.broadcast_arrays(*x)), 0)",
        "complex": f"shared(x, {name})",
        "mpmath": name,
    }


# Hypotenuse and angle: what is squared is near 1, so that nothing overflows on the way.
_HYPOT_TF = """\
size = tf.stop_gradient(tf.maximum(tf.abs(x), tf.abs(y)))
size = tf.where(size > 0, size, tf.ones_like(size))
return size * tf.sqrt((x / size) ** 2 + (y / size) ** 2)"""
_HYPOT_COMPLEX = """\
size = max(abs(x.real), abs(y.real)) or 1.0
return size * np.sqrt((x / size) ** 2 + (y / size) ** 2)"""
_ANGLE_COMPLEX = """\
if y.real > 0:
    return np.arctan(x / y)
if x.real == 0:
    return np.arctan2(x.real, y.real) + np.arctan(x / y)
return np.sign(x.real) * np.pi / 2 - np.arctan(y / x)"""


def _hypot_squared(x: Node, y: Node) -> Node:
    return add(power(x, TWO), power(y, TWO))


KINKED = (
    Operation(
        name="abs",
        latex=r"\left|{0}\right|",
        words=everywhere("abs", mpmath="abs", complex="x if x.real >= 0 else -x"),
        slopes=lambda x: (call("sign", x),),
        aliases=("absolute",),
    ),
    Operation(
        name="sign",
        latex=named("sign"),
        words=everywhere("sign", complex="np.sign(x.real) + 0 * x"),
        slopes=lambda x: (ZERO,),
        aliases=("sgn",),
    ),
    Operation(
        name="heaviside",
        latex=r"H\left({0}\right)",
        meaning=lambda x: div(add(ONE, call("sign", x)), TWO),
        slopes=lambda x: (ZERO,),
    ),
    Operation(
        name="step",
        latex=r"\mathbb{{1}}_{{{0}>0}}",
        words={
            "numpy": "np.heaviside(x, 0)",
            "torch": "torch.heaviside(x, torch.zeros_like(x))",
            "tensorflow": "tf.cast(x > 0, x.dtype)",
            "jax": "jnp.heaviside(x, 0)",
            "complex": "np.heaviside(x.real, 0) + 0 * x",
            "mpmath": "mp.mpf(x > 0)",
        },
        slopes=lambda x: (ZERO,),
        internal=True,
    ),
    Operation(
        name="max",
        latex=r"\max\left({0}\right)",
        arity=(2, 8),
        words=_extreme_words("max"),
        slopes=_extreme(1),
        aliases=("maximum",),
    ),
    Operation(
        name="min",
        latex=r"\min\left({0}\right)",
        arity=(2, 8),
        words=_extreme_words("min"),
        slopes=_extreme(-1),
        aliases=("minimum",),
    ),
)

PLANE = (
    Operation(
        name="hypot",
        latex=named("hypot"),
        arity=(2, 2),
        words=everywhere("hypot", tensorflow=_HYPOT_TF, complex=_HYPOT_COMPLEX),
        meaning=lambda x, y: call("sqrt", _hypot_squared(x, y)),
        slopes=lambda x, y: (div(x, call("hypot", x, y)), div(y, call("hypot", x, y))),
    ),
    Operation(
        name="atan2",
        latex=named("atan2"),
        arity=(2, 2),
        words=everywhere("atan2", numpy="np.arctan2", jax="jnp.arctan2", complex=_ANGLE_COMPLEX),
        slopes=lambda x, y: (
            div(div(y, call("hypot", x, y)), call("hypot", x, y)),
            neg(div(div(x, call("hypot", x, y)), call("hypot", x, y))),
        ),
        aliases=("arctan2",),
    ),
)

LEARNED = (
    Operation(
        name="sigmoid",
        latex=r"\sigma\left({0}\right)",
        words={
            # exp of a negative number only: no overflow on either side.
            "numpy": "small = np.exp(-np.abs(x))\n"
            "return np.where(x >= 0, 1 / (1 + small), small / (1 + small))[()]",
            "torch": "torch.sigmoid",
            "tensorflow": "tf.math.sigmoid",
            "jax": "jax.nn.sigmoid",
            "complex": "1 / (1 + np.exp(-x)) if x.real >= 0 else np.exp(x) / (1 + np.exp(x))",
            "mpmath": "1 / (1 + mp.exp(-x))",
        },
        slopes=lambda x: (mul(call("sigmoid", x), sub(ONE, call("sigmoid", x))),),
        aliases=("logistic", "expit"),
    ),
    Operation(
        name="relu",
        latex=named("relu"),
        words={
            "numpy": "np.maximum(x, 0)",
            "torch": "torch.relu",
            "tensorflow": "tf.nn.relu",
            "jax": "jax.nn.relu",
            "complex": "x if x.real >= 0 else 0 * x",
            "mpmath": "max(x, mp.mpf(0))",
        },
        slopes=lambda x: (call("step", x),),
    ),
    Operation(
        name="softplus",
        latex=named("softplus"),
        words={
            "numpy": "np.logaddexp(x, 0)",
            # torch.nn.functional.softplus cuts off at 20, which costs float64 half of its digits;
            # the second derivative of logaddexp is 0/0 far to the left, that of logsigmoid loses
            # its digits there.
            "torch": "right, none = x > 0, torch.zeros_like(x)\n"
            "left = torch.log1p(torch.exp(torch.where(right, none, x)))\n"
            "far = x + torch.log1p(torch.exp(-torch.where(right, x, none)))\n"
            "return torch.where(right, far, left)",
            "tensorflow": "tf.math.softplus",
            "jax": "jax.nn.softplus",
            "complex": "x + np.log1p(np.exp(-x)) if x.real >= 0 else np.log1p(np.exp(x))",
            "mpmath": "mp.log1p(mp.exp(x))",
        },
        slopes=lambda x: (call("sigmoid", x),),
    ),
    Operation(
        name="silu",
        latex=named("silu"),
        words={"torch": "torch.nn.functional.silu", "jax": "jax.nn.silu"},
        meaning=lambda x: mul(x, call("sigmoid", x)),
        aliases=("swish",),
    ),
    Operation(
        name="gelu",
        latex=named("gelu"),
        # By erfc, not 1 + erf, which loses all digits on the far left.
        meaning=lambda x: div(mul(x, call("erfc", neg(div(x, call("sqrt", TWO))))), TWO),
        slopes=lambda x: (
            add(
                div(call("erfc", neg(div(x, Number(math.sqrt(2))))), TWO),
                mul(mul(_DENSITY, x), call("exp", neg(div(power(x, TWO), TWO)))),
            ),
        ),
    ),
    Operation(
        name="erf",
        latex=named("erf"),
        words=everywhere("erf", numpy="scipy.special.erf", jax="jax.lax.erf"),
        slopes=lambda x: (mul(_BELL, call("exp", neg(power(x, TWO)))),),
    ),
    Operation(
        name="erfc",
        latex=named("erfc"),
        words=everywhere("erfc", numpy="scipy.special.erfc", jax="jax.lax.erfc"),
        slopes=lambda x: (neg(mul(_BELL, call("exp", neg(power(x, TWO))))),),
    ),
)
