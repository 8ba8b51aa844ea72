"""A linear regression as a program of one framework, which runs without gdcore."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from gdcore.data import datasets, intake
from gdcore.data.datasets import BUILT_IN
from gdcore.export.descents import surroundings
from gdcore.export.dialects import DIALECTS
from gdcore.export.environment import existing_template, render
from gdcore.export.layout import identifier
from gdcore.export.naming import renamed, reserved
from gdcore.export.scripts import Columns
from gdcore.export.taking import Taker
from gdcore.models import fitting, reference
from gdcore.models.fitting import fit_linear
from gdcore.models.losses import LOSSES, PENALTIES
from gdcore.rules.method import Method
from gdcore.words.texts import Sentence

# Numbers of a table that a program holds itself.
MOST_NUMBERS = 1_000
# Tables kept as they were prepared.
MOST_TABLES = 16


def unplain(data: Mapping[str, Any] | Columns, call: Mapping[str, Any]) -> Sentence | None:
    """Why there is a program with gdcore only, None where there are others."""
    if isinstance(data, Columns):
        if data.built_in not in BUILT_IN:
            return Sentence("programs.own_table")
        if not _loader(data) and _prepared(data).X.size + len(_prepared(data).y) > MOST_NUMBERS:
            return Sentence("programs.large_table", {"most": MOST_NUMBERS})
    if call.get("patience"):
        return Sentence("programs.early_stopping")
    return Sentence("programs.closed_form") if call.get("closed_form") else None


def native_fit(data: Mapping[str, Any] | Columns, call: Mapping[str, Any], framework: str) -> str:
    """The program of one framework for what is not `unplain`. data, call: as in `fit_script`.

    Raises Untold where a record's function cannot stand in a program.
    """
    asked = inspect.signature(fit_linear).bind_partial(**call)
    asked.apply_defaults()
    given = dict(asked.arguments)
    own = set(inspect.signature(Method.of).parameters) - {"hyperparameters"}
    method = Method.of(
        **{name: given[name] for name in own if name in given}, **given["hyperparameters"]
    )
    return render(f"fit/{framework}.py.j2", **_values(data, given, method, framework))


def _values(
    data: Mapping[str, Any] | Columns, given: Mapping[str, Any], method: Method, framework: str
) -> dict[str, Any]:
    samples = _table(data) if isinstance(data, Columns) else _generated(data)
    count, features = samples.pop("shape")
    rows = count - math.ceil(given["test"] * count)
    size = given["batch_size"]
    batch_size = size if size is not None and size < rows else None
    standardise = given["scaling"] == "standardise"

    dialect, record = DIALECTS[framework], LOSSES[given["loss"]]
    active = [name for name in PENALTIES if given[name]]
    knobs = [knob.name for knob in record.knobs]
    operations = dialect.functions | {"mean": "average"}
    taker = Taker(operations, reserved=reserved())
    taker.take(record.each, "each")
    for name in active:
        taker.take(PENALTIES[name].value, f"{name}_value")
    written = [one.code for one in taker.taken]
    helpers = dialect.helpers(written)
    if framework == "numpy":
        taker.take(record.slope, "each_slope")
        for name in active:
            taker.take(PENALTIES[name].slope, f"{name}_slope")
    if samples["outliers"]:
        taker.take(datasets._with_outliers, "with_outliers")
    if standardise:
        taker.take(reference.mean, "mean")
        taker.take(reference.spread, "spread")
    if batch_size:
        taker.take(fitting.batch_rows, "batch_rows")
    names = renamed([*knobs, *active])
    values = {knob.name: knob.default for knob in record.knobs}
    values |= {name: given[name] for name in (*knobs, *active) if given.get(name) is not None}
    values |= dict(given["loss_knobs"] or {})
    return (
        samples
        | surroundings(method, written, helpers, taker)
        | {
            "start": _start(given["start"], features),
            "test": given["test"],
            "seed": given["seed"],
            "shuffle": given["shuffle"],
            "epochs": given["epochs"],
            "batch_size": batch_size,
            "standardise": standardise,
            "factor": record.factor,
            "loss_knobs": [names[name] for name in knobs],
            "numbers": [(names[name], float(values[name])) for name in names],
            "penalties": [
                {
                    "strength": names[name],
                    "value": identifier(f"{name}_value"),
                    "slope": identifier(f"{name}_slope"),
                }
                for name in active
            ],
        }
    )


def _start(start: Any, features: int) -> list[list[float]]:
    """The weights (k+1, 1)."""
    return [[0.0]] * (features + 1) if start is None else [[float(one)] for one in start]


_NO_TABLE = {"sample": None, "loader": None, "table": None, "outliers": 0.0}


def _generated(given: Mapping[str, Any]) -> dict[str, Any]:
    """The call of scikit-learn's `make_regression` that our own makes."""
    asked = inspect.signature(datasets.make_regression).bind(**given)
    asked.apply_defaults()
    own = asked.arguments
    features, informative = own["n_features"], own["informative"]
    sample = {
        "n_samples": own["n_samples"],
        "n_features": features,
        "n_informative": features if informative is None else informative,
        "effective_rank": own["effective_rank"],
        "noise": own["noise"],
        "bias": own["bias"],
        "random_state": own["seed"],
    }
    shape = own["n_samples"], features
    return _NO_TABLE | {"sample": sample, "outliers": own["outliers"], "shape": shape}


def _table(columns: Columns) -> dict[str, Any]:
    """A table that comes along: who loads it, or its numbers."""
    table = _prepared(columns)
    return _NO_TABLE | {
        "loader": _loader(columns),
        "table": columns.built_in,
        "features": list(table.features),
        "target": table.target,
        "X": table.X,
        "y": table.y,
        "shape": table.X.shape,
    }


@lru_cache(MOST_TABLES)
def _prepared(columns: Columns) -> intake.Prepared:
    """The chosen columns of a table that comes along."""
    assert columns.built_in is not None
    table = intake.from_data(BUILT_IN[columns.built_in].load())
    return intake.prepare(table, columns.target, columns.features, columns.missing)


def _loader(columns: Columns) -> str | None:
    """The template of another library's own table, if there is one."""
    return existing_template(f"partials/tables/{columns.built_in}.py.j2")
