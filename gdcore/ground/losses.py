"""The ground of a loss that is no formula, from its value and its slope alone."""

from __future__ import annotations

import numpy as np

from gdcore.backends import Loss
from gdcore.backends.numpy_ import operations
from gdcore.ground.terrain import Ground


def of_loss(loss: Loss) -> Ground:
    """The ground of any loss, of which value and slope are known and no second derivatives."""
    ops = operations("float64")

    def value(w: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            losses = np.asarray(loss.value(ops, w, *loss.data), np.float64)
        return np.broadcast_to(losses, w.shape[1:])

    def gradient(w: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.asarray(loss.by_calculus(ops, w, *loss.data)[1], np.float64)

    def hessian(w: np.ndarray) -> np.ndarray:
        return np.full((w.shape[1], len(w), len(w)), np.nan)

    return Ground(value, gradient, hessian)
