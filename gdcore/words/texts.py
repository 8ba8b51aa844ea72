"""Every sentence a person reads lives in `content/`; this module is the only one that opens it.

A text has a key such as `formula.unknown_name`: the first part names the file
`content/<language>/formula.toml`, the rest the entry in it. Code passes keys and numbers around
and the words are chosen last, so that one result can be read in either language.
"""

import string
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh-TW")
CONTENT = Path(__file__).resolve().parent / "content"


@cache
def table(language: str) -> dict[str, str]:
    """All labels of one language as a flat mapping from dotted key to template."""
    flat: dict[str, str] = {}

    def walk(prefix: str, node: Any) -> None:
        if isinstance(node, dict):
            for name, child in node.items():
                walk(f"{prefix}.{name}", child)
        else:
            flat[prefix] = str(node)

    for file in sorted((CONTENT / language).glob("*.toml")):
        for name, child in tomllib.loads(file.read_text(encoding="utf-8")).items():
            walk(f"{file.stem}.{name}", child)
    return flat


def placeholders(template: str) -> set[str]:
    """The names that stand in braces in a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def say(key: str, language: str = "en", **values: Any) -> str:
    """The text of `key` in `language` with `values` filled in. KeyError if unknown."""
    template = table(language)[key]
    return template.format(**values) if values else template


@cache
def prose(name: str, language: str = "en") -> str:
    """The Markdown text `content/<language>/<name>.md`."""
    return (CONTENT / language / f"{name}.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Sentence:
    """A text not yet put into words: its key and the values that go into it."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.say("en")

    def say(self, language: str = "en") -> str:
        return say(self.key, language, **self.values)


class Problem(ValueError):
    """An error whose text a learner can act on, in either language."""

    def __init__(self, key: str, **values: Any):
        self.sentence = Sentence(key, values)
        super().__init__(str(self.sentence))

    def say(self, language: str = "en") -> str:
        return self.sentence.say(language)

    def __reduce__(self):  # keeps key and values when a worker process sends the error back
        return _rebuild, (type(self), self.sentence, self.__dict__)


def _rebuild(kind: type[Problem], sentence: Sentence, state: dict) -> Problem:
    problem = kind.__new__(kind)
    ValueError.__init__(problem, str(sentence))
    problem.__dict__.update(state)
    return problem


class FormulaError(Problem):
    """A formula that was refused. `position` is the 0-based place in the typed text, or None."""

    def __init__(self, key: str, position: int | None = None, **values: Any):
        super().__init__(key, **values)
        self.position = position


class DataError(Problem):
    """Data that cannot be used as they are."""
