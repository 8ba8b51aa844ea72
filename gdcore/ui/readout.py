"""The numbers of the shown step as HTML, one string per frame, for the player to show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gdcore.descent import narrate
from gdcore.descent.trajectory import Trajectory
from gdcore.models.fit import Fit
from gdcore.models.losses import PENALTIES
from gdcore.models.setup import Setup
from gdcore.ui.frame import escape
from gdcore.ui.language import t
from gdcore.words.figures import plain


def fact(label: str, value: float) -> str:
    return f"<span>{label} <b>{plain(value)}</b></span>"


def descent(run: Trajectory, frames: Sequence[int] | np.ndarray, name: str) -> list[str]:
    """One-variable descent: weight, loss, gradient, rate, and the arithmetic of the step."""
    rows = np.minimum(frames, run.steps)
    stories = narrate.lines(run, np.unique(rows))
    story = dict(zip(np.unique(rows), stories, strict=True))
    loss, gradient, rate = (
        f"{t(f'charts.{word}')} =" for word in ("loss", "gradient", "learning_rate")
    )
    arrived = t("ui.arrived")
    html = []
    for row in rows:
        symbol = f"<i>{escape(name)}</i><sub>{row}</sub>"
        facts = "".join(
            [
                fact(f"{symbol} =", run.weights[row, 0]),
                fact(loss, run.losses[row]),
                fact(gradient, run.gradients[row, 0]),
                fact(rate, run.learning_rates[row]),
            ]
        )
        rule = " &nbsp; ".join(story[row]) or arrived
        html.append(f'<div class="gd-facts">{facts}</div><div class="gd-rule">{rule}</div>')
    return html


def overlay(runs: Sequence[tuple[str, Trajectory]], frames: np.ndarray, name: str) -> list[str]:
    """Several runs: where each of them is at the shown step."""
    html, loss = [], t("charts.loss")
    for frame in frames:
        parts = []
        for label, run in runs:
            row = min(int(frame), run.steps)
            parts.append(
                f"<span>{escape(label)}: <i>{escape(name)}</i> = "
                f"<b>{plain(run.weights[row, 0])}</b>, {loss} = "
                f"<b>{plain(run.losses[row])}</b></span>"
            )
        html.append(f'<div class="gd-facts">{"".join(parts)}</div>')
    return html


def race(
    runs: Sequence[tuple[str, Trajectory]], frames: np.ndarray, variables: Sequence[str]
) -> list[str]:
    """Several runs over two weights: where each of them is at the shown step."""
    html, loss = [], t("charts.loss")
    names = ", ".join(f"<i>{escape(name)}</i>" for name in variables)
    for frame in frames:
        parts = []
        for label, run in runs:
            row = min(int(frame), run.steps)
            place = ", ".join(plain(value, 3) for value in run.weights[row])
            parts.append(
                f"<span>{escape(label)}: ({names}) = <b>({place})</b>, {loss} = "
                f"<b>{plain(run.losses[row])}</b></span>"
            )
        html.append(f'<div class="gd-facts">{"".join(parts)}</div>')
    return html


def _mean(setup: Setup, loss: float, samples: int) -> str:
    """The loss as a mean over the samples, and what is added to it."""
    added = [PENALTIES[name].symbol for name, strength in setup.penalties.items() if strength]
    if added:
        whole = " + ".join([f"{setup.record.symbol} / n", *added])
        return f"<span>= {whole}</span>"
    total = plain(loss * samples)
    return f"<span>= {setup.record.symbol} / n = <b>{total}</b> / {samples}</span>"


def fit(
    fitted: Fit, names: Sequence[str], frames: np.ndarray, tell: bool, most: int = 6
) -> list[str]:
    """A regression: loss and the first few weights in the data's own units.

    tell: whether to show the arithmetic too, as long as the descended weights are the shown ones.
    """
    run, weights = fitted.trajectory, fitted.weights
    tell = tell and len(names) == 2
    stories = [narrate.lines(run, frames, i) for i in range(2)] if tell else []
    lines, loss = [], f"{t('charts.loss')} ="
    for place, row in enumerate(frames):
        value = run.losses[row]
        facts = [fact(loss, value), _mean(fitted.setup, value, len(fitted.y))]
        shown = range(len(names)) if len(names) <= most else [*range(most - 1), len(names) - 1]
        facts += [fact(f"<i>{escape(names[i])}</i> =", weights[row, i]) for i in shown]
        if len(names) > most:
            facts.insert(-1, "<span>…</span>")
        html = f'<div class="gd-facts">{"".join(facts)}</div>'
        if tell:
            rule = "".join(f"<div>{' &nbsp; '.join(story[place])}</div>" for story in stories)
            html += f'<div class="gd-rule">{rule}</div>'
        lines.append(html)
    return lines
