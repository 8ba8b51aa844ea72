"""NumPy: the derivative by calculus. It is always there and answers at once.

A formula's gradient is its symbolic derivative, that of the mean squared error is written out.
Nothing here is a finite difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gdcore.backends.engine import BentLoss, Loss, Operations, Raw, Request, python_loop
from gdcore.formula import Node
from gdcore.formula.engines import NUMPY, functions

# Beside the functions of formulas: what losses of models are made of.
_OTHER: dict[str, Any] = {"mean": lambda x: x.mean(axis=0), "stack": np.stack}


def operations(dtype: str) -> Operations:
    """Every function of a formula in NumPy; numbers become scalars of `dtype`."""
    return functions("numpy", NUMPY) | _OTHER | {"constant": np.dtype(dtype).type}


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
