"""The moving picture of the first page: a ball that descends by itself, step after step.

SVG alone moves it, so nobody is asked and nothing else has to be loaded.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gdcore.charts.look import Look
from gdcore.descent.trajectory import Trajectory
from gdcore.gallery.canvas import Canvas, inside
from gdcore.gallery.scenes import Descents
from gdcore.ground.landscapes import view
from gdcore.words.figures import plain

STEP, REST = 0.7, 4.0  # seconds: for each step, and at its end before it begins anew
GOING = 0.45  # the share of a step's time in which the ball moves
SEEN = 1.0  # px: where a step is shorter than this, the rest is not to be seen
WIDTH, HEIGHT = 640, 320


def moving(scene: Descents, look: Look) -> str:
    """The first run of a scene over one weight, as an SVG that plays over and over."""
    canvas, pixels = _ground(scene, look)
    begins = np.arange(len(pixels)) * STEP
    whole = float(begins[-1] + REST)
    for i, begin in enumerate(begins):
        end = begins[i + 1] if i + 1 < len(begins) else whole
        _group(canvas, _trail(canvas, pixels, i), _shown(begin, whole, whole))
        _group(canvas, _numbers(scene.run, i, look), _shown(begin, float(end), whole))
    times = np.append(np.column_stack([begins - GOING * STEP, begins]).ravel()[1:], whole)
    places = np.repeat(pixels, 2, axis=0)
    courses = [_course(name, times, places[:, i], whole) for i, name in enumerate(("cx", "cy"))]
    _ball(canvas, pixels[0], "".join(courses))
    return canvas.svg()


def still(scene: Descents, look: Look) -> str:
    """The same at rest: all its steps, and the numbers of the last one that is seen."""
    canvas, pixels = _ground(scene, look)
    for i in range(len(pixels)):
        canvas.add(_trail(canvas, pixels, i))
    canvas.add(_numbers(scene.run, len(pixels) - 1, look))
    _ball(canvas, pixels[-1], "")
    return canvas.svg()


def _ground(scene: Descents, look: Look) -> tuple[Canvas, np.ndarray]:
    """The curve, and the places (m, 2) of the steps as long as the eye tells them apart."""
    run = scene.run
    w, losses = run.weights[:, 0], run.losses
    ground = view(scene.formula, run.names[0], scene.box[0], float(w[0]))
    x, y = ground["w"].to_numpy(), ground["loss"].to_numpy()
    canvas = Canvas((x[0], x[-1]), inside(y), look.theme, WIDTH, HEIGHT)
    canvas.line(x, y, "loss", 4)
    pixels = canvas.places(w, losses)
    far = np.flatnonzero(np.hypot(*np.diff(pixels, axis=0).T) >= SEEN)
    return canvas, pixels[: far[-1] + 2 if len(far) else 1]


def _trail(canvas: Canvas, pixels: np.ndarray, i: int) -> str:
    """The place of step i, and how it was reached from the one before."""
    ink, (x, y) = canvas.colour("path"), pixels[i]
    before = "".join(f"M{u:.1f} {v:.1f}L{x:.1f} {y:.1f}" for u, v in pixels[max(i - 1, 0) : i])
    return (
        f'<path d="{before}M{x - 0.1:.1f} {y:.1f}h.2" stroke="{ink}" stroke-width="2"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{ink}"/>'
    )


def _numbers(run: Trajectory, i: int, look: Look) -> str:
    """Step, weight and loss at step i, in words of the page's language."""
    parts = (
        f"{look.t('step')} {i}",
        f"{run.names[0]} = {plain(run.weights[i, 0])}",
        f"{look.t('loss')} = {plain(run.losses[i])}",
    )
    lines = "".join(
        f'<text x="{WIDTH / 2}" y="{44 + 30 * row}">{part}</text>' for row, part in enumerate(parts)
    )
    return (
        f'<g font-family="sans-serif" font-size="23" text-anchor="middle"'
        f' fill="{look.colour("text")}">{lines}</g>'
    )


def _ball(canvas: Canvas, place: np.ndarray, courses: str) -> None:
    ink, paper = canvas.colour("path"), canvas.colour("paper")
    canvas.add(
        f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="11" fill="{ink}" stroke="{paper}"'
        f' stroke-width="2">{courses}</circle>'
    )


def _group(canvas: Canvas, drawn: str, animation: str) -> None:
    canvas.add(f'<g opacity="0">{drawn}{animation}</g>')


def _shown(begin: float, end: float, whole: float) -> str:
    """Visible from one second to another, of all that the picture takes."""
    values, times = ["0", "1", "0"], [0.0, begin / whole, end / whole]
    if begin == 0:
        values, times = values[1:], [0.0, end / whole]
    if end >= whole:
        values, times = values[:-1], times[:-1]
    return _animation("opacity", values, times, whole, "discrete")


def _course(
    name: str, times: np.ndarray, values: Sequence[float] | np.ndarray, whole: float
) -> str:
    return _animation(name, [f"{v:.1f}" for v in values], list(times / whole), whole, "linear")


def _animation(
    name: str, values: Sequence[str], times: Sequence[float], whole: float, mode: str
) -> str:
    shares = ";".join(f"{time:.4f}".rstrip("0").rstrip(".") for time in times)
    return (
        f'<animate attributeName="{name}" values="{";".join(values)}" keyTimes="{shares}"'
        f' dur="{whole:g}s" calcMode="{mode}" repeatCount="indefinite"/>'
    )
