"""What is on the screen as a script that runs: nothing a person sees here is locked in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gdcore.export.dialects import DIALECTS, imports
from gdcore.export.environment import render
from gdcore.export.layout import Code
from gdcore.export.naming import free, renamed, taken, with_names
from gdcore.export.sharing import shared_steps
from gdcore.export.sources import source, too_long, with_tensors
from gdcore.formula import Formula

__all__ = ["DIALECTS", "Columns", "descend_script", "differentiate_script", "fit_script"]


@dataclass(frozen=True)
class Columns:
    """Which columns of a table are fitted. built_in: its name in `gd.datasets.BUILT_IN`, or None
    for a file of the reader's own. missing: as in `gd.intake.prepare`."""

    target: str
    features: tuple[str, ...]
    missing: str = "drop"
    built_in: str | None = None


def differentiate_script(
    formula: Formula,
    at: Mapping[str, float],
    backend: str,
    dtype: str,
    partials: tuple[Formula, ...] = (),
) -> str:
    """The framework's own code for value and gradient of exactly this formula.

    partials: the derivatives by calculus, for NumPy, which has no automatic differentiation.
    """
    dialect = DIALECTS[backend]
    spelling = dialect.functions
    names = renamed(formula.names)
    trees = [with_tensors(with_names(part.tree, names)) for part in (formula, *partials)]
    others = taken() | set(names.values())
    result = next((name for name in ("y", "loss", "value") if name not in others), "value")
    steps: list[tuple[Code, Code]] = []
    if any(too_long(tree, spelling) for tree in trees[1:]):
        steps, trees[1:] = shared_steps(trees[1:], spelling, others | {result})
    sources = [source(tree, spelling) for tree in trees]
    written = [*sources, *(step for _, step in steps)]
    helpers = dialect.helpers(written)
    return render(
        f"differentiate/{backend}.py.j2",
        dtype=Code(dtype),
        constants=any("tensor(" in one for one in written),
        helpers=helpers,
        names=list(names.values()),
        point=[(names[name], float(at[name])) for name in formula.names],
        result=free(result, others),
        value=sources[0],
        steps=steps,
        partials=sources[1:],
        **imports(written, helpers),
    )


def descend_script(call: Mapping[str, Any]) -> str:
    """A script that repeats a descent with gdcore; `call` are the arguments of `descend`."""
    return render("descend/gdcore.py.j2", arguments=_arguments(call))


def fit_script(data: Mapping[str, Any] | Columns, call: Mapping[str, Any]) -> str:
    """A script that repeats a regression with gdcore.

    data: the arguments of `make_regression`, or the columns of a table.
    """
    table = data if isinstance(data, Columns) else None
    sample = {} if isinstance(data, Columns) else _arguments(data)
    return render("fit/gdcore.py.j2", table=table, sample=sample, arguments=_arguments(call))


def _arguments(call: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments that a script is to repeat: the one place that knows their form."""
    return dict(call)
