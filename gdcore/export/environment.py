"""The templates of everything that is taken away, and what may come into them.

HTML escapes what it is given. A Python template writes what it is given as a literal, unless it is
`Code`, which only this package makes: so text that somebody typed can neither end a string nor
become a statement, whatever a template's author forgets.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext
from markupsafe import Markup

from gdcore.export.layout import Code, folded, identifier, listed, literal


@cache
def environment() -> Environment:
    """The one environment, made when the first template is asked for."""
    jinja = Environment(
        loader=PackageLoader("gdcore.export"),
        autoescape=select_autoescape(("html", "html.j2")),
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    jinja.policies["json.dumps_kwargs"] = {"allow_nan": False}
    jinja.filters |= {
        "in_style": in_style,
        "folded": folded,
        "identifier": identifier,
        "in_script": in_script,
        "listed": listed,
        "literal": literal,
    }
    return jinja


def render(name: str, **values: Any) -> str:
    """The template of this name with these values in it."""
    return environment().get_template(name).render(values)


def existing_template(name: str) -> str | None:
    """The name if a template has it."""
    return name if name in _names() else None


@cache
def _names() -> frozenset[str]:
    return frozenset(environment().list_templates())


def in_script(code: str) -> Markup:
    """A program of ours inside a script element, which it must not end."""
    return Markup(code.replace("</script", "<\\/script"))


def in_style(rules: str) -> Markup:
    """A style sheet of ours inside a style element, which it must not end."""
    return Markup(rules.replace("</", "<\\/"))


@pass_eval_context
def _finalize(context: EvalContext, value: Any) -> Any:
    if context.autoescape or isinstance(value, Code):
        return value
    return literal(value)
