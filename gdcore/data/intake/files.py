"""Which kind of file it is, by its content rather than by its name alone."""

from __future__ import annotations

import codecs
import math

from gdcore.data.intake.binary import read_parquet, read_workbook
from gdcore.data.intake.delimited import read_delimited
from gdcore.data.intake.encodings import to_utf8
from gdcore.data.intake.tables import MOST_BYTES, Findings, Table
from gdcore.words.texts import DataError

REFUSED = {
    b"%PDF": "intake.pdf",
    b"\x89PNG": "intake.image",
    b"\xff\xd8\xff": "intake.image",
    b"GIF8": "intake.image",
    b"II*\0": "intake.image",
    b"MM\0*": "intake.image",
    b"\x1f\x8b": "intake.archive",
    b"7z\xbc\xaf": "intake.archive",
    b"Rar!": "intake.archive",
    b"\xfd7zXZ": "intake.archive",
    b"BZh9": "intake.archive",
    b"\x28\xb5\x2f\xfd": "intake.archive",
    b"\xd0\xcf\x11\xe0": "intake.old_workbook",
}


def _too_large(size: int) -> DataError:
    # Rounded up: what is too large by a byte does not read as just fitting.
    megabytes = math.ceil(10 * size / 2**20) / 10
    return DataError("intake.too_large", size=megabytes, most=MOST_BYTES >> 20)


def read_file(content: bytes, name: str) -> Table:
    """The table in an uploaded file. Decided by content: the name serves in messages only.

    Raises DataError for everything that is not CSV, XLSX or Parquet, or is too large.
    """
    if len(content) > MOST_BYTES:
        raise DataError(
            "intake.too_large",
            size=math.ceil(10 * len(content) / 2**20) / 10,
            most=MOST_BYTES >> 20,
        )
    for start, key in REFUSED.items():
        if content.startswith(start):
            raise DataError(key, name=name)
    if content.startswith(b"PK\x03\x04") or content.startswith(b"PK\x05\x06"):
        return read_workbook(content, name)
    if content.startswith(b"PAR1") and b"\0" in content:
        return read_parquet(content, name)
    findings = Findings()
    return read_delimited(to_utf8(content, name, findings), name, findings)


def read_text(text: str) -> Table:
    """The table in pasted text: tabs from a spreadsheet, commas, semicolons, bars or spaces."""
    content = text.encode("utf-8", errors="replace")
    if len(content) > MOST_BYTES:
        raise DataError(
            "intake.too_large",
            size=math.ceil(10 * len(content) / 2**20) / 10,
            most=MOST_BYTES >> 20,
        )
    return read_delimited(content.removeprefix(codecs.BOM_UTF8), "", Findings())
