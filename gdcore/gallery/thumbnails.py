"""The small picture of a demonstration: what its page draws first, computed from its own link."""

from __future__ import annotations

from functools import singledispatch

import numpy as np
from contourpy import contour_generator

from gdcore.backends.numpy_ import operations
from gdcore.charts.player import thin
from gdcore.descent.formulas import differentiate
from gdcore.descent.trajectory import Trajectory
from gdcore.formula import evaluate
from gdcore.gallery.canvas import Canvas, Interval, inside
from gdcore.gallery.scenes import Descents, Fitted, Scene, Slope
from gdcore.ground.landscapes import grid, view
from gdcore.models.fit import Fit
from gdcore.models.surfaces import surface

# Dots of data that are drawn at most: more make a cloud of the same shape.
MOST_DOTS = 120
MOST_STEPS = 120  # of which a weight's way is drawn
# Steps of which a fit's line is drawn, as shares of all of them: most happens at the beginning.
SHARES = (0.0, 0.02, 0.05, 0.1, 0.2)
# How far the plane is turned and how far it is seen from above.
TURN, TILT = np.deg2rad(35), 0.4


@singledispatch
def thumbnail(scene: Scene, theme: str) -> str:
    """The scene as a small SVG of its own, under 10 kB. theme: "light" or "dark"."""
    raise TypeError(type(scene))


@thumbnail.register
def _(scene: Slope, theme: str) -> str:
    """The curve along the first variable, the point, and the slope there."""
    name, *_ = scene.formula.names
    at = scene.at[name]
    reach = 4 / 3 * max(abs(at), 1.0)
    x = np.linspace(at - reach, at + reach, 200)
    values = {key: np.full_like(x, value) for key, value in scene.at.items()} | {name: x}
    with np.errstate(all="ignore"):
        y = np.broadcast_to(evaluate(scene.formula, operations("float64"), values), x.shape)
    here = differentiate(scene.formula, at=dict(scene.at))
    canvas = Canvas((x[0], x[-1]), inside(y), theme)
    canvas.line(x, y, "loss", 2.5)
    canvas.line(x, here.value + here.gradient[name] * (x - at), "gradient", 2, dash="7 4")
    canvas.dots([at], [here.value], "path", 11)
    return canvas.svg()


@thumbnail.register
def _(scene: Descents, theme: str) -> str:
    """One weight: the curve and the paths on it. Two: both weights from above."""
    if len(scene.box) > 1:
        return _from_above(scene, theme)
    (name,) = scene.run.names
    ground = view(scene.formula, name, scene.box[0], float(scene.run.weights[0, 0]))
    w, loss = ground["w"].to_numpy(), ground["loss"].to_numpy()
    canvas = Canvas((w[0], w[-1]), inside(loss), theme)
    canvas.line(w, loss, "loss", 2.5)
    for hue, run in _hues(scene):
        at, height = run.weights[:, 0], run.losses
        canvas.line(at, height, hue, 1.5, 0.7)
        canvas.dots(at, height, hue, 6)
        canvas.dots(at[-1:], height[-1:], hue, 12)
    return canvas.svg()


def _hues(scene: Descents) -> list[tuple[int | str, Trajectory]]:
    """The runs, each with its colour: a single one has that of a path."""
    runs = list(scene.runs.values())
    return list(enumerate(runs)) if len(runs) > 1 else [("path", runs[0])]


def _from_above(scene: Descents, theme: str) -> str:
    (one, other), (across, up) = scene.run.names, scene.box
    first, second, losses = grid(scene.formula, (one, other), (across, up), 60)
    canvas = Canvas(across, up, theme)
    _rings(canvas, first, second, losses, 3)
    for hue, run in _hues(scene):
        u, v = run.weights.T
        canvas.line(u, v, hue, 2)
        canvas.dots(u[-1:], v[-1:], hue, 10)
    for u, v in scene.minima:
        _cross(canvas, u, v)
    return canvas.svg()


def _rings(
    canvas: Canvas, first: np.ndarray, second: np.ndarray, losses: np.ndarray, power: float
) -> None:
    """Lines of equal loss; their levels lie closer at the bottom, where the paths end."""
    low, high = float(np.nanmin(losses)), float(np.nanmax(losses))
    generator = contour_generator(first, second, losses)
    for share in (np.arange(1, 8) / 7.5) ** power:
        for vertices in generator.lines(low + (high - low) * share):
            u, v = np.asarray(vertices).T
            canvas.line(u, v, "loss", 1.2, 0.55)


def _cross(canvas: Canvas, u: float, v: float) -> None:
    ((x, y),) = canvas.places([u], [v])
    ink = canvas.colour("reference")
    canvas.add(
        f'<path d="M{x - 5:.0f} {y - 5:.0f}l10 10m0-10l-10 10" stroke="{ink}" stroke-width="3"/>'
    )


@thumbnail.register
def _(scene: Fitted, theme: str) -> str:
    """The picture that was chosen, else the page's own of one feature or of many."""
    fit = scene.fit
    if scene.picture == "plane" and fit.X.shape[1] == 2:
        return _plane(fit, theme)
    if fit.X.shape[1] > 1:
        return _weights(fit, theme)
    return _path(fit, theme) if fit.setup.batch_size else _line(fit, theme)


def _some(count: int) -> np.ndarray:
    return np.unique(np.linspace(0, count - 1, min(count, MOST_DOTS)).astype(int))


def _line(fit: Fit, theme: str) -> str:
    """The points, the line at the beginning, on its way and at the end, and the reference."""
    x, y = fit.X[:, 0], fit.y
    rows = _some(len(y))
    canvas = Canvas(inside(x), inside(y), theme)
    ends = np.array(canvas.x)
    canvas.dots(x[rows], y[rows], "data", 4.5, 0.8)
    steps = [round(share * fit.trajectory.steps) for share in SHARES]
    for opacity, step in zip(np.linspace(0.3, 0.6, len(steps)), steps, strict=True):
        slope, level = fit.weights[step]
        canvas.line(ends, level + slope * ends, "path", 1.5, opacity)
    canvas.line(ends, fit.intercept_ + fit.coef_[0] * ends, "path", 3)
    known = fit.reference
    canvas.line(ends, known.intercept_ + known.coef_[0] * ends, "reference", 2, dash="7 4")
    return canvas.svg()


def _path(fit: Fit, theme: str) -> str:
    """The path of slope and intercept over the loss: where batches disagree, it trembles."""
    slopes, levels = fit.weights.T
    known = (float(fit.reference.coef_[0]), fit.reference.intercept_)
    box: tuple[Interval, Interval] = (
        inside([*slopes, known[0]], 0.2),
        inside([*levels, known[1]], 0.2),
    )
    canvas = Canvas(*box, theme)
    _rings(canvas, *surface(fit, (0, 1), box), 2)
    canvas.line(slopes, levels, "path", 1.5, 0.8)
    canvas.dots(slopes[-1:], levels[-1:], "path", 10)
    _cross(canvas, *known)
    return canvas.svg()


def _weights(fit: Fit, theme: str) -> str:
    """Every weight over the steps, and where the reference says that it belongs."""
    best = np.append(fit.reference.coef_, fit.reference.intercept_)
    ways = fit.weights
    if fit.setup.scaling != "none":  # in their own units the sizes are worlds apart
        ways, best = fit.trajectory.weights, fit.minimum
    canvas = Canvas((0, max(len(ways) - 1, 1)), inside([*best, *ways[0]]), theme)
    for i, (way, goal) in enumerate(zip(ways.T, best, strict=True)):
        canvas.line(canvas.x, (goal, goal), "reference", 1, 0.6, dash="6 4")
        rows = thin(len(way) - 1, MOST_STEPS, way)
        canvas.line(rows, way[rows], i, 2)
    return canvas.svg()


def _plane(fit: Fit, theme: str) -> str:
    """The plane among the points, and what each point misses it by."""
    middle, spread = fit.X.mean(0), np.ptp(fit.X, axis=0) / 2
    places = (fit.X - middle) / spread
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
    height = np.ptp(fit.y)

    def seen(at: np.ndarray, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        across = at @ [np.cos(TURN), np.sin(TURN)]
        away = at @ [-np.sin(TURN), np.cos(TURN)]
        return across, level / height + TILT * away

    u, v = seen(places, fit.y)
    x, y = seen(corners, fit.predict(corners * spread + middle))
    canvas = Canvas(inside([*u, *x]), inside([*v, *y]), theme)
    canvas.line(x, y, "path", 2.5)
    for share in np.linspace(-0.75, 0.75, 7):
        for ends in ([[share, -1], [share, 1]], [[-1, share], [1, share]]):
            rule = np.array(ends)
            x, y = seen(rule, fit.predict(rule * spread + middle))
            canvas.line(x, y, "path", 1, 0.45)
    rows = _some(len(fit.y))
    _, on_plane = seen(places, fit.predict(fit.X))
    gap = np.full(len(rows), np.nan)
    sticks = np.column_stack([v[rows], on_plane[rows], gap]).ravel()
    canvas.line(np.repeat(u[rows], 3), sticks, "data", 1, 0.5)
    canvas.dots(u[rows], v[rows], "data", 4.5)
    return canvas.svg()
