"""A loss over two weights seen from above, with the path of the descent on its isolines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from gdcore.charts.look import Look, Picture, chart, span, stencil
from gdcore.charts.outside import bounded, marks, rim, together
from gdcore.charts.player import RECENT, UPTO, now, shown


def surface_domains(path: pd.DataFrame, best: Sequence[float] | np.ndarray) -> list[list[float]]:
    """Axes around the minimum that hold the start of the path, and rest while it changes."""
    start = path[["u", "v"]].to_numpy()[:1]
    reach = np.abs(start - best).max(axis=0) * 1.35 + 1e-9
    with np.errstate(all="ignore"):  # a detour widens the picture, a divergence leaves it
        away = np.abs(path[["u", "v"]].to_numpy() - best).max(axis=0) * 1.1
    losses = path["loss"].to_numpy()
    far = 1e3 if losses[-1] <= losses[0] else 4  # what arrives is seen whole
    reach = np.where(away > reach, np.where(away < far * reach, away, reach), reach)
    return [span([centre - r, centre + r], 0) for centre, r in zip(best, reach, strict=True)]


def ring_chart(
    rings: pd.DataFrame,
    domains: Sequence[Sequence[float]],
    best: Sequence[float] | np.ndarray,
    path: pd.DataFrame,
    look: Look,
    names: Sequence[str],
    height: int = 300,
    title: str | None = None,
    beside: tuple[str, str, pd.DataFrame] | None = None,
) -> Picture:
    """Isolines of a loss over two weights with the path of the descent on them.

    rings: of `isolines` or `ellipses`. domains: of the two axes. best: where the loss is least.
    path: columns step, u, v, loss; with du, dv as well, the rings stand that far from their place
    at the shown step, because the other weights are still on their way. beside: the name of this
    path, and that of another one with its columns step, u, v.
    """
    goal = pd.DataFrame({"u": [best[0]], "v": [best[1]]})
    called = beside[:2] if beside else None
    spec = _rings(
        tuple(tuple(map(float, d)) for d in domains),
        look,
        tuple(names),
        height,
        title,
        "du" in path,
        called,
    )
    ways = [("", path)] if beside is None else [(beside[0], path), (beside[1], beside[2])]
    left = together(
        marks(rows["step"].to_numpy(), (rows["u"], rows["v"]), domains, names, look, label)
        for label, rows in ways
    )
    data = {"rings": rings, "path": bounded(path), "goal": goal, "outside": left}
    return Picture(spec, data | ({"other": bounded(beside[2])} if beside else {}))


@stencil
def _rings(
    domains: tuple[tuple[float, ...], ...],
    look: Look,
    names: tuple[str, ...],
    height: int,
    title: str | None,
    moving: bool,
    called: tuple[str, str] | None,
) -> Any:
    x = look.x("u", names[0], domains[0], grid=False)
    y = look.y("v", names[1], domains[1], grid=False)
    rooms = [high - low for low, high in domains]
    # A shift on the screen, so that no vertex has to be worked out anew.
    shift = {
        "xOffset": alt.expr(f"shown.du * width / {rooms[0]}"),
        "yOffset": alt.expr(f"-shown.dv * height / {rooms[1]}"),
    }
    rings = (
        chart("rings")
        .mark_line(
            color=look.colour("loss"),
            strokeWidth=1.4,
            opacity=0.6,
            clip=True,
            **(shift if moving else {}),
        )
        .encode(
            x=x,
            y=y,
            detail="line:N",
            order="order:Q",
            tooltip=[
                alt.Tooltip(
                    "level:Q", title=look.t("above_least" if moving else "loss"), format=".4~g"
                )
            ],
        )
    )
    layers = [
        rings,
        chart("goal")
        .mark_point(shape="cross", size=160, filled=True, opacity=1, color=look.colour("reference"))
        .encode(x=x, y=y, tooltip=alt.value(look.t("reference_line"))),
    ]
    ways = [("path", look.colour("path"))] + ([("other", look.colour("run1"))] if called else [])
    for place, (name, ink) in enumerate(ways):
        base = chart(name).encode(x=x, y=y)
        fields = [("u", names[0]), ("v", names[1])] + [("loss", look.t("loss"))] * (not place)
        tip = [alt.Tooltip("step:Q", title=look.t("step"))]
        tip += [alt.Tooltip(f"{field}:Q", title=words) for field, words in fields]
        here = now(chart(name), "u", "v").encode(x=x, y=y)
        layers += [
            base.transform_filter(UPTO)
            .mark_line(color=ink, strokeWidth=2, clip=True)
            .encode(order="step:Q"),
            base.transform_filter(UPTO)
            .transform_filter(RECENT)
            .mark_point(color=ink, size=35, filled=True, clip=True)
            .encode(tooltip=tip),
            here.mark_point(
                color=ink,
                size=200,
                filled=True,
                opacity=1,
                clip=True,
                stroke=look.colour("paper"),
                strokeWidth=2,
            ),
        ]
        if called:
            right = f"datum.u > {sum(domains[0]) / 2}"  # towards the middle of the picture
            layers.append(
                here.mark_text(
                    text=called[place],
                    color=ink,
                    fontSize=look.size,
                    fontWeight="bold",
                    dy=16 if place else -12,
                    clip=True,
                    align=alt.expr(f"{right} ? 'right' : 'left'"),
                    dx=alt.expr(f"{right} ? -12 : 12"),
                )
            )
    hues = alt.Scale(domain=list(called or ("",)), range=[colour for _, colour in ways])
    layers += rim(look, domains[0], domains[1], alt.Color("name:N", legend=None, scale=hues))
    layered = alt.layer(*layers)
    return look.finish(layered.add_params(shown("path")) if moving else layered, height, title)
