"""Knobs of update rules and schedules: what they may be, and what a slider offers."""

from __future__ import annotations

from dataclasses import dataclass

from gdcore.rules.interval import EVERY, Interval


@dataclass(frozen=True)
class Hyperparameter:
    """A knob: its default, the range a slider offers, its symbol in LaTeX, and what it may be.

    valid: what a program may ask for, wider than the slider; where `torch.optim` has such a knob
    and refuses a value, so does this. length: whether it is measured in units of the errors, as
    a loss's may be; then it grows with the data.
    """

    name: str
    default: float
    low: float
    high: float
    symbol: str
    logarithmic: bool = False
    valid: Interval = EVERY
    length: bool = False

    def offers(self, value: float) -> bool:
        """Whether the knob's slider can stand on the value."""
        return value in self.valid and self.low <= value <= self.high


NOT_NEGATIVE, POSITIVE = Interval(0), Interval(0, low_open=True)
SHARE, BELOW_ONE = Interval(0, 1), Interval(0, 1, high_open=True)

MOMENTUM = Hyperparameter("momentum", 0.9, 0.0, 0.99, r"\mu", valid=NOT_NEGATIVE)
NESTEROV = Hyperparameter("momentum", 0.9, 0.01, 0.99, r"\mu", valid=POSITIVE)
BETA1 = Hyperparameter("beta1", 0.9, 0.0, 0.99, r"\beta_1", valid=BELOW_ONE)
BETA2 = Hyperparameter("beta2", 0.999, 0.9, 0.9999, r"\beta_2", valid=BELOW_ONE)
DECAY = Hyperparameter("weight_decay", 0.01, 0.0, 0.5, r"\lambda", valid=NOT_NEGATIVE)
LION_BETA2 = Hyperparameter("beta2", 0.99, 0.9, 0.9999, r"\beta_2", valid=BELOW_ONE)
LION_DECAY = Hyperparameter("weight_decay", 0.0, 0.0, 0.5, r"\lambda", valid=NOT_NEGATIVE)
ALPHA = Hyperparameter("alpha", 0.99, 0.5, 0.999, r"\alpha", valid=NOT_NEGATIVE)
MOMENTUM_DECAY = Hyperparameter("momentum_decay", 0.004, 0.0, 0.1, r"\psi", valid=NOT_NEGATIVE)


def epsilon(default: float) -> Hyperparameter:
    return Hyperparameter(
        "eps", default, 1e-12, 1e-1, r"\varepsilon", logarithmic=True, valid=NOT_NEGATIVE
    )
