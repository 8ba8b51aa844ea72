"""A small drawing surface that writes SVG: places in data units in, few bytes out."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

import numpy as np

from gdcore.charts.look import PALETTES, SERIES

Interval = tuple[float, float]
UNSEEN = 0.35  # px by which a line may be moved


def inside(values: Sequence[float] | np.ndarray, margin: float = 0.08) -> Interval:
    """An interval that holds all finite values, with a margin on both sides."""
    array = np.asarray(values, dtype=float)
    array = array[np.isfinite(array)]
    low, high = (float(array.min()), float(array.max())) if len(array) else (0.0, 1.0)
    room = margin * ((high - low) or max(abs(high), 1.0))
    return low - room, high + room


class Canvas:
    """Draws in data units over x and y into a picture of width × height px.

    What lies outside is cut off by the picture's edge; what is not finite is left out.
    """

    def __init__(self, x: Interval, y: Interval, theme: str, width: int = 320, height: int = 170):
        self.x, self.y, self.theme = x, y, theme
        self.width, self.height = width, height
        self._parts: list[str] = []

    def colour(self, role: str | int) -> str:
        """The colour of a role, or of the run of that number."""
        if isinstance(role, int):
            series = SERIES[self.theme]
            return series[role % len(series)]
        return PALETTES[self.theme][role]

    def places(self, x: Sequence[float] | np.ndarray, y: Sequence[float] | np.ndarray):
        """(n, 2) pixels, y downwards; far beyond the edge they stop at three pictures' width."""
        u, v = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        with np.errstate(all="ignore"):
            pixels = np.column_stack(
                [
                    (u - self.x[0]) / (self.x[1] - self.x[0]) * self.width,
                    (self.y[1] - v) / (self.y[1] - self.y[0]) * self.height,
                ]
            )
        return np.clip(pixels, -3 * self.width, 4 * self.width)

    def add(self, svg: str) -> None:
        """Anything else, in pixels."""
        self._parts.append(svg)

    def line(
        self,
        x: Sequence[float] | np.ndarray,
        y: Sequence[float] | np.ndarray,
        role: str | int,
        width: float = 2,
        opacity: float = 1,
        dash: str = "",
    ) -> None:
        """A polyline; it is interrupted where there is no value."""
        data = "".join(_moves(run) for run in _pieces(self.places(x, y)))
        if data:
            more = f' stroke-dasharray="{dash}"' if dash else ""
            self._stroke(data, role, width, opacity, more)

    def dots(
        self,
        x: Sequence[float] | np.ndarray,
        y: Sequence[float] | np.ndarray,
        role: str | int,
        size: float = 5,
        opacity: float = 1,
    ) -> None:
        """Round dots of `size` px, one for each place that can be told from the others."""
        pixels = self.places(x, y)
        edge = (pixels > -size) & (pixels < np.array([self.width, self.height]) + size)
        seen = dict.fromkeys(f"M{_short(u)} {_short(v)}h0" for u, v in pixels[edge.all(1)])
        if seen:
            self._stroke("".join(seen), role, size, opacity, ' stroke-linecap="round"')

    def _stroke(self, data: str, role: str | int, width: float, opacity: float, more: str) -> None:
        faint = f' opacity="{opacity:.2g}"' if opacity < 1 else ""
        self.add(
            f'<path d="{data}" stroke="{self.colour(role)}" stroke-width="{width:g}"{faint}{more}/>'
        )

    def svg(self) -> str:
        """The whole picture. It has no words: the title beside it says what it shows."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}"'
            f' fill="none" stroke-linejoin="round">{"".join(self._parts)}</svg>'
        )


def _pieces(pixels: np.ndarray) -> list[np.ndarray]:
    """The stretches without a gap, without points that no eye misses."""
    found = []
    for piece in np.split(pixels, np.flatnonzero(~np.isfinite(pixels).all(1))):
        run = piece[np.isfinite(piece).all(1)]
        if len(run) > 1:
            found.append(run[_needed(run)])
    return found


def _needed(run: np.ndarray) -> list[int]:
    """The points (n, 2) that a polyline needs to stay within UNSEEN px: Ramer 1972, Douglas and
    Peucker 1973."""
    kept, stretches = {0, len(run) - 1}, [(0, len(run) - 1)]
    while stretches:
        first, last = stretches.pop()
        if last - first < 2:
            continue
        away = _distances(run[first + 1 : last], run[first], run[last])
        farthest = first + 1 + int(np.argmax(away))
        if away.max() > UNSEEN:
            kept.add(farthest)
            stretches += [(first, farthest), (farthest, last)]
    return sorted(kept)


def _distances(points: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """How far points (n, 2) lie from the stretch between two others: (n,)."""
    along = end - begin
    square = float(along @ along)
    share = np.clip((points - begin) @ along / square, 0, 1) if square else np.zeros(len(points))
    return np.hypot(*(points - begin - share[:, None] * along).T)


def _moves(run: np.ndarray) -> str:
    return "M" + "L".join(f"{_short(u)} {_short(v)}" for u, v in run)


def _short(pixel: float) -> str:
    return f"{pixel:.1f}".removesuffix(".0").replace("-0.0", "0")


def address(svg: str) -> str:
    """The picture as an address of its own, so that showing it asks nobody."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
