"""What each framework calls the functions of a formula, and the definitions of those it lacks.

Both come from the records of the functions: a script says what runs here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from gdcore.export.layout import Code
from gdcore.formula.engines import definitions, modules_named, spelling


@dataclass(frozen=True)
class Helper:
    """A function that a script defines. value: an expression, else there are lines."""

    name: Code
    parameters: tuple[Code, ...]
    value: Code
    lines: tuple[Code, ...]


@dataclass(frozen=True)
class Dialect:
    """engine: the name under which records hold words."""

    engine: str

    @property
    def functions(self) -> dict[str, str]:
        """Our name -> the script's, of every function and constant."""
        return spelling(self.engine)

    def helpers(self, sources: Iterable[str]) -> list[Helper]:
        """What the sources call and the framework lacks."""
        return [
            Helper(
                Code(one.name),
                tuple(map(Code, one.parameters)),
                Code(one.body),
                tuple(map(Code, one.lines)),
            )
            for one in definitions(self.engine, sources)
        ]


def imports(sources: Iterable[str], helpers: Iterable[Helper]) -> dict[str, list[Code]]:
    """What a script imports beside its framework: modules of Python's own, and libraries."""
    names = modules_named([*sources, *(one.value for one in helpers)])
    return {
        "standard": [Code(name) for name in names if name in sys.stdlib_module_names],
        "libraries": [Code(name) for name in names if name not in sys.stdlib_module_names],
    }


DIALECTS: dict[str, Dialect] = {
    name: Dialect(name) for name in ("tensorflow", "torch", "jax", "numpy")
}
COMPLEX = Dialect("complex")
