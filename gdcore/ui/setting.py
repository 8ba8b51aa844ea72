"""A setting of a page as one record: all that its link, its control, the call and the report need.

Values in the URL are language-independent and hostile until read: what does not parse or lies
outside its range is refused by `read` with a ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gdcore.ui.language import t
from gdcore.words.figures import plain, typed


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A slider's usual range; a link may carry a value beyond it.

    format: of its figures. exact: whether the value can be typed beside it, too.
    """

    low: float
    high: float
    step: float
    format: str | None = None
    exact: bool = False


@dataclass(frozen=True, kw_only=True)
class Span:
    """A slider whose usual range the page gives, as it depends on what is looked at.

    fine: with smaller steps where that range is small.
    """

    step: float
    fine: bool = False

    def over(self, low: float, high: float) -> Slider:
        """The slider from `low` to `high`."""
        if not self.fine or high - low > 2:
            return Slider(low=low, high=high, step=self.step)
        step = 10.0 ** math.floor(math.log10((high - low) / 50))
        return Slider(low=low, high=high, step=step, format="%.4g")


@dataclass(frozen=True, kw_only=True)
class Box:
    """A number field over the setting's whole range."""

    format: str | None = None
    step: float | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A field for a line of text. longest: how many letters it takes."""

    longest: int = 500


Control = Slider | Span | Box | Line


def same(value: Any) -> Any:
    return value


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One value that a person sets.

    key: in the URL. default, low, high: its range, of numbers. read (ValueError refuses), write:
    from and to the URL. label: the text key of its control's label; symbol: what follows it as
    mathematics. help: the text key of what its control explains; words: what the placeholders of
    both say. options: what a menu offers, most: how many of them may be chosen; say: how one
    option is called on the screen. control: of what is neither chosen from a menu nor switched.

    argument: the keyword argument that it becomes, by way of `become`; none for what only the page
    needs. optional: as its default it stays out of the call, and out of the exported code.
    report: the text key by which the report names it; empty for what it does not name.
    """

    key: str
    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    label: str = ""
    words: Mapping[str, Any] = field(default_factory=dict)
    symbol: str = ""
    help: str = ""
    options: Sequence[Any] = ()
    most: int = 1
    say: Callable[[Any], str] | None = None
    low: float = -math.inf
    high: float = math.inf
    control: Control | None = None
    argument: str = ""
    become: Callable[[Any], Any] = same
    optional: bool = False
    report: str = ""

    def narrowed(
        self,
        *,
        within: tuple[float, float] | None = None,
        words: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> Setting:
        """The same where the page's other values leave less, or say more.

        within: the range of a `Span`. words: added to those of the record. fields: in the place of
        the record's own.
        """
        one = replace(self, words={**self.words, **(words or {})}, **fields)
        if within is None or not isinstance(one.control, Span):
            return one
        return replace(one, control=one.control.over(*within))

    def shown_label(self) -> str:
        """The label of its control in this visitor's language."""
        label = t(self.label, **self.words)
        return f"{label} ${self.symbol}$" if self.symbol else label

    def shown_help(self) -> str | None:
        """What its control explains in this visitor's language."""
        return t(self.help, **self.words) if self.help else None

    def shown(self, value: Any) -> str:
        """A value as a person reads it."""
        if value in (None, "", []):
            return t("ui.usual")
        if self.say is None:
            return self.write(value)
        return ", ".join(map(self.say, value)) if isinstance(value, list) else self.say(value)

    def reported(self, value: Any) -> tuple[str, str]:
        """Its name and its value in a report: in words where a menu has them, else as figures."""
        name = t(self.report, **self.words)
        return name, plain(value) if isinstance(value, float) else self.shown(value)


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

    return Setting(
        key=key, default=default, read=read, label=label, control=Line(longest=longest), **more
    )


def columns(key: str, most: int, label: str, longest: int = 5_000, **more: Any) -> Setting:
    """Names of a table's columns, in the URL separated by tabs; which there are, the table says."""

    def read(value: str) -> list[str]:
        if len(value) > longest:
            raise ValueError(value[:20])
        return value.split("\t") if value else []

    return Setting(key=key, default=[], read=read, write="\t".join, label=label, most=most, **more)


def named(key: str, default: str, options: Sequence[str], say: Any, help: str = "") -> Setting:
    """A choice whose key is its argument, its label and its name in the report."""
    label = f"ui.{key}"
    return choice(key, default, options, label, say=say, help=help, argument=key, report=label)


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
        choices = list(dict.fromkeys(value.split(",")))
        if not set(choices) <= set(options) or len(choices) > most:
            raise ValueError(value)
        return choices

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
