"""The parts of the coming step as arrows: what the gradient takes, and what momentum adds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from gdcore.charts.look import Look, chart, scale
from gdcore.charts.player import CALM, now

FIELDS = ("w", "loss", "gradient", "learning_rate", "next", "next_loss", "pulled")


def arrows(look: Look, x_domain: Sequence[float], y_domain: Sequence[float]) -> list[Any]:
    """The parts of the coming step as arrows at the height of the current point."""
    words = [look.t("gradient_part"), look.t("momentum")]
    ink = alt.Color(
        "part:N",
        legend=None,
        scale=alt.Scale(domain=words, range=[look.colour("gradient"), look.colour("momentum")]),
    )
    begin, end = (alt.X(f"{at}:Q", scale=scale(x_domain)) for at in ("begin", "end"))
    y = alt.Y("loss:Q", scale=scale(y_domain))
    # One row, taken apart here: rows of their own would have to be searched at every frame.
    pull, drift = json.dumps(words[0]), json.dumps(words[1])
    base = (
        now(chart("path"), *FIELDS)
        .transform_filter(CALM)
        .transform_calculate(part=f"[{pull}, {drift}]")
        .transform_flatten(["part"])
        .transform_calculate(
            begin=f"datum.part == {pull} ? datum.w : datum.pulled",
            end=f"datum.part == {pull} ? datum.pulled : datum.next",
        )
        .transform_filter("datum.begin != datum.end")
    )
    long = f"abs(datum.end - datum.begin) > {0.03 * (x_domain[1] - x_domain[0])}"
    head = alt.expr("datum.end > datum.begin ? 90 : -90")
    return [
        base.mark_rule(strokeWidth=4, clip=True).encode(x=begin, x2="end:Q", y=y, color=ink),
        base.transform_filter(long)
        # The tip, not the middle, of the head is where the part ends.
        .mark_point(
            shape="triangle",
            filled=True,
            opacity=1,
            size=150,
            angle=head,
            clip=True,
            xOffset=alt.expr("datum.end > datum.begin ? -6 : 6"),
        )
        .encode(x=end, y=y, color=ink),
        *(
            base.transform_filter(
                f"datum.part == {part} && abs(datum.end - datum.begin) >"
                f" {0.05 * (x_domain[1] - x_domain[0])}"
            )
            .transform_calculate(middle="(datum.begin + datum.end) / 2")
            .mark_text(dy=beside, fontSize=look.size, fontWeight="bold", clip=True)
            .encode(x=alt.X("middle:Q", scale=scale(x_domain)), y=y, text="part:N", color=ink)
            for part, beside in ((pull, -13), (drift, 16))
        ),
    ]
