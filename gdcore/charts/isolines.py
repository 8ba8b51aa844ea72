"""Lines of equal loss over two weights, as polylines: of a grid, or of a quadratic exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from contourpy import contour_generator


def isolines(
    first: np.ndarray, second: np.ndarray, losses: np.ndarray, count: int = 12, power: float = 2
) -> pd.DataFrame:
    """Polylines of equal loss on a grid: columns u, v, level, line, order.

    first (m,), second (n,), losses (n, m). Levels are spaced as squares, so that a bowl's rings
    lie evenly, or by a higher power where a surface is steep at its rim. Thousands of coloured
    rectangles would halve the frames per second.
    """
    low, high = float(np.nanmin(losses)), float(np.nanmax(losses))
    levels = low + (high - low) * (np.arange(1, count + 1) / (count + 0.5)) ** power
    generator = contour_generator(first, second, losses)
    parts = []
    for level in levels:
        for i, vertices in enumerate(generator.lines(level)):
            part = pd.DataFrame(np.asarray(vertices), columns=["u", "v"])
            parts.append(part.assign(level=level, line=f"{level:.6g}/{i}", order=part.index))
    return pd.concat(parts) if parts else pd.DataFrame(columns=["u", "v", "level", "line", "order"])


def ellipses(
    hessian: np.ndarray,
    centre: np.ndarray,
    least: float,
    domains: Sequence[Sequence[float]],
    count: int = 12,
    points: int = 181,
    roam: Sequence[float] = (0.0, 0.0),
) -> pd.DataFrame:
    """The isolines of a quadratic, exact however long its valley: columns as of `isolines`.

    roam: how far their centre may be moved along each axis while they still fill the picture.
    """
    edges = [(low - away, high + away) for (low, high), away in zip(domains, roam, strict=True)]
    corners = np.array([[u, v] for u in edges[0] for v in edges[1]]) - centre
    high = float(np.max(np.einsum("ci,ij,cj->c", corners, hessian, corners)) / 2)
    rises = high * (np.arange(1, count + 1) / (count + 0.5)) ** 2
    values, vectors = np.linalg.eigh(hessian)
    angle = np.linspace(0, 2 * np.pi, points)
    circle = np.stack([np.cos(angle), np.sin(angle)]) / np.sqrt(values)[:, None]
    unit = vectors @ circle
    level = least + rises
    return pd.DataFrame(
        {
            "u": (centre[0] + np.sqrt(2 * rises)[:, None] * unit[0]).ravel(),
            "v": (centre[1] + np.sqrt(2 * rises)[:, None] * unit[1]).ravel(),
            "level": np.repeat(level, points),
            "line": np.repeat(np.arange(count), points).astype(str),
            "order": np.tile(np.arange(points), count),
        }
    )
