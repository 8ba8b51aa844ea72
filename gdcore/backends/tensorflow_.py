"""TensorFlow: reverse-mode automatic differentiation by `tf.GradientTape`, in three modes.

`eager` is the article's loop. `graph` traces the whole loop once as a `tf.function`, so that a
step costs no Python at all; `xla` compiles that graph. Traced loops are kept and reused: sliders
change tensors that flow in, never the graph.
"""

from __future__ import annotations

import functools
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from gdcore.backends.engine import BentLoss, Loss, Operations, Raw, Request, python_loop
from gdcore.formula import Node, evaluate
from gdcore.formula.engines import functions
from gdcore.rules import generic

# What the words of the records may name, and what losses of models are made of.
_MODULES = {"tf": tf, "math": math, "functools": functools}
_OTHER: dict[str, Any] = {"mean": lambda x: tf.reduce_mean(x, axis=0), "stack": tf.stack}
for _kind in (tf.Tensor, tf.Variable):
    generic.learn(_kind, sign=tf.sign, max=tf.maximum, min=tf.minimum)

# A trace holds memory for as long as it is kept, and visitors type new formulas all day.
MOST_TRACES = 48
_traces: OrderedDict[Any, Callable[..., Any]] = OrderedDict()


def operations(dtype: str) -> Operations:
    """Every function of a formula in TensorFlow; numbers become constants of `dtype`."""
    return (
        functions("tensorflow", _MODULES)
        | _OTHER
        | {"constant": lambda value: tf.constant(value, dtype)}
    )


def _differentiate(loss: Loss, ops: Operations, w: Any, data: list[Any]) -> tuple[Any, Any]:
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = loss.value(ops, w, *data)
    gradient = tape.gradient(value, w, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return tf.broadcast_to(value, w.shape[1:]), tf.convert_to_tensor(gradient)


def value_and_gradient(loss: Loss, w: np.ndarray, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Loss (batch,) and gradient (n, batch) at the weights (n, batch)."""
    data = [tf.constant(array, dtype) for array in loss.data]
    value, gradient = _differentiate(loss, operations(dtype), tf.constant(w, dtype), data)
    return value.numpy(), gradient.numpy()


def hessian(loss: BentLoss, w: np.ndarray, dtype: str) -> np.ndarray:
    """The (n, n) second derivatives at one point w (n, 1), by a tape inside a tape."""
    ops, x = operations(dtype), tf.constant(w[:, 0], dtype)
    data = [tf.constant(array, dtype) for array in loss.data]
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            value = tf.reshape(loss.value(ops, x[:, None], *data), ())
        gradient = inner.gradient(value, x, unconnected_gradients="zero")
    # Small as these matrices are, tracing a vectorised loop would take longer than the loop.
    jacobian = outer.jacobian(
        gradient, x, unconnected_gradients="zero", experimental_use_pfor=False
    )
    return np.asarray(jacobian.numpy())


def run(request: Request) -> Raw:
    """The whole descent in the mode that the request names."""
    ways = {"eager": _eager, "step": _per_step}
    return ways.get(request.mode, _whole_loop)(request)


def forget() -> None:
    """Drops every trace, so that the next run traces and compiles anew."""
    _traces.clear()


def _take(data: Sequence[Any], rows: Any) -> list[Any]:
    """The data of one batch; a plain number belongs to all of them."""
    return [tf.gather(array, rows) if array.shape.rank else array for array in data]


def _eager(request: Request) -> Raw:
    ops, dtype = operations(request.dtype), request.dtype
    data = [tf.constant(array, dtype) for array in request.loss.data]
    rows = None if request.batches is None else tf.constant(request.batches)

    def evaluate(w: Any, t: int) -> tuple[Any, Any]:
        part = data if rows is None else _take(data, rows[t])
        return _differentiate(request.loss, ops, w, part)

    def assign(variable: Any, new: Any) -> Any:
        variable.assign(new)
        return variable

    results = python_loop(
        request,
        tf.Variable(request.start, dtype=dtype),
        evaluate,
        lambda w: request.loss.value(ops, w, *data),
        tf.constant(request.rates, dtype),
        assign,
    )
    weights, losses, gradients = (tf.stack(part).numpy() for part in results)
    return Raw(weights, gradients, losses)


def _trace_step(request: Request) -> Callable[..., Any]:
    """A `tf.function` around one step."""
    dtype, optimizer, batched = request.dtype, request.optimizer, request.batches is not None
    ops, loss = operations(dtype), request.loss

    def step(w: Any, rate: Any, t: Any, state: Any, knobs: Any, data: Any, batches: Any) -> Any:
        part = _take(data, batches[t]) if batched else data
        value, gradient = _differentiate(loss, ops, w, part)
        if batched:
            value = loss.value(ops, w, *data)
        new, state = optimizer.update(w, gradient, rate, tf.cast(t + 1, dtype), state, **knobs)
        return value, gradient, new, state

    return tf.function(step, autograph=False)


def _per_step(request: Request) -> Raw:
    """A Python loop around one traced step: what the article's exercise first suggests."""
    traced, dtype = _traced(request, _trace_step), request.dtype
    data = [tf.constant(array, dtype) for array in request.loss.data]
    batches = tf.constant(0) if request.batches is None else tf.constant(request.batches)
    knobs = {name: tf.constant(value, dtype) for name, value in request.hyperparameters.items()}
    w, rates = tf.constant(request.start, dtype), tf.constant(request.rates, dtype)
    state, rows = request.optimizer.init(w), []
    for t in range(len(request.rates)):
        value, gradient, new, state = traced(
            w, rates[t], tf.constant(t), state, knobs, data, batches
        )
        rows.append((w, gradient, value))
        w = new
    weights, gradients, losses = (tf.stack(part).numpy() for part in zip(*rows, strict=True))
    return Raw(weights, gradients, losses)


def _trace(request: Request) -> Callable[..., Any]:
    """A `tf.function` around the whole loop. Its sizes are fixed, as XLA needs them to be."""
    ops, dtype, optimizer, loss = (
        operations(request.dtype),
        request.dtype,
        request.optimizer,
        request.loss,
    )
    rows_count, batched = len(request.rates), request.batches is not None

    def loop(w: Any, rates: Any, hyperparameters: Any, data: Any, batches: Any) -> Any:
        def record(shape: Any) -> Any:
            return tf.TensorArray(dtype, size=rows_count, element_shape=shape)

        def step(t: Any, w: Any, state: Any, kept: Any) -> Any:
            part = _take(data, batches[t]) if batched else data
            value, gradient = _differentiate(loss, ops, w, part)
            if batched:
                value = loss.value(ops, w, *data)
            rows = (w, value, gradient)
            kept = tuple(array.write(t, row) for array, row in zip(kept, rows, strict=True))
            count = tf.cast(t + 1, dtype)
            w, state = optimizer.update(w, gradient, rates[t], count, state, **hyperparameters)
            return t + 1, w, state, kept

        kept = (record(w.shape), record(w.shape[1:]), record(w.shape))
        *_, kept = tf.while_loop(
            lambda t, *_: t < rows_count,
            step,
            (tf.constant(0), w, optimizer.init(w), kept),
            maximum_iterations=rows_count,
        )
        return tuple(array.stack() for array in kept)

    return tf.function(loop, jit_compile=request.mode == "xla", autograph=False)


def _traced(request: Request, trace: Callable[[Request], Callable[..., Any]]) -> Callable[..., Any]:
    """The trace for requests of this shape, made anew only if it is not among the latest."""
    batches = request.batches
    shapes = tuple(array.shape for array in request.loss.data)
    key = (
        request.loss.key,
        request.optimizer.name,
        request.mode,
        request.dtype,
        request.start.shape,
        request.rates.shape,
        shapes,
        None if batches is None else batches.shape,
    )
    if key not in _traces:
        _traces[key] = trace(request)
        if len(_traces) > MOST_TRACES:
            _traces.popitem(last=False)
    _traces.move_to_end(key)
    return _traces[key]


def _whole_loop(request: Request) -> Raw:
    dtype, batches = request.dtype, request.batches
    traced = _traced(request, _trace)
    hyperparameters = {
        name: tf.constant(value, dtype) for name, value in request.hyperparameters.items()
    }
    weights, losses, gradients = traced(
        tf.constant(request.start, dtype),
        tf.constant(request.rates, dtype),
        hyperparameters,
        [tf.constant(array, dtype) for array in request.loss.data],
        tf.constant(0) if batches is None else tf.constant(batches),
    )
    return Raw(weights.numpy(), gradients.numpy(), losses.numpy())


def recorded(parts: Sequence[tuple[str, Node]], at: Mapping[str, float]) -> list[list[str]]:
    """The operations that each part of a formula becomes in a TensorFlow graph, last one first.

    parts: name and tree of each node, over variables and the names before it.
    """
    graph, op_types = tf.Graph(), []
    with graph.as_default():
        ops = operations("float64")
        tensors = {name: tf.compat.v1.placeholder(tf.float64, ()) for name in at}
        for name, tree in parts:
            before = len(graph.get_operations())
            tensors[name] = evaluate(tree, ops, tensors)
            types = [op.type for op in graph.get_operations()[before:] if op.type != "Const"]
            op_types.append(types[::-1])
    return op_types
