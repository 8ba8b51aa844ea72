"""NumPy: the derivative by calculus. It is always there and answers at once.

A formula's gradient is its symbolic derivative, that of the mean squared error is written out.
Nothing here is a finite difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

from gdcore.backends.engine import BentLoss, Loss, Operations, Raw, Request, python_loop
from gdcore.formula import Node


def _sigmoid(x: Any) -> Any:
    # exp of a negative number only: no overflow on either side.
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def _power_slope(a: Any, b: Any) -> Any:
    none = b == 0
    return np.where(none, 0 * b, b * a ** (np.where(none, b + 1, b) - 1))[()]


def _power_log(a: Any, b: Any) -> Any:
    return a**b * np.log(np.where(a == 0, a + 1, a))[()]  # 0·ln 1 where a is 0


FUNCTIONS: dict[str, Any] = {
    name: getattr(np, numpy_name)
    for name, numpy_name in {
        "sin": "sin",
        "cos": "cos",
        "tan": "tan",
        "asin": "arcsin",
        "acos": "arccos",
        "atan": "arctan",
        "sinh": "sinh",
        "cosh": "cosh",
        "tanh": "tanh",
        "exp": "exp",
        "log": "log",
        "ln": "log",
        "log2": "log2",
        "log10": "log10",
        "sqrt": "sqrt",
        "cbrt": "cbrt",
        "abs": "abs",
        "sign": "sign",
    }.items()
} | {
    "max": lambda *x: reduce(np.maximum, x),
    "min": lambda *x: reduce(np.minimum, x),
    "sigmoid": _sigmoid,
    "relu": lambda x: np.maximum(x, 0),
    "softplus": lambda x: np.logaddexp(x, 0),
    "step": lambda x: np.heaviside(x, 0),
    "power_slope": _power_slope,
    "power_log": _power_log,
    "mean": lambda x: x.mean(axis=0),
    "stack": np.stack,
}


def operations(dtype: str) -> Operations:
    """Every function of a formula in NumPy; numbers become scalars of `dtype`."""
    return FUNCTIONS | {"constant": np.dtype(dtype).type}


def value_and_gradient(loss: Loss, w: np.ndarray, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Loss (batch,) and gradient (n, batch) at the weights (n, batch)."""
    ops, w = operations(dtype), w.astype(dtype)
    data = [array.astype(dtype, copy=False) for array in loss.data]
    with np.errstate(all="ignore"):  # overflow and domain errors are results here: inf and nan
        value, gradient = loss.by_calculus(ops, w, *data)
    return np.broadcast_to(value, w.shape[1:]).astype(dtype), gradient.astype(dtype)


def hessian(loss: BentLoss, w: np.ndarray, dtype: str) -> np.ndarray:
    """The (n, n) second derivatives at one point w (n, 1), by calculus."""
    data = [array.astype(dtype, copy=False) for array in loss.data]
    with np.errstate(all="ignore"):
        return np.asarray(loss.bend_by_calculus(operations(dtype), w.astype(dtype), *data), dtype)


def recorded(parts: Sequence[tuple[str, Node]], at: Mapping[str, float]) -> list[list[str]]:
    """NumPy computes and writes nothing down."""
    return [[] for _ in parts]


def forget() -> None:
    """Nothing is kept from run to run."""


def run(request: Request) -> Raw:
    """The whole descent as a loop of NumPy steps."""
    ops, loss, dtype = operations(request.dtype), request.loss, request.dtype
    data = [array.astype(dtype, copy=False) for array in loss.data]
    batches = request.batches
    batch_shape = request.start.shape[1:]

    def evaluate(w: np.ndarray, t: int) -> tuple[Any, Any]:
        rows = data if batches is None else [a[batches[t]] if a.ndim else a for a in data]
        return loss.by_calculus(ops, w, *rows)

    with np.errstate(all="ignore"):
        weights, losses, gradients = python_loop(
            request,
            request.start.astype(dtype),
            evaluate,
            lambda w: loss.value(ops, w, *data),
            request.rates.astype(dtype),
        )
    values = np.stack([np.broadcast_to(value, batch_shape) for value in losses])
    return Raw(np.stack(weights), np.stack(gradients).astype(dtype), values.astype(dtype))
