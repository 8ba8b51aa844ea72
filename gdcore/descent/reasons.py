"""The sentence for a word: the reason, told from the evidence on one run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gdcore.descent.progress import NEAR, THERE, Progress, lately, windows
from gdcore.descent.trajectory import Trajectory
from gdcore.words.figures import about, percent, plain
from gdcore.words.texts import Sentence

# Steps that a run still needs and True, or a number that they exceed and False; nan for unknown.
Remaining = Callable[[], tuple[float, bool]]


def reason(
    word: str,
    run: Trajectory,
    seen: Progress,
    place: Sequence[float] | np.ndarray | None,
    best: float,
    remaining: Remaining,
) -> Sentence:
    """The sentence for a word, from the evidence on this one run.

    place, best: the lowest place known and its loss. remaining: asked only if the word needs it.
    """
    left, far = seen.left[:, 0], float(seen.far[0])
    left = left / far  # beside the whole way, however far the start was
    end = float(lately(left[:, None])[0])
    rest = {"step": run.steps, "loss": plain(run.losses[-1])}
    still = not (run.weights != run.weights[0]).any()
    if word == "converges":
        if still:
            return Sentence("reasons.already", rest)
        if not seen.bottom[0]:
            return Sentence("reasons.lowest_level", rest)
        if end <= THERE:
            return Sentence("reasons.arrived", rest)
        return Sentence("reasons.nearly", rest | {"share": percent(end)})
    if word == "stuck":
        where = (
            ", ".join(f"{n} = {plain(v)}" for n, v in zip(run.names, place, strict=True))
            if place is not None
            else ""
        )
        return Sentence("reasons.stuck", rest | {"place": where, "best": plain(best)})
    if word == "diverges":
        return rising(run, rest)
    if word == "flat":
        key = "level" if seen.level[0] else "no_bottom" if not still else "no_slope"
        return Sentence(f"reasons.{key}", rest)
    if word == "bottomless":
        return Sentence("reasons.bottomless", rest)
    if word == "crawls" and far > 1:
        distance = plain(float(left[-1] * far * seen.way[0]))
        return Sentence("reasons.distant", rest | {"distance": distance})
    return _slow(word, run, left, end, rest, remaining)


def rising(run: Trajectory, rest: dict[str, Any]) -> Sentence:
    """The sentence for a run that diverges: by its loss, if that shows it."""
    rise = {"first": plain(run.losses[0]), "rate": plain(run.learning_rates[0])}
    shows = run.losses[-1] > run.losses[0] and rise["first"] != rest["loss"]
    return Sentence("reasons.rising" if shows else "reasons.unstable", rest | rise)


def _slow(
    word: str,
    run: Trajectory,
    left: np.ndarray,
    end: float,
    rest: dict[str, Any],
    remaining: Remaining,
) -> Sentence:
    """The sentence for a run that oscillates or crawls. left (rows,), end: lately."""
    if word != "oscillates":
        return _creeping(run, left, end, rest, remaining)
    if not np.isfinite(end):
        return Sentence("reasons.restless", rest)
    return swinging(left, rest | {"share": percent(end)})


def swinging(left: np.ndarray, rest: dict[str, Any]) -> Sentence:
    """Swings that shrink all the time, swings that stay the same, or neither."""
    most = windows(left) if len(left) >= 20 else left
    if (np.diff(most) < 0).all():
        return Sentence("reasons.shrinking", rest)
    same = most.max() <= 1.05 * most.min()
    return Sentence("reasons.swinging" if same else "reasons.restless", rest)


def standing(run: Trajectory, rest: dict[str, Any]) -> Sentence | None:
    """The sentence for a run that has not moved although there is a slope; None if it has."""
    slope = {"gradient": plain(np.abs(run.gradients[-1]).max())}
    if run.steps == 0:
        return Sentence("reasons.no_step", rest | slope)
    if not (run.weights != run.weights[0]).any():
        return Sentence("reasons.too_small", rest | slope)
    return None


def _creeping(
    run: Trajectory, left: np.ndarray, end: float, rest: dict[str, Any], remaining: Remaining
) -> Sentence:
    unmoved = standing(run, rest)
    if unmoved is not None:
        return unmoved
    slope = {"gradient": plain(np.abs(run.gradients[-1]).max())}
    if not np.isfinite(end):
        sinks = run.losses[-1] < run.losses[-2]
        return Sentence("reasons.sinking" if sinks else "reasons.underway", rest | slope)
    if left[-1] > left[0]:
        return Sentence("reasons.away", rest)
    rest = rest | {"share": percent(end)}
    if end <= NEAR:
        return Sentence("reasons.partway", rest)
    more, exactly = remaining()
    if np.isfinite(more):
        key = "reasons.creeping" if exactly else "reasons.longer"
        return Sentence(key, rest | {"more": about(more)})
    gains = left[-1] < (1 - 1e-3) * left[len(left) // 2]
    return Sentence("reasons.partway" if gains else "reasons.hardly", rest)
