"""The verdict on a fit, and the one on anything: held against the reference of the same loss.

A start is no measure here: a target whose mean is large makes any fit look near its goal after a
step. What counts are the coefficients, each beside its own size and beside what it does to the
predictions, and the loss beside that of the best constant.
"""

from __future__ import annotations

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.descent.progress import THERE, VERDICTS, Progress, lately, words
from gdcore.descent.trajectory import Trajectory
from gdcore.descent.verdicts import Verdict, arrivals, of_run, slow
from gdcore.models.fit import Fit
from gdcore.theory.quadratics import growth
from gdcore.words.figures import percent, plain
from gdcore.words.texts import Sentence

# A coefficient may be off by its own share of the way, or by what moves the predictions by this
# share of the spread of y.
UNSEEN, ROUNDING = 0.1, 1e-9
# The loss is near its least when predictions are off by 1 % of the spread of y, squared.
NEAR_LOSS = 1e-4


def verdict(run: Trajectory | Fit, best: float | None = None) -> Verdict:
    """How a run or a fit went: a word of VERDICTS, with its sentence.

    best: for a run over a formula, the smallest loss known; looked for in sight where not given.
    """
    return of_fit(run) if isinstance(run, Fit) else of_run(run, best)


def of_fit(fit: Fit) -> Verdict:
    """The verdict on a fit, by its distance from the reference."""
    run = fit.trajectory
    if run.stop.kind == "diverged":
        return Verdict("diverges", run.stop.sentence)
    errors = _errors(fit)  # (rows, k+1), each weight in units of what it has to go
    left = np.abs(errors).max(1)
    scale = _loss_of_constant(fit)
    excess = run.losses.astype(np.float64) - fit.reference.loss
    if not fit.quadratic and scale > 0:  # minima may be many: then the loss tells better
        left = np.minimum(left, 10 * np.sqrt(np.maximum(excess, 0.0) / scale))
    no, yes = np.zeros(1, dtype=bool), np.ones(1, dtype=bool)
    rounding = 1e-12 * float(np.mean(fit.y**2))
    low = np.array([excess[-1] <= NEAR_LOSS * (scale or excess.max()) + rounding])
    seen = Progress(
        left=left[:, None],
        way=np.ones(1),
        low=low,
        bottom=yes,
        level=no,
        bottomless=no,
        lower=no,
        pause=np.full((len(left), 1), np.nan),
        unstable=np.array([_unstable(fit)]),
        lost=no,
    )
    index = words(
        errors[..., None],
        run.losses[:, None].astype(np.float64),
        run.learning_rates,
        seen,
        np.finfo(run.losses.dtype).eps,
    )
    word = VERDICTS[int(index[0])]
    arrival = float(arrivals(run.losses[:, None].astype(np.float64), fit.reference.loss)[0])
    return Verdict(word, _reason(word, fit, left), arrival)


def _errors(fit: Fit) -> np.ndarray:
    """(rows, k+1): how far every weight is from the reference's, beside what it had to go.

    Directions in which the loss is level are left out: descent does not move along them, and
    everywhere along them is as good.
    """
    weights = fit.trajectory.weights.astype(np.float64)
    error = weights - fit.minimum
    if fit.quadratic:
        values, vectors = np.linalg.eigh(fit.matrix)
        curved = vectors[:, values > len(values) * np.finfo(np.float64).eps * values[-1]]
        error = error @ curved @ curved.T
    spread = np.append(fit.X.std(0) / fit.scale, 1.0)
    with np.errstate(all="ignore"):
        seen = UNSEEN * fit.y.std() + ROUNDING * np.abs(fit.y).max()
        felt = np.where(spread > 0, seen / spread, np.inf)
    size = np.maximum(np.maximum(np.abs(fit.minimum), np.abs(error[0])), felt)
    return np.divide(error, size, out=np.zeros_like(error), where=size > 0)


def _loss_of_constant(fit: Fit) -> float:
    """The loss of the constant that fits best: the mean, or for the other losses the median."""
    loss = fit.setup.record
    centre = fit.y.mean() if loss.quadratic else np.median(fit.y)
    knobs = [fit.setup.loss_knobs[knob.name] for knob in loss.knobs]
    return float(np.mean(loss.each(operations("float64"), centre - fit.y, *knobs)))


def _unstable(fit: Fit) -> bool:
    """Whether the rate is above what the curvature allows, along a direction with an error."""
    run, method = fit.trajectory, fit.trajectory.method
    if not (fit.quadratic and fit.setup.whole(len(fit.y)) and method.schedule == "constant"):
        return False
    values, vectors = np.linalg.eigh(fit.matrix)
    factors = growth(values, method.learning_rate, method.optimizer, method.knobs)
    if factors is None:
        return False
    along = (run.weights[-1].astype(np.float64) - fit.minimum) @ vectors
    return bool(((factors > 1 + 1e-9) & (along != 0)).any())


def _reason(word: str, fit: Fit, left: np.ndarray) -> Sentence:
    run, end = fit.trajectory, float(lately(left[:, None])[0])
    rest = {"step": run.steps, "loss": plain(run.losses[-1]), "share": percent(end)}
    if word == "converges":
        if not (run.weights != run.weights[0]).any():
            return Sentence("reasons.already", rest)
        return Sentence("reasons.arrived" if end <= THERE else "reasons.nearly", rest)
    if word == "diverges":
        rise = {"first": plain(run.losses[0]), "rate": plain(run.learning_rates[0])}
        risen = run.losses[-1] > run.losses[0]
        return Sentence("reasons.rising" if risen else "reasons.unstable", rest | rise)
    if word == "oscillates" and not fit.setup.whole(len(fit.y)):
        return Sentence("reasons.hovering", rest)
    if word == "crawls" and fit.foreseeable:
        total = fit.forecast.steps_to(0.01)
        if run.steps < total < np.inf:
            return Sentence("reasons.foretold", rest | {"total": f"{int(total):,}"})
    return slow(word, run, left, end, rest)
