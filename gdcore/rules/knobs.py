"""Knobs of update rules and schedules: what they may be, and what a slider offers."""

from __future__ import annotations

from dataclasses import dataclass

from gdcore.rules.interval import EVERY, Interval


@dataclass(frozen=True, kw_only=True)
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

MOMENTUM = Hyperparameter(
    name="momentum", default=0.9, low=0.0, high=0.99, symbol=r"\mu", valid=NOT_NEGATIVE
)
NESTEROV = Hyperparameter(
    name="momentum", default=0.9, low=0.01, high=0.99, symbol=r"\mu", valid=POSITIVE
)
BETA1 = Hyperparameter(
    name="beta1", default=0.9, low=0.0, high=0.99, symbol=r"\beta_1", valid=BELOW_ONE
)
BETA2 = Hyperparameter(
    name="beta2", default=0.999, low=0.9, high=0.9999, symbol=r"\beta_2", valid=BELOW_ONE
)
DECAY = Hyperparameter(
    name="weight_decay", default=0.01, low=0.0, high=0.5, symbol=r"\lambda", valid=NOT_NEGATIVE
)
LION_BETA2 = Hyperparameter(
    name="beta2", default=0.99, low=0.9, high=0.9999, symbol=r"\beta_2", valid=BELOW_ONE
)
LION_DECAY = Hyperparameter(
    name="weight_decay", default=0.0, low=0.0, high=0.5, symbol=r"\lambda", valid=NOT_NEGATIVE
)
ALPHA = Hyperparameter(
    name="alpha", default=0.99, low=0.5, high=0.999, symbol=r"\alpha", valid=NOT_NEGATIVE
)
MOMENTUM_DECAY = Hyperparameter(
    name="momentum_decay", default=0.004, low=0.0, high=0.1, symbol=r"\psi", valid=NOT_NEGATIVE
)


def epsilon(default: float) -> Hyperparameter:
    return Hyperparameter(
        name="eps",
        default=default,
        low=1e-12,
        high=1e-1,
        symbol=r"\varepsilon",
        logarithmic=True,
        valid=NOT_NEGATIVE,
    )
