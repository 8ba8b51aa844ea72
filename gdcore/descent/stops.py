"""Why a run ended: it arrived, ran out of steps, blew up, or left the ground.

The loops run to their last step whatever happens; what ended a run is read from its rows
afterwards, so that it can be told from all of them whether it came back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gdcore.descent.trajectory import StopReason
from gdcore.ground.hollow import search
from gdcore.ground.terrain import Ground
from gdcore.words.figures import above, below, plain
from gdcore.words.texts import Sentence

# A run whose loss has grown by this factor and never shrinks again will not come back, and a
# picture of it would show nothing but its last steps.
BLOWN_UP = 1e10
# At rest: what is left is this share of the way that lies behind.
AT_REST = 1e-6


def stop_reason(
    weights: np.ndarray,
    losses: np.ndarray,
    gradients: np.ndarray,
    names: Sequence[str],
    rate: float,
    limit: Callable[[], float | None],
    ground: Ground | None = None,
) -> StopReason:
    """Why the run of these rows ended. `step` is the last row worth keeping.

    weights, gradients (rows, n), losses (rows,). limit: tells the largest stable learning
    rate where theory knows one; asked only where the sentence needs it.
    ground: see `gdcore.descent.descend.to_trajectory`.
    """
    with np.errstate(all="ignore"):
        finite = np.isfinite(losses) & np.isfinite(weights).all(1) & np.isfinite(gradients).all(1)
    bad = np.flatnonzero(~finite)
    end = int(bad[0]) if len(bad) else len(losses)
    if end == 0:
        start = ", ".join(f"{n} = {plain(v)}" for n, v in zip(names, weights[0], strict=True))
        return StopReason("diverged", 0, Sentence("stop.no_start", {"start": start}))
    first = _blown_up(losses[:end], end < len(losses))
    if first is not None:
        return _diverged(first, rate, limit())
    first = _fallen(weights[:end], losses[:end], ground)
    if first is not None:
        return _bottomless(first)
    if end == len(losses):
        return _arrival(weights, losses, gradients)
    if _endless(weights[:end], losses[:end], ground):
        return StopReason("diverged", end - 1, Sentence("stop.bottomless", {"step": end}))
    values = {"step": end, "rate": plain(rate)}
    key = _why_not_finite(weights, losses, end, ground)
    if key == "stop.no_slope":
        place = ", ".join(f"{n} = {plain(v)}" for n, v in zip(names, weights[end], strict=True))
        values = {"step": end, "place": place, "loss": plain(losses[end])}
    elif key == "stop.overflow":
        largest = limit()
        if largest is not None and rate > largest:
            return _diverged(end - 1, rate, largest)
    return StopReason("diverged", end - 1, Sentence(key, values))


def _diverged(step: int, rate: float, limit: float | None) -> StopReason:
    values = {"step": step, "rate": plain(rate)}
    if limit is not None and rate > limit:
        values |= {"rate": above(rate, limit), "limit": below(limit)}
        return StopReason("diverged", step, Sentence("stop.above_limit", values))
    return StopReason("diverged", step, Sentence("stop.diverged", values))


def _bottomless(step: int) -> StopReason:
    return StopReason("diverged", step, Sentence("stop.bottomless", {"step": step}))


def _blown_up(losses: np.ndarray, lost: bool) -> int | None:
    """From which row on the loss is astronomically higher than at first, and grows to the end.

    lost: whether the rows after these are not finite. Growth is measured by the first losses: a
    start at a loss of zero is left by any step, and that is no growth.
    """
    losses = losses.astype(np.float64)
    scale = np.abs(losses[:2]).max()
    with np.errstate(all="ignore"):
        high = losses - losses[0] > BLOWN_UP * scale
    low = np.flatnonzero(~high)
    first = int(low[-1]) + 1 if len(low) else 0
    if scale == 0 or first >= len(losses):
        return None
    # A loss that came up once and hovers there may still come back.
    return first if lost or losses[-1] >= losses[first:].max() / BLOWN_UP else None


def _fallen(weights: np.ndarray, losses: np.ndarray, ground: Ground | None) -> int | None:
    """From which row on the loss lies astronomically deep over ground that has no bottom."""
    if ground is None:
        return None
    with np.errstate(all="ignore"):
        deep = losses[0] - losses > BLOWN_UP * (1 + np.abs(losses[:2]).max())
    if not deep.any():
        return None
    first = int(np.argmax(deep))
    return first if _endless(weights[: first + 1], losses[: first + 1], ground) else None


def _endless(weights: np.ndarray, losses: np.ndarray, ground: Ground | None) -> bool:
    """Whether the loss fell at each of these rows, and goes on falling without end from there."""
    if ground is None or len(losses) < 2 or not (np.diff(losses) < 0).all():
        return False
    here = weights[-1].astype(np.float64)[:, None]
    reach = np.linalg.norm(weights[-1] - weights[-2])
    return bool(search(ground, here, np.array([float(reach)])).bottomless[0])


def _why_not_finite(
    weights: np.ndarray, losses: np.ndarray, row: int, ground: Ground | None
) -> str:
    """The key of the sentence that says why a row is not finite."""
    here, before = weights[row], weights[row - 1]
    if ground is None or not np.isfinite(here).all():
        return "stop.overflow"
    if np.isfinite(losses[row]):
        return "stop.no_slope"
    # Extended precision reaches to 1e4932: what has a value there is too large, not undefined.
    value = ground.value(here.astype(np.longdouble)[:, None])[0]
    if np.isnan(value):
        return "stop.left_domain"
    far = np.abs(here).max() > 1e3 * (1 + np.abs(before).max())
    return "stop.overflow" if np.isfinite(value) or far else "stop.left_domain"


def _arrival(weights: np.ndarray, losses: np.ndarray, gradients: np.ndarray) -> StopReason:
    last = len(losses) - 1
    slope = np.abs(gradients.astype(np.float64)).max(1)
    if slope[-1] == 0 and not slope.any():
        return StopReason("converged", 0, Sentence("stop.still", {"loss": plain(losses[-1])}))
    since = _at_rest(weights.astype(np.float64), gradients.astype(np.float64))
    if since is not None:
        values = {"step": since, "loss": plain(losses[-1])}
        return StopReason("converged", since, Sentence("stop.converged", values))
    values = {"step": last, "gradient": plain(np.abs(gradients[-1]).max())}
    return StopReason("finished", last, Sentence("stop.finished", values))


def _at_rest(weights: np.ndarray, gradients: np.ndarray) -> int | None:
    """From which row on next to nothing of the way is left, None if never.

    The slope beside its change over the last step that changed it is what Newton's method would
    still go. It is held against the way gone, not against a slope that may have been
    astronomically steep at the start.
    """
    slope = np.abs(gradients).max(1)  # unlike a sum of squares it does not underflow
    if slope[-1] == 0:
        return int(np.flatnonzero(slope)[-1]) + 1
    change = np.abs(np.diff(gradients, axis=0)).max(1)
    moves = np.abs(np.diff(weights, axis=0)).max(1)
    way = np.abs(weights - weights[0]).max()
    # Differences that rounding has made tell nothing, and a leap tells nothing of where it landed.
    told = np.flatnonzero((change > 1e-10 * slope[:-1]) & (moves > 0) & (moves < 0.1 * way))
    if not len(told):
        return None
    bend = change[told[-1]] / moves[told[-1]]
    left = slope / bend
    away = np.flatnonzero(~(left <= AT_REST * way))
    since = int(away[-1]) + 1 if len(away) else 0
    return since if since < len(slope) else None
