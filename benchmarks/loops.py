"""A thousand epochs of the article's regression: its own loop against every way of ours."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

import gdcore as gd

EPOCHS, RATE = 1000, 0.1


def article_loop(X: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """The loop as the article types it, without drawing and printing."""
    w = tf.Variable(0.0)
    b = tf.Variable(0.0)

    def predict(X):
        return w * X + b

    def loss(y, y_pred):
        return tf.reduce_mean(tf.square(y - y_pred))

    for _ in range(EPOCHS):
        with tf.GradientTape() as t:
            t.watch(tf.constant(X))
            current_loss = loss(y, predict(X))
        dw, db = t.gradient(current_loss, [w, b])
        w.assign_sub(RATE * dw)
        b.assign_sub(RATE * db)
    return float(w.numpy()), float(b.numpy())


def median(function: Callable[[], Any], repeat: int) -> float:
    """Median seconds of `repeat` calls."""
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def rows() -> list[tuple[str, float, float, float]]:
    """Name, median seconds, how many times the article's loop is slower, seconds of the first."""
    data = gd.datasets.make_regression()
    X, y = data.X[:, 0].astype("float32"), data.y.astype("float32")
    article_loop(X, y)
    base = median(lambda: article_loop(X, y), 3)
    timings = [("TensorFlow eager, the article's loop", base, 1.0, float("nan"))]
    ways = {
        "gdcore TensorFlow eager": ("tensorflow", "eager", 3),
        "gdcore TensorFlow graph": ("tensorflow", "graph", 15),
        "gdcore TensorFlow XLA": ("tensorflow", "xla", 50),
        "gdcore PyTorch": ("torch", "graph", 5),
        "gdcore NumPy": ("numpy", "graph", 15),
    }
    for name, (backend, mode, repeat) in ways.items():

        def run(backend=backend, mode=mode):
            return gd.fit_linear(
                data.X, data.y, EPOCHS, RATE, backend=backend, mode=mode, dtype="float32"
            )

        begin = time.perf_counter()
        run()
        first = time.perf_counter() - begin
        timings.append((name, seconds := median(run, repeat), base / seconds, first))
    return timings
