"""The words of the records in one engine's language: as functions that run, and as source.

Both come from the same text. An engine is a name under which records hold words: a backend's own
(`numpy`, `torch`, …), `complex` for the complex step, or `mpmath`. No framework is imported here:
whoever runs the words brings the modules that they are to find.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdcore.formula.arithmetic import ARITHMETIC, PYTHON, STAND_INS
from gdcore.formula.functions import FUNCTIONS, operation
from gdcore.formula.operation import Operation
from gdcore.formula.tree import Call, Node, Number, Variable, variables
from gdcore.formula.writing import to_source

# What NumPy's words may name.
NUMPY: dict[str, Any] = {"np": np, "math": math, "functools": functools}
_NAME = re.compile(r"[A-Za-z_][\w.]*")
# How an engine writes the constants; the others use Python's own.
_CONSTANTS = {"numpy": "np", "complex": "np", "jax": "jnp"}
# Definitions for the complex step stand beside Python's own max and abs, which they use.
_PREFIXES = {"complex": "c_"}
# Slow to import: only for whoever calls a function whose words name it.
_LATE = "scipy.special"
_BESIDE = ("functools", "math", _LATE)


def own_words(record: Operation, engine: str) -> str:
    """The words that a record holds for an engine; none where only its meaning says what it is."""
    if engine == "complex" and engine not in record.words and record.meaning is None:
        engine = "numpy"  # NumPy's functions take complex numbers as well
    return record.words.get(engine, "")


def word(record: Operation, engine: str) -> str:
    """The record's value in an engine's words: its own, or what its meaning is in them."""
    if own := own_words(record, engine):
        return own
    if record.meaning is None or engine == "mpmath":  # whose digits pass through no float64
        raise LookupError(f"{record.name} has no words for {engine}")
    arguments = [Variable(name) for name in record.parameters]
    return to_source(_folded(record.meaning(*arguments)), spelling(engine))


def _folded(node: Node) -> Node:
    """The tree with every function of plain numbers, such as √2, as one number."""
    if not isinstance(node, Call):
        return node
    if variables(node):
        return Call(node.function, tuple(map(_folded, node.arguments)))
    return Number(_plain_value(node))


def _plain_value(node: Node) -> float:
    if isinstance(node, Number):
        return node.value
    assert isinstance(node, Call)
    values = [np.float64(_plain_value(argument)) for argument in node.arguments]
    work = PYTHON.get(node.function) or function("numpy", node.function, NUMPY)
    return float(work(*values))


def _vocabulary(engine: str) -> dict[str, Operation]:
    """The functions, and the operators and stand-ins for which an engine has words."""
    special = (ARITHMETIC | STAND_INS).items()
    return FUNCTIONS | {name: record for name, record in special if engine in record.words}


def _called(record: Operation, engine: str) -> str:
    """How it is called: by the engine's own name, or by that of its definition."""
    own = own_words(record, engine)
    return own if _NAME.fullmatch(own) else _PREFIXES.get(engine, "") + record.name


def spelling(engine: str) -> dict[str, str]:
    """How a formula's source calls each function and constant in an engine's language."""
    words = {name: _called(record, engine) for name, record in _vocabulary(engine).items()}
    module = _CONSTANTS.get(engine, "math")
    return words | {"pi": f"{module}.pi", "e": f"{module}.e"}


@dataclass(frozen=True)
class Definition:
    """A function that an engine does not have under a name of its own.

    body: an expression of the parameters, or the lines of a function.
    """

    name: str
    parameters: tuple[str, ...]
    body: str

    @property
    def lines(self) -> list[str]:
        """The body's lines, where it is no expression."""
        return self.body.split("\n") if "\n" in self.body else []

    @property
    def source(self) -> str:
        body = self.lines or [f"return {self.body}"]
        return "\n    ".join([f"def {self.name}({', '.join(self.parameters)}):", *body])


def definition(record: Operation, engine: str) -> Definition:
    """The record's function in an engine's language."""
    called = _PREFIXES.get(engine, "") + record.name
    return Definition(called, record.parameters, word(record, engine))


def _defined(engine: str) -> dict[str, Operation]:
    """What needs a definition in an engine's language, by the name that it gets."""
    prefix = _PREFIXES.get(engine, "")
    called = {prefix + name: record for name, record in _vocabulary(engine).items()}
    return {name: record for name, record in called.items() if _called(record, engine) == name}


def _uses(source: str, names: Mapping[str, Operation]) -> list[str]:
    """Which of the names a source calls."""
    return [name for name in re.findall(r"(?<![\w.])[A-Za-z_]\w*(?=\()", source) if name in names]


def definitions(engine: str, sources: Iterable[str]) -> list[Definition]:
    """The definitions that the sources need in an engine's language, and all that these need."""
    names, waiting = _defined(engine), list(sources)
    needed: dict[str, Definition] = {}
    while waiting:
        for used in _uses(waiting.pop(), names):
            if used not in needed:
                needed[used] = definition(names[used], engine)
                waiting.append(needed[used].body)
    return list(needed.values())


def modules_named(sources: Iterable[str]) -> list[str]:
    """The modules beside its framework that words name, in alphabetical order."""
    code = "\n".join(sources)
    return [name for name in _BESIDE if re.search(rf"(?<![.\w]){re.escape(name)}\.", code)]


_kept: dict[tuple[str, str], tuple[Operation, Callable[..., Any]]] = {}


def function(engine: str, name: str, modules: Mapping[str, Any]) -> Callable[..., Any]:
    """One function as an engine computes it, compiled from the words that are exported."""
    record = operation(name)
    kept = _kept.get((engine, name))
    if kept is None or kept[0] is not record:
        kept = _kept[engine, name] = (record, compiled(record, engine, modules))
    return kept[1]


_tables: dict[str, tuple[tuple[Operation, ...], dict[str, Callable[..., Any]]]] = {}


def functions(engine: str, modules: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Every function of formulas as an engine computes it; not to be changed.

    modules: what the words may name, such as {"np": numpy}. SciPy, slow to import, is found when
    a function that needs it is first called. Functions for which there are no words are left out.
    """
    records = tuple(FUNCTIONS.values())
    kept = _tables.get(engine)
    if kept is None or kept[0] != records:
        table = {}
        for name in _vocabulary(engine):
            with contextlib.suppress(LookupError):
                table[name] = function(engine, name, modules)
        kept = _tables[engine] = (records, table)
    return kept[1]


def compiled(record: Operation, engine: str, modules: Mapping[str, Any]) -> Callable[..., Any]:
    """The record's function from its words, and what these name."""
    text = word(record, engine)
    if _LATE in text and "scipy" not in modules:
        return _when_called(lambda: compiled(record, engine, {**modules, **scipy_if_needed(text)}))
    if _NAME.fullmatch(text):
        return eval(text, dict(modules))  # type: ignore[no-any-return]
    names = _defined(engine)
    space = dict(modules)
    for used in _uses(text, names):
        space[used] = function(engine, names[used].name, modules)
    exec(definition(record, engine).source, space)
    return space[_PREFIXES.get(engine, "") + record.name]  # type: ignore[no-any-return]


def scipy_if_needed(source: str) -> dict[str, Any]:
    """SciPy, slow to import, by its name where a source uses its special functions."""
    if _LATE not in source:
        return {}
    importlib.import_module(_LATE)
    return {"scipy": importlib.import_module("scipy")}


def _when_called(make: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
    compiled_once = functools.cache(make)
    return lambda *arguments: compiled_once()(*arguments)
