"""How long the article's regression takes in each framework and mode, here and now."""

from __future__ import annotations

import statistics
import time

from gdcore.backends import engine
from gdcore.data import datasets
from gdcore.models.fitting import fit_linear

EPOCHS = 40
REPEAT = 9


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
