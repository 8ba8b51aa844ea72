"""One picture beside the weights, chosen from many: the surface, the residuals, the plane …"""

from __future__ import annotations

import numpy as np
import pandas as pd

from gdcore.charts import diagnostics
from gdcore.charts.isolines import ellipses, isolines
from gdcore.charts.look import Look, Picture
from gdcore.charts.plane import plane_chart
from gdcore.charts.rings import ring_chart, surface_domains
from gdcore.models.fit import Fit
from gdcore.models.surfaces import slice_of_quadratic, surface
from gdcore.ui import controls, frame
from gdcore.ui.language import t
from gdcore.ui.settings import PICTURES
from gdcore.ui.state import State


def panel(state: State, names: list[str]) -> None:
    """Which picture, and what belongs to it. names: of all weights, the intercept last."""
    options = [name for name in PICTURES if name != "plane" or len(names) == 3]
    controls.show(state, "picture", options=options)
    if state["picture"] == "surface":
        places = range(1, len(names) + 1)
        controls.show(state, "first", "second", options=places, say=lambda i: names[i - 1])
    elif state["picture"] == "plane":
        controls.show(state, "turn")


def pair(state: State, count: int) -> tuple[int, int]:
    """The two weights of the surface, two different ones of `count`."""
    first = min(state["first"], count) - 1
    second = min(state["second"], count) - 1
    return first, second if second != first else (first + 1) % count


def draw(
    state: State,
    fit: Fit,
    names: list[str],
    features: tuple[str, ...],
    rows: np.ndarray,
    look: Look,
    height: int = 380,
) -> None:
    """The chosen picture at the player's step."""
    which = state["picture"]
    weights = fit.weights[rows]
    data = (fit.X, fit.y, weights, rows, look)
    title = t(f"pictures.{which}")
    if which == "surface":
        frame.draw(over(fit, pair(state, len(names)), names, rows, look, height), "surface")
    elif which == "residuals":
        frame.draw(diagnostics.residual_chart(*data, height, title), "residuals")
    elif which == "histogram":
        frame.draw(diagnostics.histogram_chart(*data, height, title), "histogram")
    elif which == "quantiles":
        frame.draw(diagnostics.quantile_chart(*data, height, title), "quantiles")
    elif which == "plane" and len(features) == 2:
        frame.draw(plane_chart(*data, features, state["turn"], height, title), "plane")
    else:
        frame.draw(
            diagnostics.predicted_chart(*data, height, look.t("predicted_title")), "predicted"
        )


def over(
    fit: Fit,
    which: tuple[int, int],
    names: list[str],
    rows: np.ndarray,
    look: Look,
    height: int = 380,
    descended: bool = False,
    beside: tuple[str, str, np.ndarray] | None = None,
) -> Picture:
    """The loss over two of the weights with the path on it.

    Where the loss is quadratic the others are as they are at the shown step, and the rings move
    with them; else they stand where the run ended. beside: the name of this path, and that of
    another one with its weights at `rows`, in the data's own units. A run that is over before the
    last of `rows` stays where it ended.
    """
    at = np.minimum(rows, fit.trajectory.steps)
    weights = fit.trajectory.weights.astype(float) if descended else fit.weights
    reference = fit.reference
    best = fit.minimum if descended else np.append(reference.coef_, reference.intercept_)
    chosen = list(which)
    path = pd.DataFrame(weights[np.ix_(at, chosen)], columns=["u", "v"])
    path = path.assign(step=rows, loss=fit.trajectory.losses[at].astype(float))
    domains = surface_domains(path, best[chosen])
    pictured = [names[i] for i in which]
    title = look.t("surface_title", first=pictured[0], second=pictured[1])
    quadratic = slice_of_quadratic(fit, which, descended, at)
    if quadratic is None:
        rings = isolines(*surface(fit, which, domains, descended=descended))
    else:
        matrix, centres, least = quadratic
        moves = centres - centres[-1]
        roam = np.abs(moves).max(axis=0)
        if roam.any():  # beyond a few widths of the picture its rings are straight lines anyway
            roam = np.minimum(roam, 3 * np.ptp(domains, axis=1))
            rings = ellipses(matrix, centres[-1], 0.0, domains, points=121, roam=roam)
            path = path.assign(du=moves[:, 0], dv=moves[:, 1])
            title += look.t("surface_moving")
        else:
            rings = ellipses(matrix, centres[-1], float(least[-1]), domains)
    other = None
    if beside:
        second = pd.DataFrame(beside[2][:, chosen], columns=["u", "v"]).assign(step=rows)
        other = (beside[0], beside[1], second)
    return ring_chart(rings, domains, best[chosen], path, look, pictured, height, title, other)
