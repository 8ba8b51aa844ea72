"""Workbooks and Parquet files, opened within limits."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from gdcore.data.intake.cells import as_text, to_table
from gdcore.data.intake.delimited import count_above, is_header, to_frame
from gdcore.data.intake.tables import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_UNPACKED,
    Findings,
    Rows,
    Table,
    check_size,
)
from gdcore.words.texts import DataError

if TYPE_CHECKING:
    pass


def read_workbook(content: bytes, name: str) -> Table:
    """The first sheet of an .xlsx file that has data in it."""
    _check_package(content, name)
    import openpyxl  # type: ignore[import-untyped]  # late: seldom needed

    findings = Findings()
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        for sheet in book.worksheets:
            rows = _rows_of_sheet(sheet)
            if rows:
                break
        else:
            raise DataError("intake.empty", name=name)
    except DataError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged file happens to cause
        raise DataError("intake.damaged", name=name) from error
    if len(book.sheetnames) > 1:
        findings.add("sheet", sheet=sheet.title, count=len(book.sheetnames))
    return _from_sheet(rows, findings)


def _check_package(content: bytes, name: str) -> None:
    """DataError unless the ZIP file is a workbook that unpacks to a bearable size.

    The sizes come from the directory; zipfile reads no member beyond the size stated there.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DataError("intake.damaged", name=name) from error
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise DataError("intake.archive", name=name)
    unpacked = sum(member.file_size for member in members)
    _check_unpacked(unpacked)


def _check_unpacked(size: int) -> None:
    if size > MOST_UNPACKED:
        raise DataError("intake.unpacked", size=size >> 20, most=MOST_UNPACKED >> 20)


def _rows_of_sheet(sheet: Any) -> Rows:
    """The cells of a sheet without empty rows; DataError as soon as there are too many."""
    sheet.reset_dimensions()  # what a file states about its size may be wrong
    rows = []
    cells = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        last = max((k for k, cell in enumerate(row) if cell is not None), default=-1)
        cells += last + 1
        if last >= MOST_COLUMNS or number > 2 * MOST_ROWS or cells > MOST_CELLS:
            check_size(number, last + 1)
            raise DataError("intake.too_many_cells", cells=cells, most=MOST_CELLS)
        if last >= 0:
            rows.append(list(row[: last + 1]))
    check_size(len(rows) - 1, 0)
    return rows


def _from_sheet(rows: Rows, findings: Findings) -> Table:
    width = max(map(len, rows))
    rows = [row + [None] * (width - len(row)) for row in rows]
    words = [["" if cell is None else as_text(cell) for cell in row] for row in rows[:200]]
    above = count_above(words, width, ",")
    filled = sum(any(row) for row in words[:above])
    if filled:
        findings.add("above", count=filled)
    header = is_header(words[above:])
    names = [""] * width
    if header:
        names = [cell.removesuffix("e0") for cell in words[above]]
    else:
        findings.add("no_header", count=width)
    frame = to_frame(rows[above + header :])
    for k in frame:  # cells that are numbers or truth values already need no reading
        kinds = {type(cell) for cell in frame[k]} - {type(None)}
        if kinds and (kinds <= {int, float} or kinds == {bool}):
            if kinds == {bool} and not frame[k].isna().any():
                frame[k] = frame[k].astype(bool)
            elif kinds != {bool}:
                frame[k] = frame[k].astype(np.float64)
    return to_table(frame, names, ",", findings)


def read_parquet(content: bytes, name: str) -> Table:
    """A Parquet file; its columns have types, only those of text need reading."""
    import pandas as pd
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import parquet  # type: ignore[import-untyped]

    findings = Findings()
    try:
        file = parquet.ParquetFile(io.BytesIO(content))
        check_size(file.metadata.num_rows, file.metadata.num_columns)
        groups = range(file.metadata.num_row_groups)
        _check_unpacked(sum(file.metadata.row_group(k).total_byte_size for k in groups))
        schema = file.schema_arrow
        flat = [
            field.name
            for field in schema
            if not (pa.types.is_nested(field.type) or pa.types.is_binary(field.type))
        ]
        for left in dict.fromkeys(name for name in schema.names if name not in flat):
            findings.column("nested", left)
        words = [k for k in flat if "string" in str(schema.field(k).type)]
        # As a dictionary a long text that is repeated in every row is held once.
        file = parquet.ParquetFile(io.BytesIO(content), read_dictionary=words)
        columns = [_from_arrow(file.read(columns=[k]).column(0), k, findings) for k in flat]
        frame = pd.DataFrame(dict(enumerate(columns)))
    except DataError:
        raise
    except Exception as error:  # whatever a damaged file happens to cause
        raise DataError("intake.damaged", name=name) from error
    if not flat:
        raise DataError("intake.no_numbers")
    return to_table(frame, flat, ",", findings)


def _from_arrow(column: Any, name: str, findings: Findings) -> Any:
    """An Arrow column as float64 (n,) or as texts."""
    import pyarrow as pa
    from pyarrow import compute

    kind = column.type
    if pa.types.is_boolean(kind):
        findings.column("booleans", name)
        return column.cast(pa.int8()).cast(pa.float64()).to_pandas()
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        if pa.types.is_integer(kind) and len(column) > column.null_count:
            ends = compute.min_max(column).as_py()
            if max(ends["max"], -ends["min"]) > 2**53:
                findings.column("rounded", name)
        return column.cast(pa.float64(), safe=False).to_pandas()
    if pa.types.is_temporal(kind):
        column = column.cast(pa.string())
    return column.to_pandas().astype(object)
