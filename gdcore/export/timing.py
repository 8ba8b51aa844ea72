"""How long the article's regression takes in each framework and mode, here and now."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from gdcore.backends import engine, installed
from gdcore.data import datasets
from gdcore.models.fitting import fit_linear

EPOCHS = 40
REPEAT = 9


@dataclass(frozen=True, kw_only=True)
class Way:
    """A backend in one of its modes, None where it has but one."""

    backend: str
    mode: str | None = None


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Seconds of the first run, tracing and compiling included, and the median of later ones."""

    way: Way
    first: float
    median: float


def ways() -> list[Way]:
    """All that can be measured here."""
    return [
        Way(backend=one.name, mode=mode) for one in installed() for mode in one.modes or (None,)
    ]


def measure(
    backend: str, mode: str = "graph", data: datasets.Data | None = None
) -> tuple[float, float]:
    """Seconds of the first run, tracing and compiling included, and the median of later ones.

    data: the article's by default; a worker gets them handed, as it has no scikit-learn inside.
    """
    data = datasets.make_regression() if data is None else data
    engine(backend, mode).forget()
    seconds = []
    for _ in range(REPEAT + 1):
        begin = time.perf_counter()
        fit_linear(data.X, data.y, EPOCHS, backend=backend, mode=mode, dtype="float32")
        seconds.append(time.perf_counter() - begin)
    return seconds[0], statistics.median(seconds[1:])
