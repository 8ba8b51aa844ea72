"""Numbers out of files and pastes as they really come; whatever is altered is said in a note."""

from gdcore.data.intake.files import read_file, read_text
from gdcore.data.intake.preparing import from_data, prepare
from gdcore.data.intake.tables import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_UNPACKED,
    Note,
    Prepared,
    Table,
)

__all__ = [
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "MOST_UNPACKED",
    "Note",
    "Prepared",
    "Table",
    "from_data",
    "prepare",
    "read_file",
    "read_text",
]
