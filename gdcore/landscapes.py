"""Named losses to descend on, each one record: its formula, where to start, what to look at.

To add a landscape, add a record (and its name in both languages): menus, pictures and tests
follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.formula import Formula, evaluate

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Landscape:
    """A loss by its formula.

    start: one number per variable. domain: the interval of each variable worth looking at.
    minima: the global minimum points known in closed form or to full precision, if any.
    learning_rate, steps: a sensible opening for plain gradient descent.
    """

    name: str
    formula: str
    start: tuple[float, ...]
    domain: tuple[tuple[float, float], ...]
    minima: tuple[tuple[float, ...], ...]
    learning_rate: float
    steps: int = 150


LANDSCAPES: dict[str, Landscape] = {
    landscape.name: landscape
    for landscape in (
        Landscape("parabola", "w**2", (-5.0,), ((-6, 6),), ((0.0,),), 0.1),
        Landscape(
            "double_well", "(w**2 - 4)**2 / 8 + w / 2", (3.2,), ((-3.6, 3.6),),
            ((-2.1179035,),), 0.05,
        ),
        Landscape("article_sine", "x * sin(x)**2", (3.9,), ((0, 10),), ((np.pi,),), 0.1),
        Landscape("absolute", "abs(w)", (-5.0,), ((-6, 6),), ((0.0,),), 0.3),
        Landscape("waves", "w**2 / 10 + sin(2 * w)", (4.5,), ((-6, 6),), ((-0.7486,),), 0.05),
        Landscape(
            "plateau", "0.05*w**4 - 0.2*w**3 + 0.002*w**2 - 0.012*w", (-2.0,), ((-2.6, 4.6),),
            ((3.0,),), 0.02, 300,
        ),
        Landscape(
            "cliff", "0.05*w**2 + 3*sigmoid(12*(w - 2))", (4.0,), ((-6, 6),), ((0.0,),), 0.3,
        ),
        Landscape("quartic", "w**4 / 20", (-5.0,), ((-6, 6),), ((0.0,),), 0.05),
    )
}  # fmt: skip


def view(
    formula: Formula, name: str, domain: tuple[float, float], start: float, points: int = 400
) -> pd.DataFrame:
    """The curve to be drawn: columns w and loss over the domain, widened to hold the start."""
    import pandas as pd

    low, high = min(domain[0], start), max(domain[1], start)
    w = np.linspace(low, high, points)
    with np.errstate(all="ignore"):
        loss = np.broadcast_to(evaluate(formula, operations("float64"), {name: w}), w.shape)
    return pd.DataFrame({"w": w, "loss": np.where(np.isfinite(loss), loss, np.nan)})
