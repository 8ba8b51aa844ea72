"""What a setting may be, a number or a name, and the sentence for what it may not be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from gdcore.words.figures import plain
from gdcore.words.texts import Problem


@dataclass(frozen=True)
class Interval:
    """Ordinary numbers from low to high; an open end does not belong to it."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    whole: bool = False

    def __contains__(self, value: Any) -> bool:
        if not numeric(value) or np.ndim(value):
            return False
        try:
            number = float(value)
        except OverflowError:  # a whole number with more than 308 digits
            return False
        above = self.low < number if self.low_open else self.low <= number
        below = number < self.high if self.high_open else number <= self.high
        whole = not self.whole or number.is_integer()
        return math.isfinite(number) and above and below and whole

    def condition(self, name: str) -> str:
        """The interval as an inequality: 0 ≤ beta1 < 1."""
        left = f"{plain(self.low)} {'<' if self.low_open else '≤'} "
        right = f" {'<' if self.high_open else '≤'} {plain(self.high, 7)}"
        return (
            (left if self.low > -math.inf else "") + name + (right if self.high < math.inf else "")
        )

    def check(self, name: str, value: Any) -> float:
        """The value as a number. Raises Problem, with the name and the condition, for another."""
        if value not in self:
            key = "settings.whole" if self.whole else "settings.number"
            shown = str(value if numeric(value) else repr(value))[:20]
            raise Problem(key, setting=name, value=shown, condition=self.condition(name))
        return float(value)


EVERY = Interval()


def numeric(values: Any) -> bool:
    """Whether it is a real number or an array of them; True and "3" are none."""
    array = np.asarray(values)
    if array.dtype.kind == "O":  # fractions, and whole numbers that no machine number holds
        return all(isinstance(one, Real) for one in array.flat)
    return array.dtype.kind in "iuf"


def choose(table: Mapping[str, Any], name: str, setting: str) -> Any:
    """The record called `name`, or a Problem that lists the names there are."""
    if name not in table:
        raise Problem("settings.unknown", setting=setting, name=name, known=", ".join(table))
    return table[name]
