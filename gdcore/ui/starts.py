"""Where a page begins to descend: at the chosen start, or inside the formula's domain, and says so.

What was chosen stays in its slider and in the link: the same link gives the same screen.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from gdcore.formula import Formula
from gdcore.ground.domain import Box, sight, start_inside
from gdcore.ui.language import literal, t
from gdcore.words.figures import plain


class Ground:
    """A formula over its variables, the box that is looked at, and the starts moved into it.

    box holds every start that was asked for. Raises FormulaError where the formula has no value
    anywhere.
    """

    def __init__(
        self,
        formula: Formula,
        names: Sequence[str],
        chosen: Sequence[float],
        domain: Box,
        dtype: str = "float64",
    ):
        self.formula, self.names, self.dtype = formula, tuple(names), dtype
        self._domain = domain
        self._moved: dict[str, str] = {}
        self.start = self.inside(chosen)
        self.box = sight(formula, names, domain, tuple(self.start.values()))

    def inside(self, chosen: Sequence[float]) -> dict[str, float]:
        """The start as it can be used, by variable; a moved one is told by `say`."""
        moved = start_inside(self.formula, self.names, chosen, self._domain, self.dtype)
        if moved != tuple(map(float, chosen)):
            self._moved[self._place(chosen)] = self._place(moved)
        return dict(zip(self.names, moved, strict=True))

    def hold(self, starts: Sequence[Sequence[float]]) -> None:
        """Widens the box to hold further starts."""
        for start in starts:
            self.box = tuple(
                (float(min(low, at)), float(max(high, at)))
                for (low, high), at in zip(self.box, start, strict=True)
            )

    def _place(self, point: Sequence[float]) -> str:
        return ", ".join(f"{n} = {plain(v)}" for n, v in zip(self.names, point, strict=True))

    def say(self) -> None:
        """A sentence for every start that was moved."""
        for place, start in self._moved.items():
            values = {"formula": self.formula.text.strip(), "place": place, "start": start}
            st.info(literal(t("ui.moved_start", **values)))
