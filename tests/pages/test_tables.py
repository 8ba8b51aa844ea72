"""Tables in words: no translation, and no name of a feature, can merge two columns."""

import pytest

from gdcore.ui.tables import headed

ROWS = [{"a": "1", "b": "2"}, {"b": "3", "c": "4"}]


@pytest.mark.parametrize(
    "heads",
    [
        {"a": "A", "b": "B", "c": "C"},
        {"a": "same", "b": "same", "c": "same"},
        {"a": "x", "b": "x", "c": "x (2)"},
        {"a": "", "b": "", "c": ""},
    ],
    ids=str,
)
def test_every_column_keeps_its_cells_whatever_it_is_called(heads):
    rows = headed(ROWS, heads)
    assert [list(row.values()) for row in rows] == [["1", "2", ""], ["", "3", "4"]]
    assert len(rows[0]) == 3
    assert next(iter(rows[0])) == heads["a"]


def test_columns_stand_in_the_order_of_their_headings_and_empty_ones_are_left_out():
    rows = headed(ROWS, {"c": "C", "none": "N", "a": "A", "b": "B"})
    assert list(rows[0]) == ["C", "A", "B"]
