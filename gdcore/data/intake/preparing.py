"""From a table to a fit: which rows and columns can take part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gdcore.data.dependence import depend
from gdcore.data.intake.tables import Findings, Prepared, Table, varies
from gdcore.words.figures import plain
from gdcore.words.texts import DataError, Problem

if TYPE_CHECKING:
    from gdcore.data.datasets import Data


def from_data(data: Data) -> Table:
    """Ready data as a table, the target behind the features."""
    import pandas as pd

    frame = pd.DataFrame(data.X, columns=list(data.features))
    return Table(frame.assign(**{data.target: data.y}))


def prepare(table: Table, target: str, features: Sequence[str], missing: str = "drop") -> Prepared:
    """The rows and columns that can be fitted. missing: "drop" rows or fill in the "mean".

    Rows without a target are dropped either way. DataError if fewer than 2 rows or no feature
    remains, or if a column is not there or not of numbers.
    """
    if missing not in ("drop", "mean"):
        raise Problem("settings.unknown", setting="missing", name=missing, known="drop, mean")
    findings = Findings()
    y = _numbers_of(table, target)
    columns = {name: _numbers_of(table, name) for name in features}
    _leave_out(columns, varies, "constant", findings)
    _leave_out_copies(columns, target, y, findings)
    present = ~np.isnan(y)
    if missing == "drop":
        for values in columns.values():
            present &= ~np.isnan(values)
    rows = np.flatnonzero(present)
    if len(rows) < len(y):
        findings.add("rows_dropped", count=len(y) - len(rows), total=len(y))
    if len(rows) < 2:
        raise DataError("intake.few_rows", rows=len(rows))
    columns = {name: values[rows] for name, values in columns.items()}
    _leave_out(columns, varies, "constant", findings)
    for name, values in columns.items():
        columns[name] = _fill_with_mean(values, name, findings)
    _leave_out_copies(columns, target, y[rows], findings)
    if not columns:
        raise DataError("intake.no_features")
    X = np.column_stack(list(columns.values()))
    _look_for_dependence(X, tuple(columns), findings)
    if not varies(y[rows]):
        findings.add("constant_target", column=target)
    return Prepared(X, y[rows], tuple(columns), target, rows, findings.notes())


def _numbers_of(table: Table, name: str) -> np.ndarray:
    if name not in table.frame:
        raise DataError("intake.unknown_column", column=name)
    column = table.frame[name]
    if column.dtype != np.float64:
        raise DataError("intake.not_numbers", column=name)
    return column.to_numpy()


def _leave_out(
    columns: dict[str, np.ndarray],
    keep: Callable[[np.ndarray], bool],
    key: str,
    findings: Findings,
) -> None:
    for name in [name for name, values in columns.items() if not keep(values)]:
        findings.column(key, name)
        del columns[name]


def _leave_out_copies(
    columns: dict[str, np.ndarray], target: str, y: np.ndarray, findings: Findings
) -> None:
    """Without the features that equal the target or an earlier feature in every row."""
    seen = {(y + 0.0).tobytes(): target}  # + 0.0: minus zero is zero
    for name, values in list(columns.items()):
        first = seen.setdefault((values + 0.0).tobytes(), name)
        if first == name != target:
            continue
        del columns[name]
        if first == target:
            findings.column("equals_target", name)
        else:
            findings.add("copy", column=name, other=first)


def _fill_with_mean(values: np.ndarray, name: str, findings: Findings) -> np.ndarray:
    absent = np.isnan(values)
    if not absent.any():
        return values
    findings.column("filled", name, int(absent.sum()))
    # In extended precision the sum of large numbers stays finite.
    return np.where(absent, float(values[~absent].mean(dtype=np.longdouble)), values)


def _look_for_dependence(X: np.ndarray, names: tuple[str, ...], findings: Findings) -> None:
    """A note if the coefficients for X (n, k) and an intercept are not determined, or hardly."""
    rows, count = X.shape
    if count + 1 > rows:
        findings.add("more_columns", features=count, rows=rows)
        return
    known = depend(X)
    if known.exact:
        findings.add("collinear", columns=tuple(names[i] for i in known.exact))
    if known.near:
        findings.add(
            "nearly_collinear",
            columns=tuple(names[i] for i in known.near),
            condition=plain(known.condition, 2),
        )
