"""Tables in words: their columns come with stable keys, and each gets a heading of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Worded = dict[str, str]


def headed(rows: Sequence[Mapping[str, str]], heads: Mapping[str, str]) -> list[Worded]:
    """The rows under their headings, in the order of `heads`; a column that no row has is left out.

    rows: cells by the column's key. heads: what the columns are called. Of columns that are called
    the same, in some language or because a feature is, the later ones are counted: (2), (3) …
    """
    kept = [key for key in heads if any(key in row for row in rows)]
    titles: dict[str, str] = {}
    for key in kept:
        title, count = heads[key], 1
        while title in titles.values():
            count += 1
            title = f"{heads[key]} ({count})"
        titles[key] = title
    return [{titles[key]: row.get(key, "") for key in kept} for row in rows]
