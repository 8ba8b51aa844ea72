"""The one table of operations: every function of formulas by its name, and the operators.

To add a function, add a record to one of the three files below. It can then be typed; its value,
its derivative, its LaTeX, the judge's fifty digits and every exported script follow from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from gdcore.formula.arithmetic import ARITHMETIC, STAND_INS
from gdcore.formula.elementary import CIRCULAR, HYPERBOLIC, POWERS
from gdcore.formula.learned import KINKED, LEARNED, PLANE
from gdcore.formula.operation import Operation
from gdcore.formula.tree import Number

FUNCTIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (*CIRCULAR, *HYPERBOLIC, *POWERS, *KINKED, *PLANE, *LEARNED)
}


def find(name: str) -> Operation | None:
    """The record of a function, an operator or a stand-in, if there is one."""
    return FUNCTIONS.get(name) or ARITHMETIC.get(name) or STAND_INS.get(name)


def operation(name: str) -> Operation:
    """The record of a function, an operator or a stand-in."""
    return FUNCTIONS.get(name) or ARITHMETIC.get(name) or STAND_INS[name]


class _Aliases(Mapping[str, str]):
    """The other names of the functions there are, each with the name of its record."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[Operation, ...], dict[str, str]] = ((), {})

    def _now(self) -> dict[str, str]:
        records = tuple(FUNCTIONS.values())
        if self._kept[0] != records:
            aliases = {alias: record.name for record in records for alias in record.aliases}
            self._kept = (records, aliases)
        return self._kept[1]

    def __getitem__(self, alias: str) -> str:
        return self._now()[alias]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())


ALIASES: Mapping[str, str] = _Aliases()
CONSTANTS = {"pi": Number(math.pi, "pi"), "π": Number(math.pi, "pi"), "e": Number(math.e, "e")}
