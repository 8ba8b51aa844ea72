"""Named losses to descend on, each one record: its formula, where to start, what to look at.

To add a landscape, add a record (and its name in both languages): menus, pictures and tests
follow from it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.formula import Formula, evaluate
from gdcore.words.texts import FormulaError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
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
        Landscape(
            name="parabola",
            formula="w**2",
            start=(-5.0,),
            domain=((-6, 6),),
            minima=((0.0,),),
            learning_rate=0.1,
        ),
        Landscape(
            name="double_well",
            formula="(w**2 - 4)**2 / 8 + w / 2",
            start=(3.2,),
            domain=((-3.6, 3.6),),
            minima=((-2.1179035,),),
            learning_rate=0.05,
        ),
        Landscape(
            name="article_sine",
            formula="x * sin(x)**2",
            start=(3.9,),
            domain=((0, 10),),
            minima=((np.pi,),),
            learning_rate=0.1,
        ),
        Landscape(
            name="absolute",
            formula="abs(w)",
            start=(-5.0,),
            domain=((-6, 6),),
            minima=((0.0,),),
            learning_rate=0.3,
        ),
        Landscape(
            name="waves",
            formula="w**2 / 10 + sin(2 * w)",
            start=(4.5,),
            domain=((-6, 6),),
            minima=((-0.7486,),),
            learning_rate=0.05,
        ),
        Landscape(
            name="plateau",
            formula="0.05*w**4 - 0.2*w**3 + 0.002*w**2 - 0.012*w",
            start=(-2.0,),
            domain=((-2.6, 4.6),),
            minima=((3.0,),),
            learning_rate=0.02,
            steps=300,
        ),
        Landscape(
            name="cliff",
            formula="0.05*w**2 + 3*sigmoid(12*(w - 2))",
            start=(4.0,),
            domain=((-6, 6),),
            minima=((0.0,),),
            learning_rate=0.3,
        ),
        Landscape(
            name="quartic",
            formula="w**4 / 20",
            start=(-5.0,),
            domain=((-6, 6),),
            minima=((0.0,),),
            learning_rate=0.05,
        ),
    )
}


# Losses over two weights, by the names under which they are known as test functions.
SURFACES: dict[str, Landscape] = {
    landscape.name: landscape
    for landscape in (
        Landscape(
            name="ravine",
            formula="x**2 / 20 + y**2",
            start=(-9.0, 2.5),
            domain=((-10, 10), (-4, 4)),
            minima=((0.0, 0.0),),
            learning_rate=0.9,
        ),
        Landscape(
            name="rosenbrock",
            formula="(1 - x)**2 + 100*(y - x**2)**2",
            start=(-1.2, 1.0),
            domain=((-2, 2), (-1, 3)),
            minima=((1.0, 1.0),),
            learning_rate=0.0015,
            steps=500,
        ),
        Landscape(
            name="himmelblau",
            formula="(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
            start=(0.5, -0.5),
            domain=((-5, 5), (-5, 5)),
            minima=(
                (3.0, 2.0),
                (-2.805118, 3.131313),
                (-3.779310, -3.283186),
                (3.584428, -1.848127),
            ),
            learning_rate=0.01,
        ),
        Landscape(
            name="beale",
            formula="(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
            start=(1.0, 1.4),
            domain=((-1, 4.5), (-1.5, 2)),
            minima=((3.0, 0.5),),
            learning_rate=0.01,
            steps=300,
        ),
        Landscape(
            name="booth",
            formula="(x + 2*y - 7)**2 + (2*x + y - 5)**2",
            start=(-6.0, -4.0),
            domain=((-8, 8), (-8, 8)),
            minima=((1.0, 3.0),),
            learning_rate=0.05,
        ),
        Landscape(
            name="saddle",
            formula="x**2 / 2 - y**2 / 2 + y**4 / 16",
            start=(2.0, 0.01),
            domain=((-3, 3), (-3, 3)),
            minima=((0.0, 2.0), (0.0, -2.0)),
            learning_rate=0.1,
        ),
        Landscape(
            name="camel",
            formula="(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (4*y**2 - 4)*y**2",
            start=(1.8, 0.2),
            domain=((-2.1, 2.1), (-1.2, 1.2)),
            minima=((0.089842, -0.712656), (-0.089842, 0.712656)),
            learning_rate=0.02,
        ),
        Landscape(
            name="ackley",
            formula="20 - 20*exp(-0.2*sqrt((x**2 + y**2)/2)) + e"
            " - exp((cos(2*pi*x) + cos(2*pi*y))/2)",
            start=(2.7, 1.3),
            domain=((-4, 4), (-4, 4)),
            minima=((0.0, 0.0),),
            learning_rate=0.02,
        ),
        Landscape(
            name="plane",
            formula="softplus(3*x) / 3 + y**2 / 10",
            start=(3.0, 2.0),
            domain=((-5, 4), (-4, 4)),
            minima=(),
            learning_rate=0.2,
        ),
    )
}


def surface_names(formula: Formula) -> tuple[str, str]:
    """The two variables of a surface in alphabetical order.

    A formula in one variable lies over that and the first of x, y, z that it does not mention.
    Raises FormulaError for any other number of variables.
    """
    if not 1 <= len(formula.names) <= 2:
        raise FormulaError("formula.two_variables", None)
    mentioned = re.findall(r"[A-Za-z_]\w*", unicodedata.normalize("NFKC", formula.text))
    others = (name for name in "xyz" if name not in (*mentioned, *formula.names))
    first, second = sorted((*formula.names, *others)[:2])
    return first, second


def grid(
    formula: Formula,
    names: tuple[str, str],
    domain: tuple[tuple[float, float], ...],
    points: int = 90,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The loss over a grid: first (m,), second (n,), losses (n, m), NaN where there is none.

    Raises FormulaError where there is none anywhere.
    """
    first, second = (np.linspace(low, high, points) for low, high in domain)
    u, v = np.meshgrid(first, second)
    with np.errstate(all="ignore"):
        values = {name: axis for name, axis in zip(names, (u, v), strict=True)}
        losses = np.broadcast_to(evaluate(formula, operations("float64"), values), u.shape)
    return first, second, _finite(losses)


def view(
    formula: Formula, name: str, domain: tuple[float, float], start: float, points: int = 400
) -> pd.DataFrame:
    """The curve to be drawn: columns w and loss over the domain, widened to hold the start.

    Raises FormulaError where it has no value anywhere.
    """
    import pandas as pd

    low, high = min(domain[0], start), max(domain[1], start)
    w = np.linspace(low, high, points)
    with np.errstate(all="ignore"):
        loss = np.broadcast_to(evaluate(formula, operations("float64"), {name: w}), w.shape)
    return pd.DataFrame({"w": w, "loss": _finite(loss)})


def _finite(losses: np.ndarray) -> np.ndarray:
    finite = np.isfinite(losses)
    if not finite.any():
        raise FormulaError("formula.nowhere", None)
    return np.where(finite, losses, np.nan)
