"""A setting of a page as one record: all that its link, its control, the call and the report need.

Values in the URL are language-independent and hostile until read: what does not parse or lies
outside its range is refused by `read` with a ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gdcore.ui.language import t
from gdcore.words.figures import typed


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A slider's usual range; a link may carry a value beyond it. format: of its figures."""

    low: float
    high: float
    step: float
    format: str | None = None


@dataclass(frozen=True, kw_only=True)
class Box:
    """A number field over the setting's whole range."""

    format: str | None = None
    step: float | None = None


def same(value: Any) -> Any:
    return value


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One value that a person sets.

    key: in the URL. default, low, high: its range, of numbers. read (ValueError refuses), write:
    from and to the URL. label: the text key of its control's label; words: what the label's
    placeholders say; symbol: what follows it as mathematics. help: the text key of what its
    control explains. options: what a menu offers, most: how many of them may be chosen; say: how
    one option is called on the screen. control: of numbers.

    argument: the keyword argument that it becomes, by way of `become`; none for what only the page
    needs. optional: as its default it stays out of the call, and out of the exported code.
    report: the text key by which the report names it; empty for what it does not name.
    """

    key: str
    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    label: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    symbol: str = ""
    help: str = ""
    options: Sequence[str] = ()
    most: int = 1
    say: Callable[[Any], str] | None = None
    low: float = -math.inf
    high: float = math.inf
    control: Slider | Box | None = None
    argument: str = ""
    become: Callable[[Any], Any] = same
    optional: bool = False
    report: str = ""

    def shown_label(self) -> str:
        """The label of its control in this visitor's language."""
        label = t(self.label, **self.words)
        return f"{label} ${self.symbol}$" if self.symbol else label

    def shown(self, value: Any) -> str:
        """A value as a person reads it."""
        if value in (None, ""):
            return t("ui.usual")
        if self.say is None:
            return self.write(value)
        return ", ".join(map(self.say, value)) if isinstance(value, list) else self.say(value)


def arguments(settings: Sequence[Setting], values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that become keyword arguments, by argument. values: by key."""
    return {
        one.argument: one.become(values[one.key])
        for one in settings
        if one.argument and not (one.optional and values[one.key] == one.default)
    }


def in_link(value: float) -> str:
    """The number in as few digits as tell it, without those that only a slider's rounding adds."""
    short = f"{value:.10g}"
    same = abs(float(short) - value) <= 1e-14 * abs(value)
    return short if same else repr(float(value)).removesuffix(".0")


def worded(group: str) -> Callable[[str], str]:
    """How the options of a text group are called."""
    return lambda name: t(f"{group}.{name}")


def titled(records: Mapping[str, Any]) -> Callable[[str], str]:
    """How the records of a registry are called."""
    return lambda name: str(records[name].title)


def number(key: str, default: float, low: float, high: float, label: str, **more: Any) -> Setting:
    """A number within a range."""

    def read(text: str) -> float:
        value = typed(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return Setting(
        key=key,
        default=float(default),
        read=read,
        write=in_link,
        label=label,
        low=low,
        high=high,
        **more,
    )


def whole(key: str, default: int, low: int, high: int, label: str, **more: Any) -> Setting:
    """A whole number within a range."""

    def read(text: str) -> int:
        value = typed(text)
        if not (value.is_integer() and low <= value <= high):
            raise ValueError(text)
        return int(value)

    return Setting(
        key=key, default=int(default), read=read, label=label, low=low, high=high, **more
    )


def choice(key: str, default: str, options: Sequence[str], label: str, **more: Any) -> Setting:
    """One of several names."""

    def read(text: str) -> str:
        if text not in options:
            raise ValueError(text)
        return text

    return Setting(key=key, default=default, read=read, label=label, options=options, **more)


def text(key: str, default: str, label: str, longest: int = 500, **more: Any) -> Setting:
    """Whatever somebody types, up to a length."""

    def read(value: str) -> str:
        if len(value) > longest:
            raise ValueError(value[:20])
        return value

    return Setting(key=key, default=default, read=read, label=label, **more)


def switch(key: str, label: str, **more: Any) -> Setting:
    """Off unless the URL says 1."""

    def read(value: str) -> bool:
        if value not in ("0", "1"):
            raise ValueError(value)
        return value == "1"

    def say(value: bool) -> str:
        return t("ui.on" if value else "ui.off")

    def write(value: bool) -> str:
        return str(int(value))

    return Setting(key=key, default=False, read=read, write=write, label=label, say=say, **more)


def names(
    key: str, default: Sequence[str], options: Sequence[str], most: int, label: str, **more: Any
) -> Setting:
    """Several of the options, in the URL separated by commas."""

    def read(value: str) -> list[str]:
        found = list(dict.fromkeys(value.split(",")))
        if not set(found) <= set(options) or len(found) > most:
            raise ValueError(value)
        return found

    return Setting(
        key=key,
        default=list(default),
        read=read,
        write=",".join,
        label=label,
        options=options,
        most=most,
        **more,
    )
