"""Several runs over one loss: the least loss that any of them shows, and who arrived first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gdcore.descent.trajectory import Trajectory
from gdcore.descent.verdicts import Verdict
from gdcore.formula import Formula
from gdcore.ground.sight import least
from gdcore.models.verdicts import verdict


@dataclass(frozen=True, kw_only=True)
class Judged:
    """How one of several runs went; arrival: the step at which it arrived, None for never."""

    label: str
    verdict: Verdict
    arrival: int | None
    loss: float


def least_loss(
    runs: Sequence[Trajectory],
    formula: Formula,
    domain: Sequence[tuple[float, float]],
    minima: Sequence[tuple[float, ...]],
) -> float:
    """The smallest loss known on a landscape; a run that found a smaller one is believed."""
    lowest = [run.weights[int(np.nanargmin(run.losses))] for run in runs]
    places = [*minima, *(tuple(map(float, w)) for w in lowest)]
    return least(formula, runs[0].names, domain, places)


def judged(runs: Sequence[tuple[str, Trajectory]], best: float) -> list[Judged]:
    """Every run with its label and verdict. best: the smallest loss known, see `least_loss`."""
    standings = []
    for label, run in runs:
        word = verdict(run, best)
        arrival = int(word.arrival) if np.isfinite(word.arrival) else None
        standings.append(
            Judged(label=label, verdict=word, arrival=arrival, loss=float(run.losses[-1]))
        )
    return standings


def first(standings: Sequence[Judged]) -> tuple[list[str], int] | None:
    """The labels of those that arrived first, and when; None where none did, or only one ran."""
    arrived = [one for one in standings if one.arrival is not None]
    if not arrived or len(standings) < 2:
        return None
    step = min(one.arrival for one in arrived if one.arrival is not None)
    return sorted(one.label for one in arrived if one.arrival == step), step
