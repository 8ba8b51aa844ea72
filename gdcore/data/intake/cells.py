"""Columns of text become numbers as people write them, decided by what fits a whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gdcore.data.intake.tables import Findings, Table
from gdcore.words.texts import DataError

if TYPE_CHECKING:
    import pandas as pd

SPREADSHEET_ERRORS = ("#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!")

MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "--", "---", "?", "無", "缺"}
MISSING |= {error.lower() for error in SPREADSHEET_ERRORS}
BOOLEANS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0, "是": 1.0, "否": 0.0}
# Full-width forms, and all the dashes and spaces that stand in numbers, as ASCII.
NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
NARROW |= dict.fromkeys(map(ord, "−–—﹣"), ord("-")) | dict.fromkeys(
    map(ord, "　\xa0\u202f\u2009"), 32
)
NARROW |= {ord("￥"): ord("¥"), ord("’"): ord("'")}
CURRENCY = r"(?:NT\$|US\$|HK\$|[$€£¥₩]|NTD|TWD|USD|EUR|JPY|GBP|元|圓)"
INFINITE = r"[+-]?(?:[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|∞)"
_MONTH = r"(?:[A-Za-z]{3,9}\.?)"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp][Mm])?"
DATE = (
    r"(?:[0-9]{1,4}[-/.年][0-9]{1,2}(?:[-/.月][0-9]{1,4})?[日月]?"
    rf"|[0-9]{{1,2}}[- ]{_MONTH}[- ,]+[0-9]{{2,4}}|{_MONTH} [0-9]{{1,2}},? [0-9]{{4}})"
    rf"(?:[T ]+{_CLOCK}(?:Z|[+-][0-9:]{{4,5}})?)?|{_CLOCK}"
)


def _number(point: str, comma: str) -> str:
    """The pattern of a number with this decimal point and this sign between its thousands."""
    groups = "|".join(rf"(?:{sign}[0-9]{{3}})+" for sign in (comma, " ", "'"))
    body = (
        rf"(?:[1-9][0-9]{{0,2}}(?:{groups})(?:{point}[0-9]*)?"
        rf"|(?:[0-9]+(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    )
    unit = rf"(?: ?(?:%|{CURRENCY}))?"
    sign = rf"(?:[+-] ?(?:{CURRENCY} ?)?|{CURRENCY} ?[+-]?)?"
    return rf"{sign}{body}{unit}|\((?:{CURRENCY} ?)?{body}{unit}\)"


NUMBERS = {"point": _number(r"\.", ","), "comma": _number(",", r"\.")}
_VALUE = re.compile("|".join(f"(?:{pattern})" for pattern in (*NUMBERS.values(), INFINITE, DATE)))


def is_value(cell: str) -> bool:
    """Whether a cell looks like a value, missing ones included, rather than like a name."""
    cell = cell.strip().translate(NARROW)
    return cell.lower() in MISSING or cell.lower() in BOOLEANS or bool(_VALUE.fullmatch(cell))


@dataclass
class _Text:
    """A column of text that may hold numbers. present: the cells with something in them, tidied."""

    present: pd.Series
    size: int
    infinite: int = 0
    fits: tuple[str, ...] = ()

    @classmethod
    def of(cls, column: pd.Series) -> _Text:
        cells = column.dropna()
        if cells.dtype == object:
            cells = cells.map(as_text).astype("str")
        cells = cells.str.strip()
        if not cells.str.isascii().all():
            cells = cells.str.translate(NARROW).str.strip()
        present = cells[~cells.str.lower().isin(MISSING)]
        endless = present.str.fullmatch(INFINITE)
        text = cls(present[~endless], len(column), int(endless.sum()))
        text.fits = tuple(way for way in NUMBERS if text.matches(NUMBERS[way]).all())
        priced = text.present[text.present.str.contains(CURRENCY)]
        if priced.str.extract(f"({CURRENCY})", expand=False).nunique() > 1:  # adding makes no sense
            text.fits = ()
        return text

    def matches(self, pattern: str) -> pd.Series:
        return self.present.str.fullmatch(f"(?:{pattern})")

    def numbers(self, way: str) -> np.ndarray:
        """(size,): the cells as numbers, `way` telling what a comma and a point mean."""
        cells = self.present
        if not self.matches(r"[+-]?[0-9.]+").all() or way == "comma":
            cells = cells.str.replace(CURRENCY, "", regex=True)
            cells = cells.str.replace(r"[ '%()]", "", regex=True)
            old, new = (",", "") if way == "point" else (".", "")
            cells = cells.str.replace(old, new, regex=False)
            cells = cells.str.replace(",", ".", regex=False) if way == "comma" else cells
        found = cells.to_numpy(dtype=object).astype(np.float64)
        found[self.present.str.startswith("(").to_numpy(bool)] *= -1
        found[self.present.str.contains("%", regex=False).to_numpy(bool)] /= 100
        values = np.full(self.size, np.nan)
        values[self.present.index] = found
        return values


def as_text(cell: Any) -> Any:
    """A cell of a workbook in words. The exponent says that a number's point is a decimal point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and not cell.is_integer():
        return f"{cell!r}e0" if "e" not in repr(cell) else repr(cell)
    if isinstance(cell, float):
        return str(int(cell))
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def to_table(
    frame: pd.DataFrame, names: Sequence[str], separator: str, findings: Findings
) -> Table:
    """Columns of cells, 0 … k-1, as a table with names. DataError if no column holds numbers."""
    import pandas as pd

    if not len(frame):
        raise DataError("intake.no_rows")
    frame, names = _without_empty(frame, names, findings)
    frame.columns = pd.Index(_unique(names, findings))
    names = [str(name) for name in frame]
    texts = {
        name: _Text.of(frame[name])
        for name in names
        if not pd.api.types.is_numeric_dtype(frame[name])
    }
    way = _usual_way(texts.values())
    columns: dict[str, Any] = {}
    for name in names:
        if name not in texts:
            columns[name] = _from_typed(frame[name], name, findings)
        else:
            numbers = _from_text(texts.pop(name), name, way, separator, findings)
            columns[name] = _as_objects(frame[name]) if numbers is None else numbers
        if columns[name].dtype == np.float64:
            columns[name] = _without_infinite(columns[name], name, findings)
    table = pd.DataFrame(columns)
    if not any(table[name].notna().any() for name in table.select_dtypes("float64")):
        nearly = findings.first("nearly")
        raise (
            DataError("intake.no_pure_numbers", **nearly)
            if nearly
            else DataError("intake.no_numbers")
        )
    return Table(table, findings.notes())


def _as_objects(column: pd.Series) -> pd.Series:
    """A column of text as it stood in the file; dates and numbers of a workbook as Python's."""
    if column.dtype == object:
        return column.map(str, na_action="ignore").astype(object)
    return column.astype(object)


def _without_empty(
    frame: pd.DataFrame, names: Sequence[str], findings: Findings
) -> tuple[pd.DataFrame, list[str]]:
    """Without the rows and the nameless columns in which nothing stands."""
    empty = frame.isna()
    for k in [k for k in frame if frame[k].dtype == object]:
        empty[k] |= frame[k].map(lambda cell: isinstance(cell, str) and not cell.strip())
    blank = empty.all(axis=1)
    if blank.any():
        findings.add("blank_rows", count=int(blank.sum()))
    kept = [k for k, name in enumerate(names) if name.strip() or not empty.iloc[:, k].all()]
    if len(kept) < len(names):
        findings.add("empty_columns", count=len(names) - len(kept))
    frame = frame.loc[~blank, frame.columns[kept]].reset_index(drop=True)
    if not len(frame):
        raise DataError("intake.no_rows")
    return frame, [names[k] for k in kept]


def _unique(names: Sequence[str], findings: Findings) -> list[str]:
    """Names without surplus space, none empty, none twice."""
    tidy = [" ".join(name.split()) for name in names]
    taken = {name for name in tidy if name}
    seen: set[str] = set()
    unique = []
    for number, name in enumerate(tidy, 1):
        # A name is part of the data and the same in every language, as x1 is.
        candidate, copy = name or f"column {number}", 2
        while candidate in seen or (candidate in taken and candidate != name):
            candidate, copy = f"{name or f'column {number}'} ({copy})", copy + 1
        if name and candidate != name:
            findings.column("renamed", candidate)
        elif not name and any(tidy):
            findings.column("unnamed", candidate)
        seen.add(candidate)
        unique.append(candidate)
    return unique


def _usual_way(texts: Iterable[_Text]) -> str | None:
    """What a comma means in this file, if some column can be read one way only."""
    proven = {text.fits[0] for text in texts if len(text.fits) == 1 and len(text.present)}
    return proven.pop() if len(proven) == 1 else None


def _from_typed(column: pd.Series, name: str, findings: Findings) -> np.ndarray:
    """A column that was read as numbers or truth values already, as float64 (n,)."""
    if column.dtype == bool:
        findings.column("booleans", name)
    elif column.dtype.kind in "iu" and max(int(column.max()), -int(column.min())) > 2**53:
        findings.column("rounded", name)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    _count_missing(np.isnan(values), name, findings)
    return values


def _from_text(
    text: _Text, name: str, usual: str | None, separator: str, findings: Findings
) -> np.ndarray | None:
    """A column of text as float64 (n,), or None with a note if it stays text."""
    present = text.present
    words = present.str.lower()
    if len(present) and words.isin(set(BOOLEANS)).all():
        findings.column("booleans", name)
        values = np.full(text.size, np.nan)
        values[present.index] = words.map(BOOLEANS)
    elif not text.fits:
        _say_why_text(text, name, findings)
        return None
    else:
        values = text.numbers(_choose_way(text, name, usual, separator, findings))
    if text.infinite:
        findings.column("infinite", name, text.infinite)
    absent = np.ones(text.size, bool)
    absent[present.index] = False
    _count_missing(absent, name, findings, text.infinite)
    return values


def _choose_way(
    text: _Text, name: str, usual: str | None, separator: str, findings: Findings
) -> str:
    """Whether commas or points are decimal points in a column, with notes on how it was read."""
    commas = text.present.str.contains(",", regex=False)
    way = text.fits[0]
    if len(text.fits) > 1:
        way = usual or ("comma" if separator == ";" and commas.any() else "point")
        if usual is None and commas.any():
            example = text.present[commas].iloc[0]
            meaning = text.numbers(way)[commas[commas].index[0]]
            findings.add("ambiguous", column=name, example=example, meaning=f"{meaning:g}")
    decimal, group = (",", ".") if way == "comma" else (".", ",")
    if way == "comma" and text.present.str.contains(decimal, regex=False).any():
        findings.column("decimal_comma", name)
    if text.present.str.contains(rf"[0-9][{group} '][0-9]").any():
        findings.column("thousands", name)
    for key, pattern in (("percent", "%"), ("currency", CURRENCY), ("brackets", r"^\(")):
        if text.present.str.contains(pattern).any():
            findings.column(key, name)
    if text.matches("[+-]?[0-9]{16,}").any():
        findings.column("rounded", name)
    return way


def _say_why_text(text: _Text, name: str, findings: Findings) -> None:
    """A note on why a column cannot be a feature: dates, text, or a few cells in it."""
    number = text.matches("|".join(NUMBERS.values()))
    if text.matches(DATE).all():
        findings.column("dates", name)
    elif number.all():
        findings.column("mixed", name)
    elif number.mean() >= 0.5:
        row = number.index[int(number.to_numpy(bool).argmin())]
        findings.add("nearly", column=name, cell=str(text.present[row])[:40], row=row + 1)
    else:
        findings.column("text", name)


def _without_infinite(values: np.ndarray, name: str, findings: Findings) -> np.ndarray:
    endless = np.isinf(values)
    if endless.any():
        findings.column("infinite", name, int(endless.sum()))
        values = np.where(endless, np.nan, values)
    return values


def _count_missing(absent: np.ndarray, name: str, findings: Findings, infinite: int = 0) -> None:
    count = int(absent.sum()) - infinite
    if count:
        findings.column("missing", name, count)
