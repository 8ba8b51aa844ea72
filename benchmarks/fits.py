"""A large regression: ours against the bare NumPy loop, and the memory that a million rows take."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import psutil

import gdcore as gd
from gdcore.data import intake

ROWS, FEATURES, EPOCHS, RATE, REPEAT = 100_000, 10, 200, 0.1, 5


def bare_loop(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, list[float]]:
    """What one would type: error, loss and gradient of all rows at every epoch."""
    design = np.column_stack([X, np.ones(len(X))])
    w, losses = np.zeros(design.shape[1]), []
    for _ in range(EPOCHS):
        error = design @ w - y
        losses.append(float(error @ error / len(y)))
        w = w - RATE * 2 / len(y) * (design.T @ error)
    return w, losses


def _least(functions: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The least seconds of each, called in turn so that all share the machine's moods."""
    best = dict.fromkeys(functions, np.inf)
    for _ in range(REPEAT):
        for name, function in functions.items():
            begin = time.perf_counter()
            function()
            best[name] = min(best[name], time.perf_counter() - begin)
    return best


def rows() -> list[tuple[str, float]]:
    """Name and seconds: the bare loop, ours, and ours in closed form."""
    data = gd.datasets.make_regression(ROWS, FEATURES)

    def fit(**more: Any) -> Any:
        return gd.fit_linear(data.X, data.y, EPOCHS, RATE, **more)

    timings = _least(
        {
            "bare NumPy loop": lambda: bare_loop(data.X, data.y),
            "fit_linear": fit,
            "fit_linear, closed form": lambda: fit(closed_form=True),
        }
    )
    return list(timings.items())


def million() -> dict[str, float]:
    """Seconds and MB beyond what was there before: a CSV of a million rows read, then fitted."""
    random = np.random.default_rng(0)
    X = random.normal(size=(1_000_000, 5))
    y = X @ [1.0, -2.0, 0.5, 3.0, 0.0] + 4 + random.normal(size=len(X))
    text = "a,b,c,d,e,y\n" + "\n".join(
        ",".join(f"{value:.5f}" for value in row) for row in np.column_stack([X, y])
    )
    content = text.encode()
    del text, X, y
    process = psutil.Process()
    before = process.memory_info().rss
    begin = time.perf_counter()
    table = intake.read_file(content, "million.csv")
    read = time.perf_counter() - begin
    ready = intake.prepare(table, "y", ["a", "b", "c", "d", "e"])
    begin = time.perf_counter()
    gd.fit_linear(ready.X, ready.y, 40, RATE)
    return {
        "read": read,
        "fit": time.perf_counter() - begin,
        "mb": (process.memory_info().rss - before) / 2**20,
    }
