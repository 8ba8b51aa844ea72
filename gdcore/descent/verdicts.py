"""How a run went, in one word and the reason for it.

The words are decided on whole batches at once (`gdcore.descent.progress`), so that one run, a
table of six and a map of thousands go by the same rule. A word is a claim: `converges` has a
bottom that was found and a way that is gone, `bottomless` a loss that was followed as far as
float64 reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from gdcore.descent.progress import (
    NEAR,
    THERE,
    VERDICTS,
    Progress,
    lately,
    loss_is_small,
    share_left,
    words,
)
from gdcore.descent.reasons import reason
from gdcore.descent.remaining import steps_left
from gdcore.descent.trajectory import Trajectory
from gdcore.formula import Formula
from gdcore.ground import hollow
from gdcore.ground.sight import around, landscape_of, lowest
from gdcore.ground.terrain import Ground, of_formula
from gdcore.theory.curvature import constant_hessian, growth
from gdcore.words.texts import Problem, Sentence

__all__ = ["VERDICTS", "WITHIN", "Verdict", "arrivals", "judge", "of_run"]

# A run has arrived when all but this share of the way down lies behind it.
WITHIN = 0.01


class Verdict(str):
    """A word of VERDICTS that knows its reason.

    sentence: why. arrival: from which step on all but 1 % of the way down lies behind the run,
    inf if it never does.
    """

    sentence: Sentence
    arrival: float

    def __new__(cls, word: str, sentence: Sentence, arrival: float = np.inf) -> Verdict:
        verdict = super().__new__(cls, word)
        verdict.sentence, verdict.arrival = sentence, arrival
        return verdict

    def say(self, language: str = "en") -> str:
        """The reason in words."""
        return self.sentence.say(language)


def arrivals(losses: np.ndarray, best: float) -> np.ndarray:
    """From which step on each run stays within 1 % of the way down to `best`; inf if never.

    losses: (steps+1, batch), the loss at every step. Returns (batch,).
    """
    with np.errstate(all="ignore"):
        reach = best + WITHIN * np.abs(losses[0] - best) + 1e-12 * abs(best)
        away = ~(losses <= reach)
    last_away = len(losses) - np.argmax(away[::-1], axis=0)
    steps = np.where(away.any(0), last_away, 0)
    return np.where(steps >= len(losses), np.inf, steps)


def judge(
    weights: np.ndarray,
    losses: np.ndarray,
    rates: np.ndarray,
    best: float,
    ground: Ground,
    unstable: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    resolution: float = np.finfo(np.float64).eps,
) -> tuple[np.ndarray, np.ndarray, Progress]:
    """The verdict and the arrival of every run of a batch, and the evidence.

    weights (steps+1, n, batch), losses (steps+1, batch), rates (steps+1,) or (steps+1, batch).
    best: the smallest loss known. unstable(errors, rates): which runs theory knows to be thrown
    out of the bottom. Returns indices into VERDICTS (batch,), arrivals (batch,), the evidence.
    """
    weights, losses = weights.astype(np.float64), losses.astype(np.float64)
    batch = losses.shape[1]
    with np.errstate(all="ignore"):
        finite = np.isfinite(losses) & np.isfinite(weights).all(1)
        last = np.maximum(np.argmin(finite, axis=0) - 1, 0)
        last = np.where(finite.all(0), len(losses) - 1, last)
        columns = np.arange(batch)
        end = weights[last, :, columns].T
        step = np.linalg.norm(end - weights[np.maximum(last - 1, 0), :, columns].T, axis=0)
        way = np.linalg.norm(end - weights[0], axis=0)
        hollows = hollow.search(ground, end, np.maximum(step, 1e-6 * way))
        goal = np.where(hollows.bottom | (hollows.plain & ~hollows.level), hollows.place, np.nan)
        left, measured, far = share_left(weights, goal)
        # The edge of level ground is a bottom for who has come to it, and only for him.
        bottom = hollows.bottom | (lately(left) <= THERE)
        left[:, ~bottom] = np.nan
        halt = np.full_like(end, np.nan)
        away = np.flatnonzero(~(lately(left) <= NEAR))  # who is near a bottom rests nowhere else
        if len(away):
            halt[:, away] = hollow.stationary(ground, end[:, away])
        pause, _, _ = share_left(weights, halt)
        near = np.where(bottom, hollows.loss, losses[last, columns])
        tolerance = 1e-9 * (np.abs(near) + abs(best)) + 1e-9 * np.nan_to_num(
            losses.max(0, where=finite, initial=-np.inf) - best
        )
        thrown = np.zeros(batch, dtype=bool)
        if unstable is not None:
            thrown = hollows.bottom & unstable(
                end - hollows.place, np.reshape(rates, (len(rates), -1))[0]
            )
        seen = Progress(
            goal=goal,
            left=left,
            way=measured,
            far=far,
            low=loss_is_small(losses, near),
            bottom=bottom,
            level=hollows.level,
            bottomless=hollows.bottomless,
            lower=near - best > tolerance,
            pause=pause,
            unstable=thrown,
            lost=~finite.all(0),
        )
        verdict = words(weights, losses, rates, seen, resolution)
    arrival = arrivals(losses, best)
    settled = verdict == VERDICTS.index("converges")
    thrown = verdict == VERDICTS.index("diverges")
    # A swing may be near at the end by chance.
    thrown |= (verdict == VERDICTS.index("oscillates")) & (arrival > 0.9 * (len(losses) - 1))
    never = ~settled & (seen.lower | ~seen.bottom | seen.bottomless | thrown)
    return verdict, np.where(never, np.inf, arrival), seen


def lowest_place(run: Trajectory, formula: Formula) -> tuple[np.ndarray, float]:
    """The lowest place (n,) in sight of a run and its loss; what the run itself found counts."""
    record = landscape_of(formula)
    places = [tuple(map(float, run.weights[int(np.nanargmin(run.losses))]))]
    places += list(record.minima) if record else []
    return lowest(formula, run.names, around(formula, run.names, run.weights), places)


def of_run(run: Trajectory, best: float | None = None) -> Verdict:
    """The verdict on a run over a formula. best: the smallest loss known, found where not given.

    A run that was cut says itself why, see `run.stop`.
    """
    formula = run.formula
    if formula is None:
        raise Problem("settings.no_formula")
    place = None
    if best is None:
        place, best = lowest_place(run, formula)
    if run.stop.kind == "diverged":
        word = "bottomless" if run.stop.sentence.key == "stop.bottomless" else "diverges"
        return Verdict(word, run.stop.sentence)
    ground = of_formula(formula, run.names)
    index, arrival, seen = judge(
        run.weights[..., None],
        run.losses[:, None],
        run.learning_rates,
        best,
        ground,
        thrown_out(formula, run.names, run.method.optimizer, run.method.schedule, run.method.knobs),
        np.finfo(run.losses.dtype).eps,
    )
    word = VERDICTS[int(index[0])]
    if place is None and word == "stuck":
        place, best = lowest_place(run, formula)

    def remaining() -> tuple[float, bool]:
        distance = NEAR * float(seen.way[0] * seen.far[0])
        return steps_left(run, formula, seen.goal[:, 0], distance)

    return Verdict(word, reason(word, run, seen, place, best, remaining), float(arrival[0]))


def thrown_out(
    formula: Formula,
    names: Sequence[str],
    optimizer: str,
    schedule: str,
    knobs: Mapping[str, float],
) -> Callable[[np.ndarray, np.ndarray], np.ndarray] | None:
    """Which errors (n, batch) constant rates (batch,) throw out of the bottom of a quadratic.

    Returns a function of both that gives (batch,); None where theory does not know.
    """
    matrix = constant_hessian(formula, names)
    if matrix is None or not np.isfinite(matrix).all() or schedule != "constant":
        return None
    values, vectors = np.linalg.eigh(matrix)

    def thrown(errors: np.ndarray, rates: np.ndarray) -> np.ndarray:
        factors = growth(values[:, None], rates, optimizer, knobs)
        if factors is None:
            return np.zeros(errors.shape[1], dtype=bool)
        return np.asarray(((factors > 1 + 1e-9) & (vectors.T @ errors != 0)).any(0))

    return thrown
