"""What a reader gets: tables, prepared data, and the notes on what was altered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gdcore.words.texts import DataError, say

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES = 200 * 2**20
MOST_ROWS = 1_000_000
MOST_COLUMNS = 500
MOST_CELLS = 50_000_000  # 400 MB of numbers
MOST_UNPACKED = 500 * 2**20  # what a workbook or Parquet file may unpack to

Rows = list[list[Any]]


@dataclass(frozen=True)
class Note:
    """One thing that was altered or noticed. A tuple among the values holds column names."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)

    def say(self, language: str = "en") -> str:
        spoken = {
            name: _name_columns(value, language) if isinstance(value, tuple) else value
            for name, value in self.values.items()
        }
        return say(f"intake.{self.key}", language, **spoken)


def _name_columns(names: tuple[str, ...], language: str) -> str:
    """The columns by name, three at most, in words."""
    shown = dict(zip("abc", names, strict=False))
    count = len(names) - len(shown)
    return say(f"intake.columns_{min(len(names), 4)}", language, **shown, count=count)


@dataclass(frozen=True)
class Table:
    """A table as read: float64 in columns of numbers (NaN where missing), objects elsewhere."""

    frame: pd.DataFrame
    notes: tuple[Note, ...] = ()

    @cached_property
    def numeric(self) -> tuple[str, ...]:
        """Names of the columns that can take part in a fit: two different numbers at least."""
        columns = (name for name in self.frame if self.frame[name].dtype == np.float64)
        return tuple(str(name) for name in columns if varies(self.frame[name].to_numpy()))


@dataclass(frozen=True)
class Prepared:
    """X (n, k) and y (n,), finite float64; rows (n,) are their row numbers in the table."""

    X: np.ndarray
    y: np.ndarray
    features: tuple[str, ...]
    target: str
    rows: np.ndarray
    notes: tuple[Note, ...] = ()


class Findings:
    """Collects notes; the same thing found in several columns becomes one note."""

    def __init__(self) -> None:
        self._notes: list[Note] = []
        self._columns: dict[str, list[str]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, key: str, **values: Any) -> None:
        self._notes.append(Note(key, values))

    def column(self, key: str, name: str, count: int = 0) -> None:
        self._columns.setdefault(key, []).append(name)
        self._counts[key] += count

    def first(self, key: str) -> dict[str, Any] | None:
        """The values of the first note with this key."""
        return next((note.values for note in self._notes if note.key == key), None)

    def notes(self) -> tuple[Note, ...]:
        grouped = (
            Note(key, {"columns": tuple(names), "count": self._counts[key]})
            for key, names in self._columns.items()
        )
        return (*self._notes, *grouped)


def check_size(rows: int, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise DataError("intake.too_many_columns", columns=columns, most=MOST_COLUMNS)
    if rows > MOST_ROWS:
        raise DataError("intake.too_many_rows", most=MOST_ROWS)
    if rows * columns > MOST_CELLS:
        raise DataError("intake.too_many_cells", cells=rows * columns, most=MOST_CELLS)


def varies(values: np.ndarray) -> bool:
    """Whether there are two different numbers among the values."""
    known = values[~np.isnan(values)]
    return bool(len(known) > 1 and known.min() != known.max())
