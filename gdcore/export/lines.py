"""Where a function is defined in its file, and its lines with some of their words changed."""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FunctionType

MOST_FUNCTIONS = 256  # kept; a file is read anew for each

Place = tuple[int, int]  # line from 1, and column in bytes, as `ast` has them


@dataclass(frozen=True, order=True)
class Edit:
    """Other text between two places."""

    begin: Place
    end: Place
    text: str

    @classmethod
    def of(cls, node: ast.AST, text: str) -> Edit:
        return cls(*_span(node), text)


@dataclass(frozen=True)
class Lines:
    """The lines of a file, as bytes."""

    all: tuple[bytes, ...]

    def between(self, first: ast.AST, last: ast.AST, edits: Iterable[Edit]) -> str:
        """From the beginning of one node to the end of another, with the edits made."""
        at, (_, end) = _span(first)[0], _span(last)
        pieces = []
        for edit in sorted(edits):
            pieces += [self._plain(at, edit.begin), edit.text]
            at = edit.end
        return "".join((*pieces, self._plain(at, end)))

    def annotations(self, node: ast.FunctionDef) -> Iterator[Edit]:
        """What leaves a function without annotations: their names are known in its file only."""
        for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            if arg.annotation:
                yield Edit.of(arg, arg.arg)
        if node.returns:
            (line, column), end = _span(node.returns)
            arrow = self.all[line - 1].rindex(b")", 0, column) + 1
            yield Edit((line, arrow), end, "")

    def _plain(self, begin: Place, end: Place) -> str:
        (line, column), (last, stop) = begin, end
        if line == last:
            return self.all[line - 1][column:stop].decode()
        middle = b"".join(self.all[line : last - 1])
        return (self.all[line - 1][column:] + middle + self.all[last - 1][:stop]).decode()


@dataclass(frozen=True)
class Definition:
    """A function as it stands in its file."""

    node: ast.FunctionDef | ast.Lambda
    lines: Lines


@lru_cache(MOST_FUNCTIONS)
def defined(function: FunctionType) -> Definition | None:
    """Where the function is defined, None where no file says it."""
    try:
        lines, _ = inspect.findsource(function)
        tree = ast.parse("".join(lines))
    except (OSError, SyntaxError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.Lambda) and _is(node, function.__code__):
            return Definition(node, Lines(tuple(line.encode() for line in lines)))
    return None


def bare_arguments(arguments: ast.arguments, without: str) -> ast.arguments:
    """Without annotations, and without the argument of this name."""
    bare = copy.deepcopy(arguments)
    for kind in (bare.posonlyargs, bare.args, bare.kwonlyargs):
        kind[:] = [ast.arg(one.arg) for one in kind if one.arg != without]
    if bare.vararg:
        bare.vararg = ast.arg(bare.vararg.arg)
    return bare


def _span(node: ast.AST) -> tuple[Place, Place]:
    begin = (node.lineno, node.col_offset)  # type: ignore[attr-defined]
    return begin, (node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


def _is(node: ast.FunctionDef | ast.Lambda, code: CodeType) -> bool:
    if isinstance(node, ast.FunctionDef):
        return not node.decorator_list and (node.name, node.lineno) == (
            code.co_name,
            code.co_firstlineno,
        )
    # Several may stand in one line: an instruction makes the whole body of one of them.
    body = _span(node.body)
    places = {((a, c), (b, d)) for a, b, c, d in code.co_positions()}
    return code.co_name == "<lambda>" and body in places
