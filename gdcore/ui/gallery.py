"""What a demonstration's link shows, computed as its page computes it, and once per process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import gdcore as gd
from gdcore.formula import Formula
from gdcore.gallery.demonstrations import GALLERY, Demonstration, named
from gdcore.gallery.scenes import Descents, Fitted, Scene, Slope
from gdcore.gallery.thumbnails import thumbnail
from gdcore.ground.landscapes import LANDSCAPES, SURFACES, Landscape, surface_names
from gdcore.ground.sight import USUAL
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.ui import controls, data, overlay, settings
from gdcore.ui.setting import Setting, arguments
from gdcore.ui.starts import Ground
from gdcore.ui.state import State

__all__ = ["GALLERY", "Demonstration", "kept", "picture", "scene"]


class Link(State):
    """The values of a page's controls as a link says them, without a page that is open."""

    def __init__(self, page: str, fields: list[Setting], query: dict[str, str]):
        self.page = page
        self.fields = {one.key: one for one in fields}
        self._read_values: dict[str, Any] = {
            key: one.read(query[key]) if key in query else one.default
            for key, one in self.fields.items()
        }

    def __getitem__(self, key: str) -> Any:
        return self._read_values[key]

    def refuse(self, key: str, instead: str = "") -> None:
        raise ValueError(key)


def _slope(link: Link) -> Slope:
    formula = gd.parse(link["formula"])
    numbers = map(float, link["at"].split(","))
    return Slope(formula=formula, at=dict(zip(formula.names, numbers, strict=True)))


def _landscape_of(formula: str, landscapes: dict[str, Landscape]) -> Landscape | None:
    return {one.formula: one for one in landscapes.values()}.get(formula)


def _descents(link: Link) -> Descents:
    formula, record = gd.parse(link["formula"]), _landscape_of(link["formula"], LANDSCAPES)
    box = record.domain if record else (USUAL[1],)
    ground = Ground(formula, formula.names or ("w",), (link["start"],), box, link["dtype"])
    call = arguments(list(link.fields.values()), link.values())
    call |= {"formula": formula, "start": ground.start} | controls.method(link)
    changes = overlay.runs(link, ground)
    calls = {label: overlay.merged(call, change) for label, change in changes} or {"": call}
    return _over(formula, ground, calls, record)


def _race(link: Link) -> Descents:
    formula, record = gd.parse(link["formula"]), _landscape_of(link["formula"], SURFACES)
    box = record.domain if record else (USUAL[2],) * 2
    ground = Ground(formula, surface_names(formula), (link["x"], link["y"]), box)
    call = {"formula": formula, "start": ground.start, "optimizer": link["optimizers"][0]}
    call |= arguments(list(link.fields.values()), link.values())
    changes = overlay.runs(link, ground) or [
        (OPTIMIZERS[name].title, {"optimizer": name}) for name in link["optimizers"]
    ]
    return _over(formula, ground, {label: call | change for label, change in changes}, record)


def _over(
    formula: Formula,
    ground: Ground,
    calls: dict[str, dict[str, Any]],
    record: Landscape | None,
) -> Descents:
    return Descents(
        formula=formula,
        runs={label: gd.descend(**call) for label, call in calls.items()},
        box=ground.box,
        minima=record.minima if record else (),
    )


def _fitted(link: Link) -> Fitted:
    single = link.page == "simple_regression"
    sample = controls.sampling(link, features=1 if single else None)
    given, _ = data.load(link, single, sample)
    fit = gd.fit_linear(X=given.X, y=given.y, **controls.fitting(link))
    default = link.fields["picture"].default if "picture" in link.fields else ""
    chosen = "" if single or link["picture"] == default else link["picture"]
    return Fitted(fit=fit, data=given, picture=chosen)


# What each page sets, and what it computes of that.
PAGES: dict[str, tuple[Callable[[], list[Setting]], Callable[[Link], Scene]]] = {
    "autodiff": (settings.autodiff, _slope),
    "single_variable": (settings.single_variable, _descents),
    "landscapes": (settings.landscapes, _race),
    "simple_regression": (settings.simple_regression, _fitted),
    "multiple_regression": (settings.multiple_regression, _fitted),
}


def scene(one: Demonstration) -> Scene:
    """What the link of a demonstration shows. Raises ValueError where the link says nothing."""
    fields, compute = PAGES[one.page]
    return compute(Link(one.page, fields(), one.query))


@cache
def picture(name: str, theme: str) -> str:
    """The small picture of the demonstration of this name as SVG, in the colours of a theme."""
    return thumbnail(kept(name), theme)


@cache
def kept(name: str) -> Scene:
    """The scene of the demonstration of this name, computed once."""
    return scene(named(name))
