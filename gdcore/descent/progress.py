"""How far runs have come, as evidence for a verdict: many runs at once, in one rule.

What is left is measured beside the way, and not beside a start that may be astronomically high:
a run has come near a bottom only if it came closer all the time, too. Shapes are as in `Raw`:
weights (rows, n, batch), losses (rows, batch).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

VERDICTS = (
    "converges",
    "crawls",
    "oscillates",
    "diverges",
    "stuck",
    "flat",
    "bottomless",
)
# Near: this share of the way is left, and this share of the loss.
NEAR, NEAR_LOSS = 0.01, 1e-3
# There: whatever happens below this share of the way is no longer seen.
THERE = 1e-6
# Closer and closer: what is left at the end, beside what was left half-way. Where less and less
# is gained (a minimum flatter than any parabola) the share is 0.7 and more.
CLOSER = 0.6
# A way is measured up to this many times the size of what it leads to (1 if that is 0): from
# farther off any place would look near.
FAR = 1e3
EPS = np.finfo(np.float64).eps
# Of a run with no more rows than this all of them tell how it goes, and not its second half.
SHORT = 6


@dataclass(frozen=True)
class Progress:
    """The evidence on a batch of runs.

    goal (n, batch): the bottom, nan where none is known. left (rows, batch): the share of the way
    to it that is left, nan likewise. way (batch,): the distance that a share of 1 stands for.
    far (batch,): how many times that the longest distance was.
    low (batch,): whether the loss that is left above that bottom is small. bottom, level,
    bottomless (batch,): of the ground where the runs ended, see `gdcore.ground.hollow`. lower:
    whether a lower place is known.
    pause (rows, batch): the share of the way to a place without a slope that is left, nan where
    none is known. unstable: whether theory knows that the rate throws a run out of that bottom.
    lost: whether a run left all finite numbers.
    """

    goal: np.ndarray
    left: np.ndarray
    way: np.ndarray
    far: np.ndarray
    low: np.ndarray
    bottom: np.ndarray
    level: np.ndarray
    bottomless: np.ndarray
    lower: np.ndarray
    pause: np.ndarray
    unstable: np.ndarray
    lost: np.ndarray


def lately(left: np.ndarray) -> np.ndarray:
    """(batch,): the last row, or where it swings the most of the last tenth of the rows."""
    last = left[-1 - len(left) // 10 :]
    return np.where((np.diff(last, axis=0) <= 0).all(0), left[-1], last.max(0))


def halfway(rates: np.ndarray, rows: int, batch: int) -> np.ndarray:
    """(batch,): the row by which half of all learning rates have been spent."""
    spent = np.cumsum(np.abs(np.broadcast_to(rates.reshape(len(rates), -1), (rows, batch))), axis=0)
    return np.argmax(spent >= spent[-1] / 2, axis=0)


def share_left(weights: np.ndarray, goal: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(rows, batch): distances to the goal (n, batch) beside the way.

    Also the way (batch,), and how many times that the longest distance is.
    """
    with np.errstate(all="ignore"):
        distance = np.linalg.norm(weights - goal, axis=1)
        distance[distance <= 8 * EPS * np.abs(goal).max(0)] = 0.0  # but for rounding it is there
        longest = distance.max(0)
        way = np.minimum(longest, FAR * np.maximum(1.0, np.abs(goal).max(0)))
        share = np.divide(distance, way, out=np.zeros_like(distance), where=way != 0)
        far = np.divide(longest, way, out=np.ones_like(way), where=way != 0)
    return share, way, far


def loss_is_small(losses: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """(batch,): whether next to nothing of the loss is left above the bottom (batch,)."""
    excess = losses - bottom
    most = np.minimum(excess.max(0), FAR**2 * np.maximum(1.0, np.abs(bottom)))
    return np.asarray(excess[-1] <= NEAR_LOSS * most + 1e-12 * np.abs(bottom))


def windows(left: np.ndarray, count: int = 5) -> np.ndarray:
    """(count,): the most that is left in each part of the second half of a run, left (rows,)."""
    return np.array([part.max() for part in np.array_split(left[len(left) // 2 :], count)])


def words(
    weights: np.ndarray,
    losses: np.ndarray,
    rates: np.ndarray,
    seen: Progress,
    resolution: float = np.finfo(np.float64).eps,
) -> np.ndarray:
    """The verdict of every run (batch,), as indices into VERDICTS.

    resolution: of the numbers that were computed with.
    """
    rows, batch = losses.shape
    columns = np.arange(batch)
    with np.errstate(all="ignore"):
        half = halfway(rates, rows, batch)
        end, middle = lately(seen.left), seen.left[half, columns]
        seen_as_zero = max(THERE, 100 * resolution)
        there = end <= seen_as_zero
        closer = (end <= NEAR) & (end <= CLOSER * middle) & seen.low
        arrived = seen.bottom & (there | closer)
        arrived |= seen.level & ~seen.lower & (weights[0] != weights[-1]).any(0)
        moving = (weights != weights[0]).any((0, 1))
        pause, before = lately(seen.pause), seen.pause[half, columns]
        halts = (
            seen.level | (pause <= seen_as_zero) | ((pause <= NEAR) & (pause <= CLOSER * before))
        )
        slows = (pause < 0.5) & (pause < 0.95 * before)
        swings = _swings(weights, losses, np.nan_to_num(end * seen.way), resolution)
    cases = {
        "diverges": (_grows(losses) & ~arrived & ~seen.bottomless) | seen.unstable,
        "stuck": arrived & seen.lower,
        "converges": arrived,
        "flat": halts & ~seen.lost,
        "oscillates": swings & ~seen.lost,
        "bottomless": seen.bottomless & (seen.lost | (moving & ~slows)),
        "lost": seen.lost,
    }
    named = [VERDICTS.index("diverges" if word == "lost" else word) for word in cases]
    return np.select(list(cases.values()), named, VERDICTS.index("crawls"))


def _grows(losses: np.ndarray) -> np.ndarray:
    """(batch,): whether the loss has risen above its start and is still rising."""
    if len(losses) < 2:
        return np.zeros(losses.shape[1], dtype=bool)
    third = max(len(losses) // 3, 1)
    before, lately = losses[-2 * third : -third].max(0), losses[-third:].max(0)
    steady = (np.diff(losses[(len(losses) - 1) // 2 :], axis=0) > 0).mean(0) >= 0.9
    risen = losses[-1] > losses[0] + 1e-9 * np.abs(losses[0])
    return np.asarray(risen & (steady | (lately > 4 * before + 3 * np.abs(losses[0]))))


def _swings(
    weights: np.ndarray, losses: np.ndarray, left: np.ndarray, resolution: float
) -> np.ndarray:
    """(batch,): whether a run goes back and forth. left: the distance to the bottom, lately.

    A run may swing across a valley while it creeps along: then its steps are small beside what is
    left, and the loss goes down all the time.
    """
    late = len(weights) // 2 if len(weights) > SHORT else 0
    steps = np.diff(weights[late:], axis=0)
    if len(steps) < 2:
        return np.zeros(losses.shape[1], dtype=bool)
    turns = (np.sign(steps[1:]) * np.sign(steps[:-1]) < 0).mean(0).max(0) >= 0.6
    wide = lately(np.linalg.norm(steps, axis=1)) >= 0.5 * left
    rise = np.diff(losses[late:], axis=0)
    rises = (rise > 8 * resolution * np.abs(losses[late + 1 :])).mean(0) >= 0.25  # no rounding
    return np.asarray((turns & wide) | rises)
