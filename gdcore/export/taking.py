"""Functions of the records as source: a program holds the very lines that run here.

A rule, a schedule or a loss is a plain function of one record. Its lines are taken from its file,
with all that it calls, so that a record somebody adds is exported without another line. Only names
change: what `gdcore.rules.generic` and a loss's `ops` stand for is called by the program's names.
"""

from __future__ import annotations

import ast
import builtins
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from gdcore.export.layout import Code, identifier, literal
from gdcore.export.lines import Definition, Edit, bare_arguments, defined
from gdcore.export.naming import free
from gdcore.rules import generic

_NOTHING = Code("")
OPS = "ops"  # what losses call the operations of a framework


class Untold(Exception):
    """A function whose lines cannot stand in a program: they are not there, or need more."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A function in a program: its lines, the value that it returns, or what it is the same as."""

    name: Code
    parameters: Code = _NOTHING
    lines: tuple[Code, ...] = ()
    value: Code = _NOTHING
    same: Code = _NOTHING

    @property
    def code(self) -> Code:
        """All that it says."""
        return Code("\n".join((*self.lines, self.value)))


@dataclass
class Taker:
    """Takes functions for one program.

    operations: what `ops["…"]` is called there. hidden: names of Python's own that have another
    meaning there. reserved: names that are not free. Afterwards `taken` has the functions in the
    order in which they are to stand, `words` those of `generic` with the names that they got, and
    `modules` what has to be imported, by the names under which it is used.
    """

    operations: Mapping[str, str] = field(default_factory=dict)
    hidden: Collection[str] = ()
    reserved: Collection[str] = ()
    taken: list[Taken] = field(default_factory=list)
    words: dict[str, Code] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    _names: dict[FunctionType, Code] = field(default_factory=dict)

    def take(self, function: Callable[..., Any], name: str) -> Taken:
        """The function under this name. Raises Untold for one that cannot be taken."""
        if isinstance(function, FunctionType):
            self._names[function] = identifier(name)
            taken = self._written(function, identifier(name))
        elif getattr(np, getattr(function, "__name__", ""), None) is function:
            taken = Taken(name=identifier(name), same=Code(f"np.{function.__name__}"))
        else:
            raise Untold(name)
        self.taken.append(taken)
        return taken

    def _written(self, function: FunctionType, name: Code) -> Taken:
        definition = defined(function)
        if definition is None or definition.node.args.kwarg or function.__closure__:
            raise Untold(name)
        node, lines = definition.node, definition.lines
        edits = list(self._edits(function, definition))
        parameters = Code(ast.unparse(bare_arguments(node.args, OPS)))
        if isinstance(node, ast.Lambda):
            text = lines.between(node.body, node.body, edits)
            return Taken(name=name, parameters=parameters, value=_on_one_line(text))
        first, last = node.body[0], node.body[-1]
        text = " " * first.col_offset + lines.between(first, last, edits)
        return Taken(
            name=name,
            parameters=parameters,
            lines=tuple(map(Code, textwrap.dedent(text).split("\n"))),
        )

    def _edits(self, function: FunctionType, definition: Definition) -> Iterator[Edit]:
        """What is written otherwise in the program."""
        node, space = definition.node, function.__globals__
        own = _bound(node)
        body = node.body if isinstance(node.body, list) else [node.body]
        waiting: list[ast.AST] = list(body)
        while waiting:
            part = waiting.pop()
            match part:
                case ast.Attribute(ast.Name(name), word) if _is_generic(space, name, own):
                    yield Edit.of(part, self._word(word, own))
                case ast.Subscript(ast.Name(name), ast.Constant(word)) if name == OPS:
                    yield Edit.of(part, self._operation(word))
                case ast.Name(name, ast.Load()) if name not in own:
                    yield Edit.of(part, self._reference(name, space, own))
                case ast.FunctionDef():  # one within it
                    yield from definition.lines.annotations(part)
                    waiting += [*part.args.defaults, *part.body]
                case ast.AnnAssign(target, _, value):
                    waiting += [target, *([value] if value else [])]
                case _:
                    waiting += ast.iter_child_nodes(part)

    def _used(self) -> set[str]:
        return set(self._names.values())

    def _word(self, word: str, own: Collection[str]) -> Code:
        kind = {"sign": "sign", "max": "maximum", "min": "minimum"}[word]
        if word not in self.words:
            self.words[word] = free(kind, {*self.reserved, *own})
        return self.words[word]

    def _operation(self, word: Any) -> Code:
        if word not in self.operations:
            raise Untold(str(word))
        return Code(self.operations[word])

    def _reference(self, name: str, space: Mapping[str, Any], own: Collection[str]) -> Code:
        """What a global name of the function's file is in the program."""
        if name not in space:
            if not hasattr(builtins, name):
                raise Untold(name)
            if name in self.hidden:
                self.modules["builtins"] = "builtins"
                return Code(f"builtins.{name}")
            return Code(name)
        value = space[name]
        if isinstance(value, ModuleType) and not value.__name__.startswith("gdcore"):
            self.modules[name] = value.__name__
            return Code(name)
        if isinstance(value, FunctionType):
            if value not in self._names:
                self.take(value, free(name.lstrip("_"), {*self.reserved, *own, *self._used()}))
            return self._names[value]
        if isinstance(value, int | float | str):
            return Code(f"({literal(value)})")
        raise Untold(name)


def _is_generic(space: Mapping[str, Any], name: str, own: Collection[str]) -> bool:
    return name not in own and space.get(name) is generic


def _bound(node: ast.AST) -> set[str]:
    """The names that mean something of the function's own."""
    bound = set()
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            bound.add(part.arg)
        elif isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            bound.add(part.id)
        elif isinstance(part, ast.alias):
            bound.add((part.asname or part.name).partition(".")[0])
        elif isinstance(part, ast.FunctionDef) and part is not node:
            bound.add(part.name)
    return bound


def _on_one_line(text: str) -> Code:
    return Code(ast.unparse(ast.parse(text.join("()"), mode="eval")))
