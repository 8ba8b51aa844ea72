"""The house as a whole for import-linter, which by itself looks at packages only.

`app.py` is a single file and `pages/` a folder of scripts, so the graph of imports has no `app`
in it, and a contract without containers cannot be exhaustive. This contract reads `app.py` into
the graph and asks that everything that is Python at the top of the checkout has a layer.
"""

import ast
from pathlib import Path

import grimp
from importlinter.contracts.layers import LayersContract
from importlinter.domain import fields


class HouseContract(LayersContract):
    """Layers that are files and folders at the top of the checkout.

    besides: what is Python there and no part of the house: tests, tools, benchmarks.
    """

    type_name = "house"
    besides = fields.SetField(subfield=fields.StringField())

    def check(self, graph: grimp.ImportGraph, verbose: bool):
        top = Path.cwd()
        for file in top.glob("*.py"):
            _read(graph, file)
        result = super().check(graph, verbose)
        layers = {tail.name for layer in self.layers for tail in layer.module_tails}
        without = _python_at(top) - layers - self.besides
        result.metadata["undeclared_modules"] |= without
        result.kept = result.kept and not without
        return result


def _python_at(top: Path) -> set[str]:
    """The names that `import` finds at the top of the checkout."""
    folders = {
        folder.name
        for folder in top.iterdir()
        if folder.name.isidentifier() and folder.is_dir() and any(folder.rglob("*.py"))
    }
    return folders | {file.stem for file in top.glob("*.py")}


def _whole(graph: grimp.ImportGraph, name: str) -> None:
    """Makes the name a module of the house; whoever imports it was an import of something else."""
    known = name in graph.modules
    importers = graph.find_modules_that_directly_import(name) if known else ()
    details = [
        one for user in importers for one in graph.get_import_details(importer=user, imported=name)
    ]
    if known:
        graph.remove_module(name)
    graph.add_module(name)
    for one in details:
        graph.add_import(**one)


def _read(graph: grimp.ImportGraph, file: Path) -> None:
    """Adds a single file and what it imports of this house to the graph."""
    text = file.read_text(encoding="utf-8")
    _whole(graph, file.stem)
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in graph.modules else node.module for name in inside]
        for name in names:
            if name in graph.modules and not graph.is_module_squashed(name):
                graph.add_import(
                    importer=file.stem,
                    imported=name,
                    line_number=node.lineno,
                    line_contents=text.splitlines()[node.lineno - 1],
                )
