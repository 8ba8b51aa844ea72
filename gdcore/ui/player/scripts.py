"""The player's modules as one script: Streamlit takes a component's JavaScript as one string.

What runs in the browser is written as small ES modules, so that each can be tested and linted by
itself. A single file as a bundler would make it needs no bundler here, as long as modules say
plainly what they import and export. Only these forms are known, each at the beginning of a line,
and anything else is refused instead of being guessed at:

    import { one, other } from './module.js'
    export const name ⋯, export function name ⋯, export async function name ⋯

Each module becomes a function of its own that is called once, after those it imports from; so its
private names stay private, as they are in a module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_IMPORT = re.compile(r"import \{ (\w+(?:, \w+)*) \} from '\./([\w-]+)\.js'")
_EXPORT = re.compile(r"export (?=(?:const|(?:async )?function) (\w+)\b)")
# Whatever else begins like one of them, or asks for a module while it runs.
_UNKNOWN = re.compile(r"^\s*(import|export)\b|\bimport\s*[(.]", re.MULTILINE)


def join(modules: Mapping[str, str], main: str, name: str) -> str:
    """The value of `name`, exported by the module `main`, as one JavaScript expression.

    modules: the text of each by its name, without `.js`. Raises ValueError where a module says
    `import` or `export` in a way that is not known, is missing or imports itself in a circle, or
    where what is imported is not exported.
    """
    exports: dict[str, list[str]] = {}
    bodies: list[str] = []

    def include(module: str, way: tuple[str, ...]) -> None:
        if module in way:
            raise ValueError(f"modules in a circle: {' → '.join([*way, module])}")
        if module in exports:
            return
        if module not in modules:
            raise ValueError(f"there is no module {module!r}")
        lines, known = [], []
        for number, line in enumerate(modules[module].splitlines(), 1):
            if found := _IMPORT.fullmatch(line):
                include(found[2], (*way, module))
                for wanted in found[1].split(", "):
                    demand(wanted, found[2], f"{module}.js:{number}")
                line = f"const {{ {found[1]} }} = _{_identifier(found[2])}"
            elif found := _EXPORT.match(line):
                known.append(found[1])
                line = line[found.end() :]
            lines.append(line)
        body = "\n".join(lines)
        if unknown := _UNKNOWN.search(body):
            raise ValueError(f"{module}.js: not known how to join {unknown[0].strip()!r}")
        exports[module] = known
        handed = ", ".join(known)
        bodies.append(
            f"const _{_identifier(module)} = (() => {{\n{body}\nreturn {{ {handed} }}\n}})()"
        )

    def demand(wanted: str, module: str, place: str) -> None:
        if wanted not in exports[module]:
            raise ValueError(f"{place}: {module}.js does not export {wanted!r}")

    include(main, ())
    demand(name, main, "script")
    return "\n".join(
        ["(() => {\n'use strict'", *bodies, f"return _{_identifier(main)}.{name}\n}})()"]
    )


def _identifier(module: str) -> str:
    return module.replace("-", "_")


@cache
def script(main: str = "main") -> str:
    """The `mount` of one of the modules here, as one JavaScript expression."""
    return join(
        {file.stem: file.read_text(encoding="utf-8") for file in HERE.glob("*.js")}, main, "mount"
    )


@cache
def style() -> str:
    """The player's style sheet."""
    return (HERE / "player.css").read_text(encoding="utf-8")
