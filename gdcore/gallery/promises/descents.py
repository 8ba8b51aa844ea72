"""Promises about descents on formulas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gdcore.gallery.scenes import Descents
from gdcore.models.verdicts import verdict


def _distances(scene: Descents, label: str | None = None) -> np.ndarray:
    """(steps+1,): how far a run is from the first known minimum at every step."""
    run = scene.run if label is None else scene.runs[label]
    return np.linalg.norm(run.weights - scene.goal, axis=1)


def descent(scene: Descents) -> bool:
    """Each of 150 steps leaves four fifths of the distance, and less than 1e-13 is left."""
    left = _distances(scene)
    return (
        scene.run.steps == 150
        and left[0] == 5
        and np.allclose(left[1:] / left[:-1], 0.8)
        and left[-1] < 1e-13
    )


def too_small(scene: Descents) -> bool:
    """Every step comes closer, and after 150 more than a fifth of the way is left."""
    left = _distances(scene)
    return bool((np.diff(left) < 0).all()) and scene.run.steps == 150 and left[-1] > left[0] / 5


def zigzag(scene: Descents) -> bool:
    """Each step lands on the other side, a tenth closer, and the run arrives."""
    w = scene.run.weights[:, 0]
    shares = w[1:] / w[:-1]
    return np.allclose(shares, -0.9) and str(verdict(scene.run)) == "converges"


def too_large(scene: Descents) -> bool:
    """Each step lands on the other side, a tenth farther away, until the run is stopped."""
    w = scene.run.weights[:, 0]
    shares = w[1:] / w[:-1]
    return np.allclose(shares, -1.1) and scene.run.stop.kind == "diverged"


def rates(scene: Descents) -> bool:
    """Of four rates 0.5 arrives in one step, then 0.1, then 0.95 by leaps, and 0.01 last."""
    arrivals = [verdict(run).arrival for run in scene.runs.values()]
    given = [run.learning_rates[0] for run in scene.runs.values()]
    slow, usual, best, wild = arrivals
    w = scene.runs["η = 0.95"].weights[:, 0]
    return (
        given == [0.01, 0.1, 0.5, 0.95]
        and best == 1 < usual < wild < slow < np.inf
        and bool((w[1:] * w[:-1] < 0).all())
    )


def kink(scene: Descents) -> bool:
    """Every step is 0.3 long, and at the end the weight jumps across the kink."""
    w = scene.run.weights[:, 0]
    jumps = w[-20:-1] * w[-19:] < 0
    return np.allclose(np.abs(np.diff(w)), 0.3) and bool(jumps.all())


def local(scene: Descents) -> bool:
    """It comes to rest in the nearest hollow, at 5.223, above the deepest one near −0.75."""
    run, x = scene.run, np.linspace(*scene.box[0], 100_001)
    losses = x**2 / 10 + np.sin(2 * x)
    hollows = x[1:-1][(losses[1:-1] < losses[:-2]) & (losses[1:-1] < losses[2:])]
    end, start = run.weights[-1, 0], run.weights[0, 0]
    nearest = hollows[np.argmin(np.abs(hollows - start))]
    return (
        str(verdict(run)) == "stuck"
        and abs(end - nearest) < 1e-3
        and (f"{end:.3f}", f"{run.losses[-1]:.3f}") == ("5.223", "1.875")
        and losses.min() < run.losses[-1]
        and f"{x[np.argmin(losses)]:.2f}" == "-0.75"
    )


def plateau(scene: Descents) -> bool:
    """Within 300 epochs momentum is at the minimum at 3, and plain descent short of 0."""
    plain, rolling = scene.runs["SGD"], scene.runs["Momentum"]
    slow = np.ptp(plain.weights[-100:, 0]) < 0.1
    return (
        str(verdict(rolling)) == "converges"
        and abs(rolling.weights[-1, 0] - 3) < 1e-3
        and slow
        and plain.weights[-1, 0] < 0
        and plain.steps == rolling.steps == 300
    )


def cliff(scene: Descents) -> bool:
    """One step, ten times as long as any other, crosses the minimum; all others walk on."""
    w = scene.run.weights[:, 0]
    lengths = np.abs(np.diff(w))
    longest = int(np.argmax(lengths))
    others = np.delete(lengths, longest)
    return (
        lengths[longest] > 10 * others.max()
        and w[longest] > 0 > w[longest + 1]
        and bool((np.diff(np.abs(w[longest + 1 :])) < 0).all())
        and bool((w[longest + 1 :] < 0).all())
    )


def race(scene: Descents) -> bool:
    """At 0.001 Momentum and Nesterov come to (1, 1) in 1,500 steps, and SGD to x = 0.6."""
    given = {rate for run in scene.runs.values() for rate in run.learning_rates}
    ends = {label: _distances(scene, label)[-1] for label in scene.runs}
    slow = ends.pop("SGD")
    return (
        given == {0.001}
        and set(ends) == {"Momentum", "Nesterov"}
        and max(ends.values()) < 0.01
        and slow > 0.5
        and f"{scene.runs['SGD'].weights[-1, 0]:.1f}" == "0.6"
        and {run.steps for run in scene.runs.values()} == {1500}
    )


DESCENTS: dict[str, Callable[[Descents], bool]] = {
    claim.__name__: claim
    for claim in (descent, too_small, zigzag, too_large, rates, kink, local, plateau, cliff, race)
}
