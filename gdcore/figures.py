"""Numbers as a person reads and types them.

Shown: four significant digits, a real minus sign, no e-notation. Typed: plain decimals.
"""

from __future__ import annotations

import math
import re
import unicodedata

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def plain(value: float, digits: int = 4) -> str:
    """`value` with `digits` significant digits: −2.048, 1.2×10⁻⁷, ∞."""
    value = float(value) + 0.0  # there is no minus zero in a lesson
    if math.isnan(value):
        return "—"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}×10{str(int(exponent)).translate(_RAISED)}"
    return text.replace("-", "−")


def bracketed(value: float, digits: int = 4) -> str:
    """The same, in brackets where a minus sign would stand after another sign."""
    text = plain(value, digits)
    return f"({text})" if text.startswith("−") else text


_TYPED = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def typed(text: str) -> float:
    """The ordinary number that was typed; full-width digits and a real minus sign are read.

    Raises ValueError for anything else, also for what only Python takes for a number: 1_000, nan.
    """
    plain_text = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    if not _TYPED.fullmatch(plain_text) or math.isinf(value := float(plain_text)):
        raise ValueError(text[:20])
    return value
