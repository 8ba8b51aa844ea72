"""The one record that a descent leaves behind and that charts, tables and pages pass on.

Rows are aligned: row t holds the weights w_t, the loss and the gradient *at* w_t, and the learning
rate that the step from w_t to w_{t+1} used. The last row is where the descent arrived.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gdcore.formula import Formula
from gdcore.rules.method import Method
from gdcore.words.texts import Sentence

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class StopReason:
    """Why a run ended: `kind`, the `step` it speaks of, and a sentence in either language."""

    kind: Literal["finished", "converged", "diverged"]
    step: int
    sentence: Sentence

    def __str__(self) -> str:
        return str(self.sentence)

    def say(self, language: str = "en") -> str:
        return self.sentence.say(language)


@dataclass(frozen=True)
class Trajectory:
    """Every step of one descent.

    weights, gradients: (steps+1, n) arrays in the precision that computed them.
    losses, learning_rates, epochs: (steps+1,) arrays; `epochs` counts passes over the data and is
    simply 0, 1, 2, … where a step sees everything at once.
    method: with what it was made. formula: what was descended on where that is a formula.
    """

    names: tuple[str, ...]
    weights: np.ndarray
    gradients: np.ndarray
    losses: np.ndarray
    learning_rates: np.ndarray
    stop: StopReason
    epochs: np.ndarray
    method: Method
    formula: Formula | None = None

    @property
    def steps(self) -> int:
        """The number of steps taken, one less than the number of rows."""
        return len(self.losses) - 1

    def take(self, rows: np.ndarray) -> Trajectory:
        """The same run with only some of its rows (for drawing; the steps keep their numbers)."""
        parts = ("weights", "gradients", "losses", "learning_rates", "epochs")
        return replace(self, **{name: getattr(self, name)[rows] for name in parts})

    def to_frame(self) -> pd.DataFrame:
        """A tidy frame, one row per step: step, epoch, weights, gradients, loss, learning rate."""
        import pandas as pd  # late: the worker processes run without pandas

        columns: dict[str, Any] = {"step": np.arange(len(self.losses)), "epoch": self.epochs}
        columns |= {name: self.weights[:, i] for i, name in enumerate(self.names)}
        columns |= {f"gradient_{name}": self.gradients[:, i] for i, name in enumerate(self.names)}
        return pd.DataFrame(columns | {"loss": self.losses, "learning_rate": self.learning_rates})
