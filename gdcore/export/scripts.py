"""What is on the screen as a script that runs: nothing a person sees here is locked in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gdcore.formula import FUNCTIONS, Call, Formula, Node, to_source, variables
from gdcore.formula.engines import definitions, spelling


@dataclass(frozen=True)
class Dialect:
    """How a framework spells a formula and asks for its gradient.

    tensor: the line that makes a constant a tensor, as functions of constants need it to be.
    """

    engine: str
    tensor: str
    template: str

    @property
    def functions(self) -> dict[str, str]:
        """Our name -> its name, of every function and constant."""
        return spelling(self.engine)

    def helpers(self, sources: Sequence[str], dtype: str) -> list[str]:
        """The definitions of what the sources call and the framework lacks."""
        tensor = (
            [self.tensor.replace("DTYPE", dtype)] if any("tensor(" in s for s in sources) else []
        )
        return tensor + definitions(self.engine, sources)


_TAKEN = {
    "tf",
    "np",
    "torch",
    "math",
    "functools",
    "scipy",
    "jax",
    "jnp",
    "f",
    "g",
    "d",
    "gradient",
    "print",
    "array",
}
DIALECTS: dict[str, Dialect] = {
    "tensorflow": Dialect(
        "tensorflow",
        "def tensor(x): return tf.constant(x, dtype=tf.DTYPE)",
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
        "torch",
        "def tensor(x): return torch.tensor(x, dtype=torch.DTYPE)",
        """{imports}import torch

{helpers}{variables}
{result} = {source}
{result}.backward()
print({result}.detach().numpy())
print([d.grad.numpy() for d in ({names},)])
""",
    ),
    "jax": Dialect(
        "jax",
        "def tensor(x): return jnp.asarray(x, jnp.DTYPE)",
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
        "numpy",
        "def tensor(x): return np.DTYPE(x)",
        """{imports}import numpy as np

{helpers}{variables}
{result} = {source}
gradient = [{partials}]
print({result})
print(gradient)
""",
    ),
}


def needed_imports(code: str) -> str:
    """The import lines of what the code names beside its framework."""
    return "".join(
        f"import {name}\n"
        for name in ("functools", "math", "scipy.special")
        if re.search(rf"(?<![.\w]){re.escape(name)}\.", code)
    )


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
    helpers = dialect.helpers(sources, dtype)
    imports = needed_imports("\n".join([*helpers, *sources]))
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
