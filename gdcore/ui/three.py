"""The line in which the frameworks and calculus say their slope, with every digit they print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from gdcore.backends import BACKENDS
from gdcore.court.verdict import Way
from gdcore.descent.formulas import Derivative
from gdcore.ui import frame, settings
from gdcore.ui.language import language, t
from gdcore.words.texts import Problem

# As in the article: what a framework computes with unless it is told otherwise.
PRECISION = "float32"


def ways() -> list[str]:
    """Whoever stands in the line, the frameworks first and calculus last."""
    here = [name for name in settings.available() if name in BACKENDS]
    return sorted(here, key=lambda name: not BACKENDS[name].worker)


def printed(value: float) -> str:
    """A slope as the frameworks print it: `6.0`, `-0.81833154`, `nan`."""
    return str(np.dtype(PRECISION).type(value))


def show(
    place: frame.Later,
    answers: Mapping[Way, Derivative | Problem],
    names: Sequence[str],
    ruling: tuple[str, str] | None,
    waiting: str,
) -> None:
    """Fills the place: a line per variable, and below it the ruling or what is waited for.

    ruling: its tone and its words. The place is as high before the answers as after them.
    """
    lines = [_line(answers, name, len(names) > 1) for name in names]
    tone, words = ruling or ("waiting", "")
    text = " ".join(part for part in (*_missing(answers, words), words, waiting) if part)
    with place.fill():
        st.html(
            f'<div class="gd-ways">{"".join(lines)}</div>'
            f'<p class="gd-ruling gd-{tone}" role="status">{frame.escape(text)}</p>'
        )


def _line(answers: Mapping[Way, Derivative | Problem], name: str, several: bool) -> str:
    head = f"<i>∂/∂{frame.escape(name)}</i>" if several else ""
    parts = [
        f"<span>{title(way)} <b>{_slope(answers.get((way, PRECISION)), name)}</b></span>"
        for way in ways()
    ]
    return f"<div>{head}{''.join(parts)}</div>"


def title(way: str) -> str:
    """What a way is called: NumPy computes by calculus."""
    return frame.escape(t("ui.calculus") if way == "numpy" else BACKENDS[way].title)


def _slope(answer: Derivative | Problem | None, name: str) -> str:
    if answer is None:
        return "…"
    return printed(answer.gradient[name]) if isinstance(answer, Derivative) else "—"


def _missing(answers: Mapping[Way, Derivative | Problem], words: str) -> list[str]:
    """Why somebody in the line has no slope, each reason once."""
    slopes = (answers.get((way, PRECISION)) for way in ways())
    reasons = [one.say(language()) for one in slopes if isinstance(one, Problem)]
    return [reason for reason in dict.fromkeys(reasons) if reason != words]
