"""Numbers as a person reads and types them.

Shown: four significant digits, a real minus sign, no e-notation. Typed: plain decimals.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import ROUND_DOWN, Decimal, localcontext

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


def below(value: float, digits: int = 4) -> str:
    """`value` cut, not rounded, to `digits` significant digits: a limit stays below itself."""
    if not math.isfinite(value) or value == 0:
        return plain(value, digits)
    with localcontext() as context:
        context.prec, context.rounding = digits, ROUND_DOWN
        # Through the shortest decimal that tells the number: 0.3 is not 0.2999.
        return plain(float(+Decimal(repr(float(value)))), digits)


def above(value: float, limit: float, digits: int = 4) -> str:
    """`value` with as many digits as tell it from the `limit` below it, written by `below`."""
    shown = below(limit, digits)
    return next((text for n in range(digits, 17) if (text := plain(value, n)) != shown), shown)


def about(value: float) -> str:
    """A large count with two significant digits: 2,200."""
    rounded = float(f"{value:.2g}")
    return f"{int(rounded):,}" if rounded < 1e7 else plain(rounded, 2)


def percent(share: float) -> str:
    """A share as a number of per cents, cut and not rounded: nothing is shown as all."""
    return below(100 * share, 3 if share >= 1 else 2)


_TYPED = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def typed(text: str) -> float:
    """The ordinary number that was typed; full-width digits and a real minus sign are read.

    Raises ValueError for anything else, also for what only Python takes for a number: 1_000, nan.
    """
    plain_text = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    if not _TYPED.fullmatch(plain_text) or math.isinf(value := float(plain_text)):
        raise ValueError(text[:20])
    return value
