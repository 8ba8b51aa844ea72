"""A pitfall: a short program that surprises, and the same program repaired."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Pitfall:
    """A program that surprises, and the same program repaired.

    backend: `tensorflow` or `torch`. Both programs print what they find.
    """

    name: str
    backend: str
    program: str
    repaired: str

    def code(self, repaired: bool) -> str:
        return textwrap.dedent(self.repaired if repaired else self.program).strip()
