"""The frameworks that differentiate, each one record here and one file beside this one.

Frameworks are slow to import and large in memory, so a backend's file, the only place that
imports its framework, is loaded on first use. Whoever merely lists the backends pays nothing.
What each file must offer stands in `gdcore.backends.engine`. To add a backend, add its file, its
record and its line for the type checker: menus, comparisons and tests follow from the record.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from gdcore.backends.engine import (
    BentLoss,
    Engine,
    Loss,
    Operations,
    Raw,
    Request,
    progress,
    python_loop,
)
from gdcore.rules.interval import choose
from gdcore.rules.method import DTYPES
from gdcore.words.texts import Problem

__all__ = [
    "BACKENDS",
    "DTYPES",
    "Backend",
    "BentLoss",
    "Engine",
    "Loss",
    "Operations",
    "Raw",
    "Request",
    "choose",
    "engine",
    "installed",
    "progress",
    "python_loop",
]


@dataclass(frozen=True, kw_only=True)
class Backend:
    """A framework by name.

    package: what is imported. modes: the ways in which it can run a loop, none where there is but
    one. worker: whether pages run it in a process of its own. records: what it calls the operations
    that it writes down, "" where it writes none.
    """

    name: str
    title: str
    package: str
    modes: tuple[str, ...] = ()
    worker: bool = True
    records: str = ""

    @property
    def installed(self) -> bool:
        return importlib.util.find_spec(self.package) is not None

    @property
    def module(self) -> Engine:
        """The backend's file. Imports the framework; raises Problem where it is missing."""
        if not self.installed:
            raise Problem("settings.not_installed", name=self.title, package=self.package)
        return cast(Engine, importlib.import_module(f"gdcore.backends.{self.name}_"))


BACKENDS: dict[str, Backend] = {
    backend.name: backend
    for backend in (
        Backend(name="numpy", title="NumPy", package="numpy", worker=False),
        Backend(
            name="tensorflow",
            title="TensorFlow",
            package="tensorflow",
            modes=("eager", "step", "graph", "xla"),
            records="tf.Operation",
        ),
        Backend(name="torch", title="PyTorch", package="torch", records="grad_fn"),
        Backend(name="jax", title="JAX", package="jax", records="jaxpr"),
    )
}


def installed() -> list[Backend]:
    """The backends that can be used here, in the order of the registry."""
    return [backend for backend in BACKENDS.values() if backend.installed]


def engine(name: str, mode: str | None = None) -> Engine:
    """The engine of the backend called `name`; imports its framework.

    mode: of a run, checked where the backend has several. Raises Problem for a name that is none,
    for a mode that it does not have, and where the framework is not installed.
    """
    backend: Backend = choose(BACKENDS, name, "backend")
    if mode is not None and backend.modes:
        choose(dict.fromkeys(backend.modes), mode, "mode")
    return backend.module


if TYPE_CHECKING:  # mypy refuses a file that does not offer all of an Engine
    from gdcore.backends import jax_, numpy_, tensorflow_, torch_

    _numpy: Engine = numpy_
    _tensorflow: Engine = tensorflow_
    _torch: Engine = torch_
    _jax: Engine = jax_
