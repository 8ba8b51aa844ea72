"""What a backend is asked and must offer: the loss it differentiates, the engine that it is.

One run is a batch of one: weights are (n, batch) arrays, a loss is a (batch,) array, and many
starts or many learning rates descend together in the same loop. The gradient of the *sum* of the
losses is then, column by column, the gradient of each run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from gdcore.formula import Node
from gdcore.rules.optimizers import Optimizer

Operations = Mapping[str, Callable[..., Any]]


class Loss(Protocol):
    """A loss written once for every framework.

    `value` uses the operations it is given and returns a (batch,) tensor. `by_calculus` gives the
    value and the (n, batch) gradient without automatic differentiation, and is asked for by NumPy
    alone. `data` are the arrays that both take after the weights: one row per sample, or a plain
    number () that every batch sees. `key` tells losses apart whose traced graphs differ.
    """

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def data(self) -> tuple[np.ndarray, ...]: ...

    @property
    def key(self) -> Hashable: ...

    def value(self, ops: Operations, w: Any, *data: Any) -> Any: ...

    def by_calculus(self, ops: Operations, w: Any, *data: Any) -> tuple[Any, Any]: ...


class BentLoss(Loss, Protocol):
    """A loss that also knows its second derivatives by calculus, which NumPy alone asks for."""

    def bend_by_calculus(self, ops: Operations, w: Any, *data: Any) -> Any:
        """The (n, n) second derivatives at one point w (n, 1)."""


@dataclass(frozen=True)
class Request:
    """What a backend is asked to descend.

    start: (n, batch). rates: (steps+1,) or (steps+1, batch). batches: (steps+1, size) row numbers
    into `loss.data` for mini-batches, or None for all rows at every step.
    """

    loss: Loss
    optimizer: Optimizer
    hyperparameters: dict[str, float]
    start: np.ndarray
    rates: np.ndarray
    batches: np.ndarray | None = None
    dtype: str = "float64"
    mode: str = "graph"


@dataclass(frozen=True)
class Raw:
    """What comes back: weights and gradients (steps+1, n, batch), losses (steps+1, batch)."""

    weights: np.ndarray
    gradients: np.ndarray
    losses: np.ndarray


class Engine(Protocol):
    """All that a backend's file offers; the type checker holds each of them against it."""

    def operations(self, dtype: str) -> Operations:
        """Every function of a formula; numbers become constants of `dtype`."""

    def value_and_gradient(
        self, loss: Loss, w: np.ndarray, dtype: str
    ) -> tuple[np.ndarray, np.ndarray]:
        """Loss (batch,) and gradient (n, batch) at the weights (n, batch)."""

    def hessian(self, loss: BentLoss, w: np.ndarray, dtype: str) -> np.ndarray:
        """The (n, n) second derivatives at one point w (n, 1)."""

    def run(self, request: Request) -> Raw:
        """The whole descent."""

    def recorded(
        self, parts: Sequence[tuple[str, Node]], at: Mapping[str, float]
    ) -> list[list[str]]:
        """What the framework itself wrote down for each part of a formula, last one first.

        parts: name and tree of each node, over the variables in `at` and the names before it.
        Empty lists where it writes nothing down.
        """

    def forget(self) -> None:
        """Drops what it keeps from run to run, so that the next one traces and compiles anew."""


# Who waits for a long loop may set this: it is told what share is done, ten times a second, and
# breaks the loop off by raising.
progress: ContextVar[Callable[[float], None] | None] = ContextVar("progress", default=None)


def python_loop(
    request: Request,
    w: Any,
    evaluate: Callable[[Any, int], tuple[Any, Any]],
    full_loss: Callable[[Any], Any],
    rates: Any,
    assign: Callable[[Any, Any], Any] = lambda old, new: new,
) -> tuple[list[Any], list[Any], list[Any]]:
    """The descent as the article writes it, one step after the other, on any framework's tensors.

    evaluate(w, t) gives loss and gradient on the rows of step t; where these are only a part of
    the data, `full_loss` gives the loss that is recorded.
    """
    weights, losses, gradients = [], [], []
    state = request.optimizer.init(w + 0.0)
    tell, told = progress.get(), time.monotonic()
    for t in range(len(request.rates)):
        if tell and time.monotonic() - told > 0.1:
            told = time.monotonic()
            tell(t / len(request.rates))
        loss, gradient = evaluate(w, t)
        weights.append(w + 0.0)
        losses.append(loss if request.batches is None else full_loss(w))
        gradients.append(gradient)
        new, state = request.optimizer.update(
            w, gradient, rates[t], t + 1, state, **request.hyperparameters
        )
        w = assign(w, new)
    return weights, losses, gradients
