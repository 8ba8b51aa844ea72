"""The verdict on a fit, and the one on anything: held against the reference of the same loss.

A start is no measure here: a target whose mean is large makes any fit look near its goal after a
step. What counts are the coefficients, each beside its own size and beside what it does to the
predictions, and the loss beside that of the best constant.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.descent.progress import FAR, THERE, VERDICTS, Progress, lately, words
from gdcore.descent.reasons import rising, standing, swinging
from gdcore.descent.trajectory import Trajectory
from gdcore.descent.verdicts import Verdict, arrivals, of_run
from gdcore.models.fit import Fit
from gdcore.theory.curvature import growth
from gdcore.words.figures import percent, plain
from gdcore.words.texts import Sentence

# A coefficient may be off by its own share of the way, or by what moves the predictions by this
# share of the spread of y.
UNSEEN, ROUNDING = 0.1, 1e-9
# Predictions that are so many last digits of y away are there.
DIGITS = 4
# The loss is near its least when predictions are off by 1 % of the spread of y, squared.
NEAR_LOSS = 1e-4
# The best constant is looked for to this share of the samples; its loss is flat there.
NEAR_RANK = 1e-3


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
    errors, rounded = _errors(fit)  # (rows, k+1), each weight in units of what it has to go
    left = np.abs(errors).max(1)
    scale = _loss_of_constant(fit)
    excess = run.losses.astype(np.float64) - fit.reference.loss
    rounding = _rounding_of_loss(fit)
    if scale > 0:
        off = np.sqrt(np.maximum(excess - rounding, 0.0) / scale)
        if fit.quadratic:  # a direction that rounding calls level may still lead down
            left = np.where(left <= THERE, np.maximum(left, off), left)
        else:  # minima may be many: then the loss tells better
            left = np.minimum(left, 10 * off)
    apart = float(lately(left[:, None])[0])
    if rounded.any():
        left[rounded], errors[rounded] = 0.0, 0.0
    no, yes = np.zeros(1, dtype=bool), np.ones(1, dtype=bool)
    low = np.array([excess[-1] <= NEAR_LOSS * (scale or excess.max()) + rounding])
    seen = Progress(
        goal=fit.minimum[:, None],
        left=left[:, None],
        way=np.ones(1),
        far=np.ones(1),
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
    hidden = word == "converges" and bool(rounded[-1]) and apart > THERE
    reason = Sentence("reasons.rounded", _rest(fit)) if hidden else _reason(word, fit, left)
    return Verdict(word, reason, arrival)


def _errors(fit: Fit) -> tuple[np.ndarray, np.ndarray]:
    """(rows, k+1): how far every weight is from the reference's, beside what it had to go.

    Directions in which the loss is level are left out: descent does not move along them, and
    everywhere along them is as good. Also (rows,) whether all that moves the predictions by no
    more than the last digit of y in the numbers that were computed with.
    """
    weights = fit.trajectory.weights.astype(np.float64)
    error = weights - fit.minimum
    if fit.quadratic:
        unit, curved = _curved(fit)
        error = (error * unit) @ curved @ curved.T / unit
    most = np.abs(fit.y).max()
    with np.errstate(all="ignore"):
        spread = np.append((fit.X / fit.scale).std(0), 1.0)
        moved = np.abs(error) * spread
        # In units of its largest number: squares beyond 1e154 would be infinite.
        own = most * float((fit.y / most).std()) if most else 0.0
        felt = np.where(spread > 0, (UNSEEN * own + ROUNDING * most) / spread, np.inf)
    rounded = (moved <= DIGITS * np.finfo(fit.trajectory.losses.dtype).eps * most).all(1)
    size = np.maximum(np.abs(fit.minimum), felt)
    size = np.maximum(size, np.minimum(np.abs(error[0]), FAR * size))
    return np.divide(error, size, out=np.zeros_like(error), where=size > 0), rounded


def _rounding_of_loss(fit: Fit) -> float:
    """By how much rounding of the predictions may change the loss where it is least."""
    last = DIGITS * float(np.finfo(fit.trajectory.losses.dtype).eps) * float(np.abs(fit.y).max())
    with np.errstate(over="ignore"):  # squares of numbers beyond 1e154
        error = fit.X @ fit.reference.coef_ + fit.reference.intercept_ - fit.y
        moved = np.maximum(_each(fit, error + last), _each(fit, error - last))
        return float(np.mean(moved - _each(fit, error)))


def _curved(fit: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Units (k+1,) in which every weight is curved alike, and the directions that curve at all.

    A column of tiny numbers curves the loss next to nothing and counts all the same; so what is
    level is asked in units of each weight's own. Returns the directions as (k+1, m).
    """
    unit = np.sqrt(np.diag(fit.matrix))
    unit = np.where(unit > 0, unit, 1.0)
    values, vectors = np.linalg.eigh(fit.matrix / unit / unit[:, None])
    return unit, vectors[:, values > len(values) * np.finfo(np.float64).eps * values[-1]]


def _each(fit: Fit, error: np.ndarray) -> np.ndarray:
    """(n,): what each sample adds to the loss that was fitted. error (n,): prediction less y."""
    loss = fit.setup.record
    knobs = [fit.setup.loss_knobs[knob.name] for knob in loss.knobs]
    return np.asarray(loss.each(operations("float64"), error, *knobs))


def _loss_of_constant(fit: Fit) -> float:
    """The loss of the constant that fits best: the mean, or what its own loss makes the middle."""
    y = fit.y

    def of(constant: float) -> float:
        return float(np.mean(_each(fit, constant - y)))

    if y.min() == y.max():
        return 0.0  # the mean of equal numbers may be off by their last digit
    if fit.setup.record.quadratic:
        return of(float(y.mean()))
    from scipy.optimize import minimize_scalar  # late: half a second to import

    ordered, ranks = np.sort(y), np.linspace(0, 1, len(y))
    least = minimize_scalar(
        lambda rank: of(float(np.interp(rank, ranks, ordered))),
        bounds=(0.0, 1.0),
        method="bounded",
        options={"xatol": NEAR_RANK},
    )
    return min(of(float(np.median(y))), float(least.fun))


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


def _rest(fit: Fit) -> dict[str, Any]:
    run = fit.trajectory
    return {"step": run.steps, "loss": plain(run.losses[-1])}


def _reason(word: str, fit: Fit, left: np.ndarray) -> Sentence:
    run, end = fit.trajectory, float(lately(left[:, None])[0])
    far = max(float(left[0]), 1.0)  # the start may be too far away to measure by
    rest = _rest(fit) | {"share": percent(end / far)}
    if word == "converges":
        if not (run.weights != run.weights[0]).any():
            return Sentence("reasons.already", rest)
        return Sentence("reasons.arrived" if end <= THERE else "reasons.nearly", rest)
    if word == "diverges":
        return rising(run, rest)
    if word == "oscillates":
        if not fit.setup.whole(len(fit.y)):
            return Sentence("reasons.hovering", rest)
        # A weight that stood at its goal at first has no way of which a share could be left.
        return swinging(left, rest) if end <= 1 else Sentence("reasons.restless", rest)
    unmoved = standing(run, rest)
    if unmoved is not None:
        return unmoved
    # Eigenvalues know nothing of a direction that rounding hides beside the steepest one.
    if fit.foreseeable and len(fit.matrix) - fit.forecast.flat == _curved(fit)[1].shape[1]:
        total = fit.forecast.steps_to(0.01)
        if run.steps < total < np.inf:
            return Sentence("reasons.foretold", rest | {"total": f"{int(total):,}"})
    if end > 1 or far > 1:
        return Sentence("reasons.underway", rest)
    gains = left[-1] < (1 - 1e-3) * left[len(left) // 2]
    return Sentence("reasons.slowest" if gains else "reasons.stalled", rest)
