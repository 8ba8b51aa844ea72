"""PyTorch: reverse-mode automatic differentiation by autograd, in an eager loop."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from gdcore.backends.engine import BentLoss, Loss, Operations, Raw, Request, python_loop
from gdcore.formula import Node, evaluate
from gdcore.formula.engines import functions
from gdcore.rules import generic

# What the words of the records may name, and what losses of models are made of.
_MODULES = {"torch": torch, "math": math}
_OTHER: dict[str, Any] = {"mean": lambda x: x.mean(dim=0), "stack": torch.stack}
# torch.clamp takes a number as well as a tensor for the other argument.
generic.learn(
    torch.Tensor,
    sign=torch.sign,
    max=lambda a, b: torch.clamp(a, min=b),
    min=lambda a, b: torch.clamp(a, max=b),
)


def operations(dtype: str) -> Operations:
    """Every function of a formula in torch; numbers become tensors of `dtype`."""
    kind = getattr(torch, dtype)
    return (
        functions("torch", _MODULES)
        | _OTHER
        | {"constant": lambda value: torch.tensor(value, dtype=kind)}
    )


def _differentiate(loss: Loss, ops: Operations, w: Any, data: list[Any]) -> tuple[Any, Any]:
    w = w.detach().requires_grad_()
    value = loss.value(ops, w, *data)
    if not value.requires_grad:  # a formula in which the weights do not occur
        return value.expand(w.shape[1:]), torch.zeros_like(w)
    (gradient,) = torch.autograd.grad(value.sum(), w)
    return value.detach().expand(w.shape[1:]), gradient


def value_and_gradient(loss: Loss, w: np.ndarray, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Loss (batch,) and gradient (n, batch) at the weights (n, batch)."""
    kind = getattr(torch, dtype)
    data = [torch.tensor(array, dtype=kind) for array in loss.data]
    value, gradient = _differentiate(loss, operations(dtype), torch.tensor(w, dtype=kind), data)
    return value.numpy(), gradient.numpy()


def hessian(loss: BentLoss, w: np.ndarray, dtype: str) -> np.ndarray:
    """The (n, n) second derivatives at one point w (n, 1), by torch.func: forward over reverse."""
    ops, x = operations(dtype), torch.tensor(w[:, 0], dtype=getattr(torch, dtype))
    data = [torch.tensor(array, dtype=x.dtype) for array in loss.data]

    def value(x: Any) -> Any:
        return loss.value(ops, x[:, None], *data).reshape(()) + 0 * x.sum()

    matrix = torch.func.hessian(value)(x)
    return np.asarray(matrix.detach().numpy())


def run(request: Request) -> Raw:
    """The whole descent as an eager loop of autograd steps."""
    ops, kind, batches = operations(request.dtype), getattr(torch, request.dtype), request.batches
    data = [torch.tensor(array, dtype=kind) for array in request.loss.data]
    rows = None if batches is None else torch.tensor(batches)

    def evaluate(w: Any, t: int) -> tuple[Any, Any]:
        part = data if rows is None else [a[rows[t]] if a.ndim else a for a in data]
        return _differentiate(request.loss, ops, w, part)

    results = python_loop(
        request,
        torch.tensor(request.start, dtype=kind),
        evaluate,
        lambda w: request.loss.value(ops, w, *data),
        torch.tensor(request.rates, dtype=kind),
    )
    weights, losses, gradients = (torch.stack(part).numpy() for part in results)
    return Raw(weights, gradients, losses)


def forget() -> None:
    """Nothing is kept from run to run."""


def recorded(parts: Sequence[tuple[str, Node]], at: Mapping[str, float]) -> list[list[str]]:
    """The autograd nodes (`grad_fn`) that each part of a formula left behind, last one first.

    parts: name and tree of each node, over variables and the names before it.
    """
    ops = operations("float64")
    tensors = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for name, value in at.items()
    }
    # A variable has no grad_fn; autograd enters it by a node that accumulates its gradient.
    before: set[Any] = set()
    nodes = []
    for name, tree in parts:
        tensors[name] = evaluate(tree, ops, tensors)
        names, waiting = [], [tensors[name].grad_fn]
        while waiting:
            node = waiting.pop(0)
            if node is None or node in before or node.name().endswith("AccumulateGrad"):
                continue
            before.add(node)
            names.append(node.name())
            waiting += [above for above, _ in node.next_functions]
        nodes.append(names)
    return nodes
