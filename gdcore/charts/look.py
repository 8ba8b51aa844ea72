"""What every chart shares: one meaning per colour, readable type, words in the page's language.

A dash or a shape always says the same as the colour does, see `gdcore.charts.colours`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.colours import PALETTES, SERIES
from gdcore.charts.player import params
from gdcore.words.texts import say

DASHES = [[1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2, 1, 2]]


def _power() -> str:
    """The label of a power of ten as a Vega expression: 0.01, 1, 100, 10⁶, 2×10⁶."""
    raised = "format(floor(log(datum.value) / LN10 + 1e-9), 'd')"
    front = "datum.value / pow(10, floor(log(datum.value) / LN10 + 1e-9))"
    for digit, small in zip("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True):
        raised = f"replace({raised}, regexp('{digit}', 'g'), '{small}')"
    times = f"abs({front} - 1) < 1e-6 ? '' : format({front}, '.3~g') + '×'"
    near = "datum.value >= 1e-3 && datum.value < 1e4"
    return f"{near} ? format(datum.value, '.4~f') : ({times}) + '10' + {raised}"


@dataclass(frozen=True)
class Look:
    """The language and theme that a chart is drawn in.

    size: type size in px. growth: how much taller than usual charts are, as on a stage.
    """

    language: str = "en"
    theme: str = "light"
    size: int = 14
    growth: float = 1.0

    def t(self, key: str, **values: Any) -> str:
        return say(f"charts.{key}", self.language, **values)

    def colour(self, role: str) -> str:
        return PALETTES[self.theme][role]

    @property
    def series(self) -> list[str]:
        return SERIES[self.theme]

    def axis(self, title: str | None, **more: Any) -> alt.Axis:
        """A calm axis: few ticks, faint grid, the title in the page's language."""
        return alt.Axis(
            title=title,
            titleFontSize=self.size,
            labelFontSize=self.size,
            tickCount=5,
            titleColor=self.colour("text"),
            labelColor=self.colour("text"),
            gridColor=self.colour("faint"),
            domainColor=self.colour("data"),
            titleFontWeight="normal",
            **more,
        )

    def powers(self, title: str | None, **more: Any) -> alt.Axis:
        """An axis of powers of ten that are written as such."""
        return self.axis(title, labelExpr=_power(), **more)

    def x(self, field: str, title: str | None, domain: Sequence[float], **axis: Any) -> alt.X:
        """A quantity across the picture, on an axis that shows `domain`."""
        return alt.X(f"{field}:Q", axis=self.axis(title, **axis), scale=scale(domain))

    def y(self, field: str, title: str | None, domain: Sequence[float], **axis: Any) -> alt.Y:
        """A quantity up the picture, on an axis that shows `domain`."""
        return alt.Y(f"{field}:Q", axis=self.axis(title, **axis), scale=scale(domain))

    def finish(self, chart: Any, height: int, title: str | None = None, still: bool = False) -> Any:
        """Height, title, the frame parameter and a transparent background.

        still: for a chart that has nothing to do with steps, and need not listen to the player.
        """
        if title:
            chart = chart.properties(
                title=alt.TitleParams(
                    title,
                    fontSize=self.size + 1,
                    anchor="start",
                    color=self.colour("text"),
                    fontWeight="bold",
                    offset=8,
                )
            )
        return (
            (chart if still else chart.add_params(*params()))
            .properties(height=round(height * self.growth), background="transparent")
            .configure_view(stroke=None)
        )


@dataclass(frozen=True)
class Picture:
    """A chart and its data apart from each other.

    Building an Altair chart takes ten times as long as computing what it shows, and while a slider
    moves nothing but the data changes. So a chart is built once per structure (`stencil`), with
    named data, and the data are put in beside it.
    """

    stencil: dict[str, Any]
    data: dict[str, pd.DataFrame]

    def to_altair(self) -> Any:
        """An ordinary Altair chart that holds its data, for a notebook."""
        records = {
            name: json.loads(frame.to_json(orient="records")) for name, frame in self.data.items()
        }
        return alt.Chart.from_dict(self.stencil | {"datasets": records})


def stencil(build: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """Caches the specification of a chart by its structure: all arguments are hashable."""

    @lru_cache(maxsize=256)
    @wraps(build)
    def specification(*structure: Any) -> dict[str, Any]:
        return dict(build(*structure).to_dict())

    return specification


def chart(name: str) -> Any:
    """A chart over the data called `name`."""
    return alt.Chart(alt.NamedData(name=name))


def span(values: Sequence[float] | np.ndarray, margin: float = 0.06) -> list[float]:
    """A domain around the finite values, rounded outwards so that it rests while they change.

    An axis that follows every twitch of a slider cannot be compared from run to run.
    """
    array = np.asarray(values, dtype=float)
    array = array[np.isfinite(array)]
    low, high = (float(array.min()), float(array.max())) if len(array) else (0.0, 1.0)
    width = (high - low) or max(abs(high), 1.0)
    grain = 10 ** np.floor(np.log10(width)) / 2
    positive = low >= 0
    low = np.floor((low - margin * width) / grain) * grain
    if positive and low < 0:  # a loss below zero would be a lie; leave room for the points only
        low = -grain / 8
    high = np.ceil((high + margin * width) / grain) * grain
    return [float(f"{low:.12g}"), float(f"{high:.12g}")]


def resting(
    values: Sequence[float] | np.ndarray, usual: Sequence[float] | np.ndarray
) -> list[float]:
    """An axis that rests: the usual extent as long as the values stay near it.

    Twice the usual extent is the most that is shown; what diverges leaves the picture.
    """
    array = np.asarray(values, dtype=float)
    low, high = span(usual)
    room = high - low
    low_seen, high_seen = np.nanmin(array), np.nanmax(array)
    if low_seen >= low and high_seen <= high:
        return [low, high]
    low_seen, high_seen = max(low_seen, low - room), min(high_seen, high + room)
    found = span([min(low, float(low_seen)), max(high, float(high_seen))], 0)
    return [low, found[1]] if low_seen >= low else found


def scale(domain: Sequence[float], **more: Any) -> alt.Scale:
    return alt.Scale(domain=list(domain), nice=False, zero=False, **more)
