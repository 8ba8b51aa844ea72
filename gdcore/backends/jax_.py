"""JAX, where it is installed: `jax.grad` inside one compiled `lax.scan`."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gdcore.backends.engine import BentLoss, Loss, Operations, Raw, Request
from gdcore.formula import Node, evaluate
from gdcore.formula.engines import functions
from gdcore.rules import generic

jax.config.update("jax_enable_x64", True)  # float64 means float64


# What the words of the records may name, and what losses of models are made of.
_MODULES = {"jax": jax, "jnp": jnp, "math": math, "functools": functools}
_OTHER: dict[str, Any] = {"mean": lambda x: x.mean(axis=0), "stack": jnp.stack}
for _kind in (jax.Array, jax.core.Tracer):
    generic.learn(_kind, sign=jnp.sign, max=jnp.maximum, min=jnp.minimum)


def operations(dtype: str) -> Operations:
    """Every function of a formula in JAX; numbers become arrays of `dtype`."""
    return (
        functions("jax", _MODULES) | _OTHER | {"constant": lambda value: jnp.asarray(value, dtype)}
    )


def _differentiate(loss: Loss, ops: Operations, w: Any, data: Any) -> tuple[Any, Any]:
    def total(w: Any) -> tuple[Any, Any]:
        value = jnp.broadcast_to(loss.value(ops, w, *data), w.shape[1:])
        return value.sum(), value

    (_, value), gradient = jax.value_and_grad(total, has_aux=True)(w)
    return value, gradient


def value_and_gradient(loss: Loss, w: np.ndarray, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Loss (batch,) and gradient (n, batch) at the weights (n, batch)."""
    data = [jnp.asarray(array, dtype) for array in loss.data]
    value, gradient = _differentiate(loss, operations(dtype), jnp.asarray(w, dtype), data)
    return np.asarray(value), np.asarray(gradient)


def hessian(loss: BentLoss, w: np.ndarray, dtype: str) -> np.ndarray:
    """The (n, n) second derivatives at one point w (n, 1), by `jax.hessian`."""
    ops, data = operations(dtype), [jnp.asarray(array, dtype) for array in loss.data]
    hessian_at = jax.hessian(lambda x: jnp.reshape(loss.value(ops, x[:, None], *data), ()))
    return np.asarray(hessian_at(jnp.asarray(w[:, 0], dtype)))


def run(request: Request) -> Raw:
    """The whole descent as one compiled scan."""
    ops, dtype, loss = operations(request.dtype), request.dtype, request.loss
    data = [jnp.asarray(array, dtype) for array in loss.data]
    batches = None if request.batches is None else jnp.asarray(request.batches)

    def step(carry: Any, t: Any) -> Any:
        w, state = carry
        part = data if batches is None else [a[batches[t]] if a.ndim else a for a in data]
        value, gradient = _differentiate(loss, ops, w, part)
        if batches is not None:
            value = loss.value(ops, w, *data)
        count = (t + 1).astype(dtype)
        new = request.optimizer.update(
            w, gradient, rates[t], count, state, **request.hyperparameters
        )
        return new, (w, value, gradient)

    rates = jnp.asarray(request.rates, dtype)
    start = jnp.asarray(request.start, dtype)
    steps = jnp.arange(len(request.rates))
    scan = jax.jit(lambda w: jax.lax.scan(step, (w, request.optimizer.init(w)), steps)[1])
    weights, losses, gradients = scan(start)
    return Raw(np.asarray(weights), np.asarray(gradients), np.asarray(losses))


def forget() -> None:
    """Drops every compiled function, so that the next run compiles anew."""
    jax.clear_caches()


def recorded(parts: Sequence[tuple[str, Node]], at: Mapping[str, float]) -> list[list[str]]:
    """The primitives of a jaxpr that each part of a formula becomes, last one first.

    parts: name and tree of each node, over variables and the names before it.
    """
    ops, primitives = operations("float64"), []
    arrays: dict[str, Any] = {name: jnp.asarray(value) for name, value in at.items()}
    for name, tree in parts:

        def part(values: dict[str, Any], tree: Node = tree) -> Any:
            return evaluate(tree, ops, values)

        primitives.append(_primitives(jax.make_jaxpr(part)(arrays).jaxpr)[::-1])
        arrays[name] = part(arrays)
    return primitives


def _primitives(jaxpr: Any) -> list[str]:
    """The names of its operations; of one that holds others within it, theirs."""
    names: list[str] = []
    for equation in jaxpr.eqns:
        within = [value.jaxpr for value in equation.params.values() if hasattr(value, "jaxpr")]
        names += [name for one in within for name in _primitives(one)] or [equation.primitive.name]
    return names
