"""Numbers as a person reads them; limits are cut and never rounded over themselves."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdcore.words.figures import about, below, percent, plain


def number(text):
    """What a written number says, exactly."""
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
    mantissa, _, exponent = text.partition("×10")
    return Fraction(mantissa.translate(raised)) * Fraction(10) ** int(
        exponent.translate(raised) or 0
    )


@given(st.floats(1e-300, 1e300), st.integers(2, 6))
def test_a_limit_is_never_rounded_over_itself(value, digits):
    shown = number(below(value, digits))
    assert shown <= Fraction(value) or shown == Fraction(repr(value))
    assert shown > Fraction(value) * (1 - Fraction(10) ** (1 - digits))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.27969, "0.2796"),
        (1.0, "1"),
        (0.3, "0.3"),
        (2 / 3, "0.6666"),
        (0.99999999, "0.9999"),
        (1e-7 / 3, "3.333×10⁻⁸"),
    ],
)
def test_limits_read_as_they_should(value, text):
    assert below(value) == text


def test_what_is_short_stays_as_it_is():
    assert [below(value) for value in (0.1, 25.0, 1e6)] == [plain(v) for v in (0.1, 25.0, 1e6)]


def test_counts_and_shares_are_round_figures():
    assert [about(v) for v in (78.4, 2187.0, 149_999.0, 1.1e7)] == [
        "78",
        "2,200",
        "150,000",
        "1.1×10⁷",
    ]
    assert [percent(v) for v in (1.0, 0.9999, 0.0489, 0.00012)] == ["100", "99", "4.8", "0.012"]
