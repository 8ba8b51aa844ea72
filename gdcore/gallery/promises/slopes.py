"""Promises about slopes at a point."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gdcore.backends import installed
from gdcore.descent.formulas import differentiate
from gdcore.gallery.scenes import Slope


def square(scene: Slope) -> bool:
    """Every way says 6, exactly."""
    return all(
        differentiate(scene.formula, at=dict(scene.at), backend=one.name).gradient == {"x": 6.0}
        for one in installed()
    )


def sine(scene: Slope) -> bool:
    """The product rule and the chain rule give −0.8183."""
    x = scene.at["x"]
    by_hand = np.sin(x) ** 2 + 2 * x * np.sin(x) * np.cos(x)
    (found,) = differentiate(scene.formula, at=dict(scene.at)).gradient.values()
    return np.isclose(found, by_hand, rtol=1e-12) and f"{found:.4f}" == "-0.8183"


SLOPES: dict[str, Callable[[Slope], bool]] = {claim.__name__: claim for claim in (square, sine)}
