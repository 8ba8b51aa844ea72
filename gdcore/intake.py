"""Numbers out of files and pastes as they really come; whatever is altered is said in a note."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np

from gdcore.texts import DataError, Problem, say

if TYPE_CHECKING:
    import pandas as pd

    from gdcore.datasets import Data

MOST_BYTES = 200 * 2**20
MOST_ROWS = 1_000_000
MOST_COLUMNS = 500
MOST_CELLS = 50_000_000  # 400 MB of numbers
MOST_UNPACKED = 500 * 2**20  # what a workbook or Parquet file may unpack to

Rows = list[list[Any]]

# --- What a reader gets -------------------------------------------------------------------------


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
        return tuple(str(name) for name in columns if _varies(self.frame[name].to_numpy()))


@dataclass(frozen=True)
class Prepared:
    """X (n, k) and y (n,), finite float64; rows (n,) are their row numbers in the table."""

    X: np.ndarray
    y: np.ndarray
    features: tuple[str, ...]
    target: str
    rows: np.ndarray
    notes: tuple[Note, ...] = ()


class _Findings:
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


# --- Which kind of file -------------------------------------------------------------------------

REFUSED = {
    b"%PDF": "intake.pdf",
    b"\x89PNG": "intake.image", b"\xff\xd8\xff": "intake.image", b"GIF8": "intake.image",
    b"II*\0": "intake.image", b"MM\0*": "intake.image",
    b"\x1f\x8b": "intake.archive", b"7z\xbc\xaf": "intake.archive", b"Rar!": "intake.archive",
    b"\xfd7zXZ": "intake.archive", b"BZh9": "intake.archive", b"\x28\xb5\x2f\xfd": "intake.archive",
    b"\xd0\xcf\x11\xe0": "intake.old_workbook",
}  # fmt: skip
MARKUP = re.compile(rb"\s*<[!?a-zA-Z]")
JSON = re.compile(rb"""\s*(\{\s*["}]|\[\s*[\[{"\]0-9-])""")


def read_file(content: bytes, name: str) -> Table:
    """The table in an uploaded file. Decided by content: the name serves in messages only.

    Raises DataError for everything that is not CSV, XLSX or Parquet, or is too large.
    """
    if len(content) > MOST_BYTES:
        raise DataError("intake.too_large", size=len(content) / 2**20, most=MOST_BYTES >> 20)
    for start, key in REFUSED.items():
        if content.startswith(start):
            raise DataError(key, name=name)
    if content.startswith(b"PK\x03\x04") or content.startswith(b"PK\x05\x06"):
        return _read_workbook(content, name)
    if content.startswith(b"PAR1") and b"\0" in content:
        return _read_parquet(content, name)
    findings = _Findings()
    return _read_delimited(_to_utf8(content, name, findings), name, findings)


def read_text(text: str) -> Table:
    """The table in pasted text: tabs from a spreadsheet, commas, semicolons, bars or spaces."""
    content = text.encode("utf-8", errors="replace")
    if len(content) > MOST_BYTES:
        raise DataError("intake.too_large", size=len(content) / 2**20, most=MOST_BYTES >> 20)
    return _read_delimited(content.removeprefix(codecs.BOM_UTF8), "", _Findings())


def _check_size(rows: int, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise DataError("intake.too_many_columns", columns=columns, most=MOST_COLUMNS)
    if rows > MOST_ROWS:
        raise DataError("intake.too_many_rows", most=MOST_ROWS)
    if rows * columns > MOST_CELLS:
        raise DataError("intake.too_many_cells", cells=rows * columns, most=MOST_CELLS)


# --- Encodings ----------------------------------------------------------------------------------

BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# What western European text is made of, apart from ASCII: letters with accents, units, €, ’ and –.
WESTERN = {*range(0xC0, 0x100), *"°µ²³±·º®".encode("latin-1"), 0x80, 0x92, 0x96}
SHOWN_AS = {"cp950": "Big5", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


def _to_utf8(content: bytes, name: str, findings: _Findings) -> bytes:
    """The same text in UTF-8 without a byte order mark. DataError for what is not text."""
    encoding = next((e for mark, e in BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    if encoding is None and b"\0" in content:
        raise DataError("intake.binary", name=name)
    try:
        if encoding is None:
            content = content.removeprefix(codecs.BOM_UTF8)
            content.decode("utf-8")
            return content
    except UnicodeDecodeError:
        encoding = _guess_encoding(content, name)
    try:
        text = content.decode(encoding).removeprefix("\ufeff").encode("utf-8")
    except (UnicodeError, LookupError) as error:
        raise DataError("intake.encoding", name=name) from error
    shown = SHOWN_AS.get(encoding, encoding.upper().replace("_", "-"))
    findings.add("encoding_note", encoding=shown)
    return text


def _guess_encoding(content: bytes, name: str) -> str:
    foreign = re.findall(rb"[^\n]*[\x80-\xff][^\n]*", content)
    sample = b"\n".join(islice(foreign, 500))[:50_000].rpartition(b"\n")[0] or foreign[0][:50_000]
    if _is_western(sample):
        return "cp1252"
    if _is_big5(content):
        return "cp950"
    from charset_normalizer import from_bytes  # late: seldom needed

    best = from_bytes(sample).best()
    if best is None:
        raise DataError("intake.encoding", name=name)
    return best.encoding


def _is_western(text: bytes) -> bool:
    """Whether most letters with an accent stand alone. °C and ál would pass for Chinese too."""
    runs = re.findall(rb"[\x80-\xff]+", text)
    return set(b"".join(runs)) <= WESTERN and 2 * sum(len(run) == 1 for run in runs) >= len(runs)


def _is_big5(content: bytes) -> bool:
    """Whether the text reads as Big5, mostly in its frequent characters.

    Other texts may happen to be valid Big5 too, but of rare characters.
    """
    try:
        text = content.decode("cp950")
    except UnicodeDecodeError:
        return False
    pairs = "".join(re.findall(r"[^\x00-\x7f]+", text)[:10_000]).encode("cp950", "ignore")
    leads = np.frombuffer(pairs, np.uint8)[::2]
    return bool(np.mean(leads <= 0xC6) >= 0.7)  # up to 0xC6: punctuation and frequent characters


# --- Rows of text -------------------------------------------------------------------------------

CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r")) + b"\x7f"
ALONE = "\x1f"  # separates nothing: control characters are refused beforehand
END = "\x1e"
SEPARATORS = ("\t", ";", "|", ",", "，", "；", "、", " ", ALONE)  # the earlier wins a draw
SPREADSHEET_ERRORS = ("#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!")
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


def _read_delimited(data: bytes, name: str, findings: _Findings) -> Table:
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
    return _to_table(frame, _pad_names(layout, frame, findings), layout.separator, findings)


def _without_comments(data: bytes, findings: _Findings) -> tuple[bytes, list[str]]:
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
        numbers = sum(map(_is_value, cells)) / len(cells)
        if separator == ALONE and (numbers < 1 or _has_separator(rows[0][0])):
            numbers = 0.0  # one column is the answer for want of a better
        score = widths[width] / len(rows) * (0.5 + numbers)
        if score > best:
            best, chosen = score, separator
    return chosen


def _has_separator(line: str) -> bool:
    return not _is_value(line) and any(sign in line for sign in SEPARATORS[:-2])


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


def _find_layout(data: bytes, separator: str, remarks: list[str], findings: _Findings) -> _Layout:
    """Where the table begins, how wide it is and what its columns are called."""
    rows = _first_rows(data, separator)
    if not rows:
        raise DataError("intake.no_rows")
    width = Counter(map(len, rows[1:] or rows)).most_common(1)[0][0]
    above = _count_above(rows, width, separator)
    filled = sum(any(cell.strip() for cell in row) for row in rows[:above])
    if filled:
        findings.add("above", count=filled)
    rows = rows[above:]
    header = _is_header(rows)
    names = rows[0] if header else _names_in_remark(remarks, separator, width, findings)
    if header and len(rows[0]) > width:
        raise DataError("intake.header", names=len(rows[0]), cells=width)
    _check_size(0, width)
    start, line = 0, 1
    for number, _row in _rows(data, separator):
        above -= 1
        if above < (-1 if header else 0):
            start, line = _start_of_line(data, number), number
            break
    else:
        raise DataError("intake.no_rows")
    return _Layout(separator, width, names, start, line)


def _count_above(rows: Rows, width: int, separator: str) -> int:
    """How many of the first rows are a title or empty, not yet the table."""
    for count, row in enumerate(rows):
        filled = sum(bool(cell.strip()) for cell in row)
        after = rows[count + 1] if count + 1 < len(rows) else []
        # R writes no name over the row numbers: one name is then the header of two columns.
        complete = len(row) == width or separator in " \t"
        one_lacks = filled == width - 1 and complete and all(map(_is_value, after))
        if width < 2 or filled > 1 or one_lacks or not after:
            return count
    return 0


def _is_header(rows: Rows) -> bool:
    """Whether the first row names the columns rather than holding the first values."""
    first, body = rows[0], rows[1:]
    years = [cell for cell in first if re.fullmatch(r"(19|20)\d\d", cell.strip())]
    others = [cell for cell in first if not _is_value(cell)]
    if len(set(years)) > 1 and not any(set(row) & set(years) for row in body):
        if all(not cell.strip() or not _is_value(cell) for cell in set(first) - set(years)):
            return bool(others) or len(years) < len(first)
    if not others:
        return False
    if not any(cell.strip() and _is_value(cell) for cell in first):
        return True
    columns = zip(*(row for row in body if len(row) == len(first)), strict=True)
    return any(
        not _is_value(cell) and all(map(_is_value, column))
        for cell, column in zip(first, columns, strict=False)
    )


def _names_in_remark(
    remarks: list[str], separator: str, width: int, findings: _Findings
) -> list[str] | None:
    """The names in the last comment above the numbers, where NumPy's savetxt puts them."""
    if not remarks:
        return None
    cells = next(csv.reader(remarks[-1:], delimiter=separator, skipinitialspace=True), [])
    if len(cells) != width or any(map(_is_value, cells)):
        return None
    findings.add("names_in_comment")
    return cells


def _start_of_line(data: bytes, line: int) -> int:
    position = 0
    for _ in range(line - 1):
        position = data.index(b"\n", position) + 1
    return position


# --- From rows to columns -----------------------------------------------------------------------

# Digits around a comma, or around two points: numbers that pandas would misread or not read.
GROUPED = re.compile(rb"[0-9],[0-9]|[0-9]\.[0-9]+\.[0-9]")
QUOTED_GROUPED = re.compile(rb'"[^"\n]*[0-9],[0-9]|[0-9]\.[0-9]+\.[0-9]')


def _parse(data: bytes, layout: _Layout, findings: _Findings) -> pd.DataFrame:
    """The cells under the header, by pandas where all rows are equally wide, else by hand."""
    widths: Counter[int] = Counter()
    rows = 0
    for _, row in _rows(data, layout.separator, layout.start, layout.line):
        widths[len(row)] += 1
        rows += 1
        if rows > MOST_ROWS:
            break
    _check_size(rows, layout.width)
    if data.count(b"\n", layout.start) > rows:
        _count_line_breaks(data, layout, findings)
    if set(widths) != {layout.width}:
        data, rows = _repair(data, layout, findings)
        layout = replace(layout, separator=ALONE, start=0)
    frame = _parse_fast(data, layout)
    if frame is None or len(frame) != rows:
        frame = _to_frame([row for _, row in _rows(data, layout.separator, layout.start)])
    return frame


def _count_line_breaks(data: bytes, layout: _Layout, findings: _Findings) -> None:
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
        "header": None, "names": range(layout.width), "index_col": False,
        "dtype": str if grouped.search(data, layout.start) else None,
        "na_values": [""], "keep_default_na": False, "skipinitialspace": True,
        "low_memory": False,
    }  # fmt: skip
    try:
        return pd.read_csv(stream, **options)
    except (pd.errors.ParserError, ValueError, OverflowError):  # what it cannot do is done by hand
        return None


def _repair(data: bytes, layout: _Layout, findings: _Findings) -> tuple[bytes, int]:
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


def _to_frame(rows: Rows) -> pd.DataFrame:
    """Rows of one width as columns of objects."""
    import pandas as pd

    columns = dict(enumerate(zip(*rows, strict=True)))
    return pd.DataFrame({k: pd.Series(column, dtype=object) for k, column in columns.items()})


def _pad_names(layout: _Layout, frame: pd.DataFrame, findings: _Findings) -> list[str]:
    """As many names as columns. R leaves out the first, a separator at line ends makes one more."""
    if layout.names is None:
        return [""] * layout.width
    lacking = layout.width - len(layout.names)
    if frame.iloc[:, len(layout.names) :].isna().all(axis=None):
        return layout.names + [""] * lacking
    labels = frame[0].iloc[:200].astype(str)
    if lacking > 1 or (layout.separator not in " \t" and labels.map(_is_value).any()):
        raise DataError("intake.header", names=len(layout.names), cells=layout.width)
    findings.add("shifted_header")
    return ["", *layout.names]


# --- From columns to numbers --------------------------------------------------------------------

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


def _is_value(cell: str) -> bool:
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
            cells = cells.map(_as_text).astype("str")
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


def _as_text(cell: Any) -> Any:
    """A cell of a workbook in words. The exponent says that a number's point is a decimal point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and not cell.is_integer():
        return f"{cell!r}e0" if "e" not in repr(cell) else repr(cell)
    if isinstance(cell, float):
        return str(int(cell))
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def _to_table(
    frame: pd.DataFrame, names: Sequence[str], separator: str, findings: _Findings
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
    frame: pd.DataFrame, names: Sequence[str], findings: _Findings
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


def _unique(names: Sequence[str], findings: _Findings) -> list[str]:
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


def _from_typed(column: pd.Series, name: str, findings: _Findings) -> np.ndarray:
    """A column that was read as numbers or truth values already, as float64 (n,)."""
    if column.dtype == bool:
        findings.column("booleans", name)
    elif column.dtype.kind in "iu" and max(int(column.max()), -int(column.min())) > 2**53:
        findings.column("rounded", name)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    _count_missing(np.isnan(values), name, findings)
    return values


def _from_text(
    text: _Text, name: str, usual: str | None, separator: str, findings: _Findings
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
    text: _Text, name: str, usual: str | None, separator: str, findings: _Findings
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


def _say_why_text(text: _Text, name: str, findings: _Findings) -> None:
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


def _without_infinite(values: np.ndarray, name: str, findings: _Findings) -> np.ndarray:
    endless = np.isinf(values)
    if endless.any():
        findings.column("infinite", name, int(endless.sum()))
        values = np.where(endless, np.nan, values)
    return values


def _count_missing(absent: np.ndarray, name: str, findings: _Findings, infinite: int = 0) -> None:
    count = int(absent.sum()) - infinite
    if count:
        findings.column("missing", name, count)


# --- Workbooks and Parquet ----------------------------------------------------------------------


def _read_workbook(content: bytes, name: str) -> Table:
    """The first sheet of an .xlsx file that has data in it."""
    _check_package(content, name)
    import openpyxl  # type: ignore[import-untyped]  # late: seldom needed

    findings = _Findings()
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
            _check_size(number, last + 1)
            raise DataError("intake.too_many_cells", cells=cells, most=MOST_CELLS)
        if last >= 0:
            rows.append(list(row[: last + 1]))
    _check_size(len(rows) - 1, 0)
    return rows


def _from_sheet(rows: Rows, findings: _Findings) -> Table:
    width = max(map(len, rows))
    rows = [row + [None] * (width - len(row)) for row in rows]
    words = [["" if cell is None else _as_text(cell) for cell in row] for row in rows[:200]]
    above = _count_above(words, width, ",")
    filled = sum(any(row) for row in words[:above])
    if filled:
        findings.add("above", count=filled)
    header = _is_header(words[above:])
    names = [""] * width
    if header:
        names = [cell.removesuffix("e0") for cell in words[above]]
    else:
        findings.add("no_header", count=width)
    frame = _to_frame(rows[above + header :])
    for k in frame:  # cells that are numbers or truth values already need no reading
        kinds = {type(cell) for cell in frame[k]} - {type(None)}
        if kinds and (kinds <= {int, float} or kinds == {bool}):
            if kinds == {bool} and not frame[k].isna().any():
                frame[k] = frame[k].astype(bool)
            elif kinds != {bool}:
                frame[k] = frame[k].astype(np.float64)
    return _to_table(frame, names, ",", findings)


def _read_parquet(content: bytes, name: str) -> Table:
    """A Parquet file; its columns have types, only those of text need reading."""
    import pandas as pd
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import parquet  # type: ignore[import-untyped]

    findings = _Findings()
    try:
        file = parquet.ParquetFile(io.BytesIO(content))
        _check_size(file.metadata.num_rows, file.metadata.num_columns)
        groups = range(file.metadata.num_row_groups)
        _check_unpacked(sum(file.metadata.row_group(k).total_byte_size for k in groups))
        schema = file.schema_arrow
        flat = [
            field.name for field in schema
            if not (pa.types.is_nested(field.type) or pa.types.is_binary(field.type))
        ]  # fmt: skip
        for left in set(schema.names) - set(flat):
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
    return _to_table(frame, flat, ",", findings)


def _from_arrow(column: Any, name: str, findings: _Findings) -> Any:
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


# --- From a table to a fit ----------------------------------------------------------------------


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
    findings = _Findings()
    y = _numbers_of(table, target)
    columns = {name: _numbers_of(table, name) for name in features}
    _leave_out(columns, _varies, "constant", findings)
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
    _leave_out(columns, _varies, "constant", findings)
    for name, values in columns.items():
        columns[name] = _fill_with_mean(values, name, findings)
    _leave_out_copies(columns, target, y[rows], findings)
    if not columns:
        raise DataError("intake.no_features")
    X = np.column_stack(list(columns.values()))
    _look_for_dependence(X, tuple(columns), findings)
    if not _varies(y[rows]):
        findings.add("constant_target", column=target)
    return Prepared(X, y[rows], tuple(columns), target, rows, findings.notes())


def _numbers_of(table: Table, name: str) -> np.ndarray:
    if name not in table.frame:
        raise DataError("intake.unknown_column", column=name)
    column = table.frame[name]
    if column.dtype != np.float64:
        raise DataError("intake.not_numbers", column=name)
    return column.to_numpy()


def _varies(values: np.ndarray) -> bool:
    """Whether there are two different numbers among the values."""
    known = values[~np.isnan(values)]
    return bool(len(known) > 1 and known.min() != known.max())


def _leave_out(
    columns: dict[str, np.ndarray],
    keep: Callable[[np.ndarray], bool],
    key: str,
    findings: _Findings,
) -> None:
    for name in [name for name, values in columns.items() if not keep(values)]:
        findings.column(key, name)
        del columns[name]


def _leave_out_copies(
    columns: dict[str, np.ndarray], target: str, y: np.ndarray, findings: _Findings
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


def _fill_with_mean(values: np.ndarray, name: str, findings: _Findings) -> np.ndarray:
    absent = np.isnan(values)
    if not absent.any():
        return values
    findings.column("filled", name, int(absent.sum()))
    # In extended precision the sum of large numbers stays finite.
    return np.where(absent, float(values[~absent].mean(dtype=np.longdouble)), values)


def _look_for_dependence(X: np.ndarray, names: tuple[str, ...], findings: _Findings) -> None:
    """A note if the coefficients for X (n, k) and an intercept are not determined."""
    rows, count = X.shape
    if count + 1 > rows:
        findings.add("more_columns", features=count, rows=rows)
        return
    values, vectors = np.linalg.eigh(_correlations(X))
    # Zero up to rounding, which a matrix of products carries in the last four digits.
    free = np.abs(vectors[:, values < 1e-12 * count])
    if free.size:
        part = tuple(name for name, weights in zip(names, free, strict=True) if max(weights) > 1e-6)
        findings.add("collinear", columns=part)


def _correlations(X: np.ndarray) -> np.ndarray:
    """(k, k) correlations of the columns of X (n, k), block by block to spare memory."""
    with np.errstate(over="ignore"):
        size = np.abs(X).max(axis=0)
        centre = sum(np.sum(block / size, axis=0) for block in _blocks(X)) / len(X)
        products = sum((block / size - centre).T @ (block / size - centre) for block in _blocks(X))
    spread = np.sqrt(np.diag(products))
    spread = np.where(spread > 0, spread, 1.0)
    return products / spread[:, None] / spread


def _blocks(X: np.ndarray, rows: int = 20_000) -> Iterator[np.ndarray]:
    return (X[start : start + rows] for start in range(0, len(X), rows))
