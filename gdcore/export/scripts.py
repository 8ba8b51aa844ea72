"""What is on the screen as a script that runs: nothing a person sees here is locked in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gdcore.formula import FUNCTIONS, Call, Formula, Node, to_source, variables


@dataclass(frozen=True)
class Dialect:
    """How a framework spells a formula and asks for its gradient.

    functions: our name -> its name. helpers: a line for each function that it lacks.
    """

    functions: dict[str, str]
    helpers: dict[str, str]
    template: str


_TAKEN = {
    "tf",
    "np",
    "torch",
    "math",
    "functools",
    "jax",
    "jnp",
    "f",
    "g",
    "d",
    "gradient",
    "print",
    "array",
}
_COMMON = ("sin cos tan asin acos atan sinh cosh tanh exp log sqrt abs sign sigmoid").split()

DIALECTS: dict[str, Dialect] = {
    "tensorflow": Dialect(
        {name: f"tf.math.{name}" for name in [*_COMMON, "softplus"]}
        | {"ln": "tf.math.log", "relu": "tf.nn.relu", "pi": "math.pi", "e": "math.e"},
        {
            "tensor": "def tensor(x): return tf.constant(x, dtype=tf.DTYPE)",
            "log2": "def log2(x): return tf.math.log(x) / math.log(2)",
            "log10": "def log10(x): return tf.math.log(x) / math.log(10)",
            "cbrt": "def cbrt(x): return tf.sign(x) * tf.abs(x) ** (1 / 3)",
            "max": "def max(*x): return tf.reduce_max(tf.stack(x), 0)",
            "min": "def min(*x): return tf.reduce_min(tf.stack(x), 0)",
        },
        """{imports}import tensorflow as tf

{helpers}{variables}
with tf.GradientTape() as g:
    {result} = {source}

gradient = g.gradient({result}, [{names}])
print({result}.numpy())
print([None if d is None else d.numpy() for d in gradient])
""",
    ),
    "torch": Dialect(
        {name: f"torch.{name}" for name in [*_COMMON, "log2", "log10", "relu"]}
        | {"ln": "torch.log", "pi": "math.pi", "e": "math.e"},
        {
            "tensor": "def tensor(x): return torch.tensor(x, dtype=torch.DTYPE)",
            "softplus": "def softplus(x): return torch.logaddexp(x, torch.zeros_like(x))",
            "cbrt": "def cbrt(x): return torch.sign(x) * torch.abs(x) ** (1 / 3)",
            "max": "def max(*x): return torch.amax(torch.stack(x), 0)",
            "min": "def min(*x): return torch.amin(torch.stack(x), 0)",
        },
        """{imports}import torch

{helpers}{variables}
{result} = {source}
{result}.backward()
print({result}.detach().numpy())
print([d.grad.numpy() for d in ({names},)])
""",
    ),
    "jax": Dialect(
        {name: f"jnp.{name}" for name in [*_COMMON, "log2", "log10", "cbrt"] if name != "sigmoid"}
        | {
            "ln": "jnp.log",
            "sigmoid": "jax.nn.sigmoid",
            "relu": "jax.nn.relu",
            "softplus": "jax.nn.softplus",
            "pi": "jnp.pi",
            "e": "jnp.e",
        },
        {
            "tensor": "def tensor(x): return jnp.asarray(x, jnp.DTYPE)",
            "step": "def step(x): return jnp.heaviside(x, 0)",
            "max": "def max(*x): return jnp.max(jnp.stack(x), 0)",
            "min": "def min(*x): return jnp.min(jnp.stack(x), 0)",
        },
        """{imports}import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

{helpers}def f({names}): return {source}

{variables}
{result}, gradient = jax.value_and_grad(f, argnums=range({count}))({names})
print({result})
print([d.item() for d in gradient])
""",
    ),
    "numpy": Dialect(
        {
            name: f"np.{name}"
            for name in "sin cos tan sinh cosh tanh exp log sqrt abs sign log2 log10 cbrt".split()
        }
        | {
            "asin": "np.arcsin",
            "acos": "np.arccos",
            "atan": "np.arctan",
            "ln": "np.log",
            "power_slope": "power_slope",
            "power_log": "power_log",
            "pi": "np.pi",
            "e": "np.e",
        },
        {
            "tensor": "def tensor(x): return np.DTYPE(x)",
            "sigmoid": "def sigmoid(x): return 1 / (1 + np.exp(-x))",
            "relu": "def relu(x): return np.maximum(x, 0)",
            "softplus": "def softplus(x): return np.logaddexp(x, 0)",
            "step": "def step(x): return np.heaviside(x, 0)",
            "power_slope": "def power_slope(a, b): return np.where(b == 0, 0, b * a ** (np.where("
            "b == 0, 1, b) - 1))",
            "power_log": "def power_log(a, b): return a**b * np.log(np.where(a == 0, 1, a))",
            "max": "def max(*x): return functools.reduce(np.maximum, x)",
            "min": "def min(*x): return functools.reduce(np.minimum, x)",
        },
        """{imports}import numpy as np

{helpers}{variables}
{result} = {source}
gradient = [{partials}]
print({result})
print(gradient)
""",
    ),
}


def _tensors(node: Node) -> Node:
    """The tree with constants that stand inside a function made into tensors, as it needs them."""
    if not isinstance(node, Call):
        return node
    arguments = tuple(map(_tensors, node.arguments))
    if node.function in FUNCTIONS:
        arguments = tuple(a if variables(a) else Call("tensor", (a,)) for a in arguments)
    return Call(node.function, arguments)


def differentiate_script(
    formula: Formula,
    at: Mapping[str, float],
    backend: str,
    dtype: str,
    partials: tuple[Formula, ...] = (),
) -> str:
    """The framework's own code for value and gradient of exactly this formula.

    partials: the derivatives by calculus, for NumPy, which has no automatic differentiation.
    """
    dialect = DIALECTS[backend]
    # What a visitor calls a variable must not hide what the script itself needs.
    renamed = {name: f"{name}_" for name in at if name in _TAKEN}
    spelling = dialect.functions | renamed
    names = [renamed.get(name, name) for name in at]
    result = next(name for name in ("y", "loss", "value", "z_", "out_") if name not in names)
    sources = [to_source(_tensors(part.tree), spelling) for part in (formula, *partials)]
    used = set(re.findall(r"[A-Za-z_]\w*", " ".join(sources)))
    helpers = [
        line.replace("DTYPE", dtype) for name, line in dialect.helpers.items() if name in used
    ]
    code = "\n".join([*helpers, *sources])
    imports = "".join(
        f"import {name}\n"
        for name in ("functools", "math")
        if re.search(rf"(?<![.\w]){name}\.", code)
    )
    make = {
        "tensorflow": f"tf.Variable({{value}}, dtype=tf.{dtype})",
        "torch": f"torch.tensor({{value}}, dtype=torch.{dtype}, requires_grad=True)",
        "jax": f"jnp.{dtype}({{value}})",
        "numpy": f"np.{dtype}({{value}})",
    }[backend]
    lines = [
        f"{name} = {make.format(value=repr(float(value)))}"
        for name, value in zip(names, at.values(), strict=True)
    ]
    return dialect.template.format(
        imports=imports,
        helpers="".join(f"{line}\n" for line in helpers) + ("\n" if helpers else ""),
        variables="\n".join(lines),
        source=sources[0],
        names=", ".join(names),
        count=len(names),
        result=result,
        partials=", ".join(sources[1:]),
    )


def _arguments(call: Mapping[str, Any]) -> str:
    return "".join(f"    {name}={value!r},\n" for name, value in call.items())


def descend_script(call: Mapping[str, Any]) -> str:
    """A script that repeats a descent with gdcore; `call` are the arguments of `descend`."""
    return (
        f"import gdcore as gd\n\nrun = gd.descend(\n{_arguments(call)})\n"
        "print(run.to_frame())\nprint(run.stop)\n"
    )


def fit_script(data: Mapping[str, Any] | str, call: Mapping[str, Any]) -> str:
    """A script that repeats a regression with gdcore.

    data: the arguments of `make_regression`, or the line of Python that makes `data`.
    """
    made = (
        f"data = gd.datasets.make_regression(\n{_arguments(data)})"
        if not isinstance(data, str)
        else data
    )
    return (
        f"import gdcore as gd\n\n{made}\n"
        f"fit = gd.fit_linear(\n    data.X,\n    data.y,\n{_arguments(call)})\n"
        "print(fit.coef_, fit.intercept_)\nprint(fit.reference)\n"
    )
