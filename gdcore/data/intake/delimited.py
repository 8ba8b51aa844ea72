"""Rows and columns out of text: separators, headers, comments, ragged rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from gdcore.data.intake.cells import SPREADSHEET_ERRORS, is_value, to_table
from gdcore.data.intake.tables import MOST_ROWS, Findings, Rows, Table, check_size
from gdcore.words.texts import DataError

if TYPE_CHECKING:
    import pandas as pd

MARKUP = re.compile(rb"\s*<[!?a-zA-Z]")
JSON = re.compile(rb"""\s*(\{\s*["}]|\[\s*[\[{"\]0-9-])""")


CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r")) + b"\x7f"
ALONE = "\x1f"  # separates nothing: control characters are refused beforehand
END = "\x1e"
SEPARATORS = ("\t", ";", "|", ",", "，", "；", "、", " ", ALONE)  # the earlier wins a draw
_NOT_A_COMMENT = b"|".join(re.escape(error[1:]).encode() for error in SPREADSHEET_ERRORS)
COMMENT = re.compile(rb"^[ \t]*#(?!" + _NOT_A_COMMENT + rb"|[,;|\t]).*$", re.MULTILINE)
RULE = re.compile(rb"^(?=[^\n]*---)(?=[^\n]*[|+])[ \t|:+-]+$", re.MULTILINE)  # of drawn tables
HINT = re.compile(rb"\s*sep=(.)\s*\n", re.IGNORECASE)  # Excel's own first line


@dataclass(frozen=True)
class _Layout:
    """How a text is laid out. `start`, `line`: byte and line number where the rows begin."""

    separator: str
    width: int
    names: list[str] | None
    start: int
    line: int


def read_delimited(data: bytes, name: str, findings: Findings) -> Table:
    """A table from UTF-8 text. DataError if there is none in it."""
    data = data.rstrip(b"\x1a")  # the end-of-file sign of DOS
    if not data.strip():
        raise DataError("intake.empty", name=name)
    if len(data.translate(None, CONTROL)) != len(data):
        raise DataError("intake.binary", name=name)
    if MARKUP.match(data):
        raise DataError("intake.markup", name=name)
    if JSON.match(data):
        raise DataError("intake.json", name=name)
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    data, remarks = _without_comments(data, findings)
    hint = HINT.match(data)
    if hint:
        data = b"\n" * data.count(b"\n", 0, hint.end()) + data[hint.end() :]
    separator = hint[1].decode("utf-8", "replace") if hint else _find_separator(data)
    data, separator = _with_plain_separator(data, separator)
    layout = _find_layout(data, separator, remarks, findings)
    frame = _parse(data, layout, findings)
    if layout.names is None:
        findings.add("no_header", count=layout.width)
    return to_table(frame, _pad_names(layout, frame, findings), layout.separator, findings)


def _without_comments(data: bytes, findings: Findings) -> tuple[bytes, list[str]]:
    """The text with comments made blank, so that line numbers stay, and the leading comments."""
    if b"---" in data:
        data = RULE.sub(b"", data)
    if b"#" not in data:
        return data, []
    first = re.search(rb"^[ \t]*[^#\s]", data, re.MULTILINE)
    leading = COMMENT.findall(data, 0, first.start() if first else len(data))
    data, count = COMMENT.subn(b"", data)
    if count:
        findings.add("comments", count=count)
    return data, [line.decode("utf-8", "replace").lstrip("# \t") for line in leading]


def _find_separator(data: bytes) -> str:
    """The separator that cuts the first rows into equally many cells with most numbers in them."""
    best, chosen = 0.0, ALONE
    for separator in SEPARATORS:
        if separator != ALONE and separator not in " \t" and separator.encode() not in data:
            continue
        rows = _first_rows(*_with_plain_separator(data[:400_000], separator))
        body = rows[1:] or rows
        widths = Counter(map(len, rows))
        width = Counter(map(len, body)).most_common(1)[0][0] if body else 0
        if width < (1 if separator == ALONE else 2):
            continue
        cells = [cell for row in body if len(row) == width for cell in row]
        numbers = sum(map(is_value, cells)) / len(cells)
        if separator == ALONE and (numbers < 1 or _has_separator(rows[0][0])):
            numbers = 0.0  # one column is the answer for want of a better
        score = widths[width] / len(rows) * (0.5 + numbers)
        if score > best:
            best, chosen = score, separator
    return chosen


def _has_separator(line: str) -> bool:
    return not is_value(line) and any(sign in line for sign in SEPARATORS[:-2])


def _with_plain_separator(data: bytes, separator: str) -> tuple[bytes, str]:
    """Text and separator such that one ASCII character separates."""
    if separator == " ":
        data = data.replace("\u3000".encode(), b" ").replace(b"\t", b" ")
        return re.sub(rb"(?<! ) +$", b"", data, flags=re.MULTILINE), " "
    if len(separator.encode()) > 1:
        return data.replace(separator.encode(), ALONE.encode()), ALONE
    return data, separator


def _first_rows(data: bytes, separator: str, most: int = 200) -> Rows:
    """The first rows, for a look at them; the last is left out where the text was cut."""
    sample = data[:400_000].rpartition(b"\n")[0] if len(data) >= 400_000 else data
    sample = (sample or data[:400_000]).decode("utf-8", "ignore").encode()
    try:
        return [row for _, row in islice(_rows(sample, separator), most)]
    except DataError:  # an open quote: the rows before it will do
        unquoted = sample.replace(b'"', b"'")
        return [row for _, row in islice(_rows(unquoted, separator), most)]


def _rows(
    data: bytes, separator: str, start: int = 0, line: int = 1
) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is not blank. DataError if a quote stays open."""
    stream = io.BytesIO(data)
    stream.seek(start)
    lines = io.TextIOWrapper(stream, "utf-8", newline="\n")
    reader = csv.reader(chain(lines, [END]), delimiter=separator, skipinitialspace=True)
    before = 0
    try:
        for row in reader:
            if row and row[-1].endswith(END):
                if row != [END]:  # the end was swallowed by a quoted cell
                    raise DataError("intake.open_quote", line=line + before)
                return
            if row and (len(row) > 1 or row[0].strip()):
                yield line + before, row
            before = reader.line_num
    except csv.Error as error:  # a cell of more than 131072 characters
        raise DataError("intake.open_quote", line=line + before) from error


def _find_layout(data: bytes, separator: str, remarks: list[str], findings: Findings) -> _Layout:
    """Where the table begins, how wide it is and what its columns are called."""
    rows = _first_rows(data, separator)
    if not rows:
        raise DataError("intake.no_rows")
    width = Counter(map(len, rows[1:] or rows)).most_common(1)[0][0]
    above = count_above(rows, width, separator)
    filled = sum(any(cell.strip() for cell in row) for row in rows[:above])
    if filled:
        findings.add("above", count=filled)
    rows = rows[above:]
    header = is_header(rows)
    names = rows[0] if header else _names_in_remark(remarks, separator, width, findings)
    if header and len(rows[0]) > width:
        raise DataError("intake.header", names=len(rows[0]), cells=width)
    check_size(0, width)
    start, line = 0, 1
    for number, _row in _rows(data, separator):
        above -= 1
        if above < (-1 if header else 0):
            start, line = _start_of_line(data, number), number
            break
    else:
        raise DataError("intake.no_rows")
    return _Layout(separator, width, names, start, line)


def count_above(rows: Rows, width: int, separator: str) -> int:
    """How many of the first rows are a title or empty, not yet the table."""
    for count, row in enumerate(rows):
        filled = sum(bool(cell.strip()) for cell in row)
        after = rows[count + 1] if count + 1 < len(rows) else []
        # R writes no name over the row numbers: one name is then the header of two columns.
        complete = len(row) == width or separator in " \t"
        one_lacks = filled == width - 1 and complete and all(map(is_value, after))
        if width < 2 or filled > 1 or one_lacks or not after:
            return count
    return 0


def is_header(rows: Rows) -> bool:
    """Whether the first row names the columns rather than holding the first values."""
    first, body = rows[0], rows[1:]
    years = [cell for cell in first if re.fullmatch(r"(19|20)\d\d", cell.strip())]
    others = [cell for cell in first if not is_value(cell)]
    if len(set(years)) > 1 and not any(set(row) & set(years) for row in body):
        if all(not cell.strip() or not is_value(cell) for cell in set(first) - set(years)):
            return bool(others) or len(years) < len(first)
    if not others:
        return False
    if not any(cell.strip() and is_value(cell) for cell in first):
        return True
    columns = zip(*(row for row in body if len(row) == len(first)), strict=True)
    return any(
        not is_value(cell) and all(map(is_value, column))
        for cell, column in zip(first, columns, strict=False)
    )


def _names_in_remark(
    remarks: list[str], separator: str, width: int, findings: Findings
) -> list[str] | None:
    """The names in the last comment above the numbers, where NumPy's savetxt puts them."""
    if not remarks:
        return None
    cells = next(csv.reader(remarks[-1:], delimiter=separator, skipinitialspace=True), [])
    if len(cells) != width or any(map(is_value, cells)):
        return None
    findings.add("names_in_comment")
    return cells


def _start_of_line(data: bytes, line: int) -> int:
    position = 0
    for _ in range(line - 1):
        position = data.index(b"\n", position) + 1
    return position


# Digits around a comma, or around two points: numbers that pandas would misread or not read.
GROUPED = re.compile(rb"[0-9],[0-9]|[0-9]\.[0-9]+\.[0-9]")
QUOTED_GROUPED = re.compile(rb'"[^"\n]*[0-9],[0-9]|[0-9]\.[0-9]+\.[0-9]')


def _parse(data: bytes, layout: _Layout, findings: Findings) -> pd.DataFrame:
    """The cells under the header, by pandas where all rows are equally wide, else by hand."""
    widths: Counter[int] = Counter()
    rows = 0
    for _, row in _rows(data, layout.separator, layout.start, layout.line):
        widths[len(row)] += 1
        rows += 1
        if rows > MOST_ROWS:
            break
    check_size(rows, layout.width)
    if data.count(b"\n", layout.start) > rows:
        _count_line_breaks(data, layout, findings)
    if set(widths) != {layout.width}:
        data, rows = _repair(data, layout, findings)
        layout = replace(layout, separator=ALONE, start=0)
    frame = _parse_fast(data, layout)
    if frame is None or len(frame) != rows:
        frame = to_frame([row for _, row in _rows(data, layout.separator, layout.start)])
    return frame


def _count_line_breaks(data: bytes, layout: _Layout, findings: Findings) -> None:
    rows = _rows(data, layout.separator, layout.start, layout.line)
    count = sum("\n" in cell for _, row in rows for cell in row)
    if count:
        findings.add("line_breaks", count=count)


def _parse_fast(data: bytes, layout: _Layout) -> pd.DataFrame | None:
    """All cells by pandas' C parser: columns of numbers where it finds them, of text elsewhere."""
    import pandas as pd

    grouped = QUOTED_GROUPED if layout.separator == "," else GROUPED
    stream = io.BytesIO(data)
    stream.seek(layout.start)
    options: dict[str, Any] = {
        "sep": r"\s+" if layout.separator == " " else layout.separator,
        "header": None,
        "names": range(layout.width),
        "index_col": False,
        "dtype": str if grouped.search(data, layout.start) else None,
        "na_values": [""],
        "keep_default_na": False,
        "skipinitialspace": True,
        "low_memory": False,
    }
    try:
        return pd.read_csv(stream, **options)
    except (pd.errors.ParserError, ValueError, OverflowError):  # what it cannot do is done by hand
        return None


def _repair(data: bytes, layout: _Layout, findings: Findings) -> tuple[bytes, int]:
    """Rows of one width and their count: short ones filled up, titles and too long ones left out.

    DataError naming the first line that does not fit if more than a tenth would be left out.
    """
    good, short, out = 0, [], []
    stream = io.BytesIO()
    text = io.TextIOWrapper(stream, "utf-8", newline="")
    writer = csv.writer(text, delimiter=ALONE, lineterminator="\n")
    for line, row in _rows(data, layout.separator, layout.start, layout.line):
        while len(row) > layout.width and not row[-1].strip():
            row.pop()
        if len(row) > layout.width or (len(row) == 1 < layout.width):
            out.append((line, len(row)))
            continue
        if len(row) < layout.width:
            short.append(line)
        writer.writerow(row + [""] * (layout.width - len(row)))
        good += 1
    if len(out) > max(1, good // 10):
        line, cells = out[0]
        raise DataError("intake.ragged", line=line, cells=cells, width=layout.width)
    if out:
        findings.add("left_out", count=len(out), line=out[0][0])
    if short:
        findings.add("short", count=len(short), line=short[0])
    text.flush()
    return stream.getvalue(), good


def to_frame(rows: Rows) -> pd.DataFrame:
    """Rows of one width as columns of objects."""
    import pandas as pd

    columns = dict(enumerate(zip(*rows, strict=True)))
    return pd.DataFrame({k: pd.Series(column, dtype=object) for k, column in columns.items()})


def _pad_names(layout: _Layout, frame: pd.DataFrame, findings: Findings) -> list[str]:
    """As many names as columns. R leaves out the first, a separator at line ends makes one more."""
    if layout.names is None:
        return [""] * layout.width
    lacking = layout.width - len(layout.names)
    if frame.iloc[:, len(layout.names) :].isna().all(axis=None):
        return layout.names + [""] * lacking
    labels = frame[0].iloc[:200].astype(str)
    if lacking > 1 or (layout.separator not in " \t" and labels.map(is_value).any()):
        raise DataError("intake.header", names=len(layout.names), cells=layout.width)
    findings.add("shifted_header")
    return ["", *layout.names]
