"""All programs for what a page shows: one for each framework, and one that calls gdcore."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gdcore.backends import BACKENDS, installed
from gdcore.export.descents import native_descent
from gdcore.export.environment import existing_template
from gdcore.export.fits import native_fit, unplain
from gdcore.export.scripts import Columns, descend_script, fit_script
from gdcore.export.taking import Untold
from gdcore.words.texts import Sentence

LIBRARY = "gdcore"


@dataclass(frozen=True)
class Programs:
    """The programs by what they are written in, that of the page's own framework first.

    why: what has to be said where that framework has none.
    """

    codes: Mapping[str, str]
    why: Sentence | None = None

    @property
    def library(self) -> str:
        """The one that calls gdcore; it is always there."""
        return self.codes[LIBRARY]


def title(name: str) -> str:
    """What a program is called on a page."""
    return BACKENDS[name].title if name in BACKENDS else name


def of_descent(call: Mapping[str, Any]) -> Programs:
    """The programs of a descent; call: the arguments of `gd.descend`."""

    def native(framework: str) -> str:
        return native_descent(call, framework)

    return _gathered("descend", call, descend_script(call), native)


def of_fit(data: Mapping[str, Any] | Columns, call: Mapping[str, Any]) -> Programs:
    """The programs of a regression; data, call: as in `fit_script`."""
    library = fit_script(data, call)
    why = unplain(data, call)
    if why:
        return Programs({LIBRARY: library}, why)

    def native(framework: str) -> str:
        return native_fit(data, call, framework)

    return _gathered("fit", call, library, native)


def _gathered(
    kind: str, call: Mapping[str, Any], library: str, native: Callable[[str], str]
) -> Programs:
    mine = call.get("backend", "numpy")
    others = [one.name for one in installed() if one.name != mine]
    frameworks = [name for name in (mine, *others) if existing_template(f"{kind}/{name}.py.j2")]
    try:
        codes = {name: native(name) for name in frameworks}
    except Untold:
        return Programs({LIBRARY: library}, Sentence("programs.untold"))
    if mine not in codes:
        why = Sentence("programs.no_template", {"name": title(mine)})
        return Programs({LIBRARY: library} | codes, why)
    return Programs(codes | {LIBRARY: library})
