"""Text of any encoding becomes UTF-8; whatever is not UTF-8 is named in a note."""

from __future__ import annotations

import codecs
import re
from itertools import islice

import numpy as np

from gdcore.data.intake.tables import Findings
from gdcore.words.texts import DataError

BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# What western European text is made of, apart from ASCII: letters with accents, units, €, ’ and –.
WESTERN = {*range(0xC0, 0x100), *"°µ²³±·º®".encode("latin-1"), 0x80, 0x92, 0x96}
SHOWN_AS = {"cp950": "Big5", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


def to_utf8(content: bytes, name: str, findings: Findings) -> bytes:
    """The same text in UTF-8 without a byte order mark. DataError for what is not text."""
    encoding = next((e for mark, e in BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    if encoding is None and b"\0" in content:
        encoding = _utf16(content)
        if encoding is None:
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


def _utf16(content: bytes) -> str | None:
    """The byte order of UTF-16 without its mark: separators and digits are zero in one half."""
    sample = np.frombuffer(content[:20_000][: len(content) // 2 * 2], np.uint8)
    even, odd = (float(np.mean(sample[start::2] == 0)) for start in (0, 1))
    encoding = "utf-16-le" if odd > 0.3 and even < 0.01 else "utf-16-be"
    if encoding == "utf-16-be" and not (even > 0.3 and odd < 0.01):
        return None
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    # What is a picture or a program in truth has control characters.
    return None if re.search(r"[\x00-\x08\x0e-\x1f]", text[:10_000]) else encoding


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
