"""The frameworks that differentiate, each one record here and one file beside this one.

Frameworks are slow to import and large in memory, so a backend's file, the only place that
imports its framework, is loaded on first use. Whoever merely lists the backends pays nothing.

One run is a batch of one: weights are (n, batch) arrays, a loss is a (batch,) array, and many
starts or many learning rates descend together in the same loop. The gradient of the *sum* of the
losses is then, column by column, the gradient of each run.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable, Hashable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from gdcore.rules.optimizers import Optimizer
from gdcore.words.texts import Problem

Operations = Mapping[str, Callable[..., Any]]
DTYPES = ("float32", "float64")


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


@dataclass(frozen=True)
class Backend:
    """A framework by name. `worker` says that pages run it in a process of its own."""

    name: str
    title: str
    package: str
    modes: tuple[str, ...]
    worker: bool

    @property
    def installed(self) -> bool:
        return importlib.util.find_spec(self.package) is not None

    @property
    def module(self) -> Any:
        """The backend's file: `operations`, `value_and_gradient`, `run`. Imports the framework."""
        if not self.installed:
            raise Problem("settings.not_installed", name=self.title, package=self.package)
        return importlib.import_module(f"gdcore.backends.{self.name}_")


BACKENDS: dict[str, Backend] = {
    backend.name: backend
    for backend in (
        Backend("numpy", "NumPy", "numpy", (), worker=False),
        Backend(
            "tensorflow", "TensorFlow", "tensorflow", ("eager", "step", "graph", "xla"), worker=True
        ),
        Backend("torch", "PyTorch", "torch", (), worker=True),
        Backend("jax", "JAX", "jax", (), worker=True),
    )
}


def choose(table: Mapping[str, Any], name: str, setting: str) -> Any:
    """The record called `name`, or a sentence that lists the names there are."""
    if name not in table:
        raise Problem("settings.unknown", setting=setting, name=name, known=", ".join(table))
    return table[name]


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
