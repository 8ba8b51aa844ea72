"""A formula as a computational graph: values appear forward, gradients backward, step by step."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from gdcore.charts.look import Look, Picture, chart, scale, stencil
from gdcore.court.graph import Walk
from gdcore.words.figures import plain

ROW_HEIGHT, LOWEST, HIGHEST = 64, 190, 900  # px
CROWDED = HIGHEST / 50  # rows
SEEN, NOW = "datum.step <= frame", "datum.step == frame"
# With more edges than these, each one's derivative shows in its own step only.
FEW_EDGES = 14


def graph_chart(walk: Walk, look: Look) -> Picture:
    """The graph from its variables (left) to its result (right), followed by the player.

    Above each node stands its value once the forward pass has been there, below it the gradient
    that has arrived so far in the backward pass; on each edge its local derivative. Dragging moves
    the picture, Ctrl and the wheel zoom it, a double click shows all of it.
    """
    graph = walk.graph
    computed = {number: step for step, number in enumerate(graph.computed, 1)}
    nodes = pd.DataFrame(
        [
            {
                "x": node.column,
                "y": -node.row,
                "label": node.label,
                "step": computed.get(i, 0),
                "value": _value(walk, i),
                "round": 1 if len(node.label) < 5 else 2.4,
            }
            for i, node in enumerate(graph.nodes)
        ]
    )
    backward = {move.edge: (walk.seed + n, move) for n, move in enumerate(walk.backward, 1)}
    lines, slopes, arrived = [], [], []
    for number, edge in enumerate(graph.edges):
        step, move = backward[number]
        parent, child = graph.nodes[edge.parent], graph.nodes[edge.child]
        points: list[tuple[float, float]] = [(child.column, child.row), (parent.column, parent.row)]
        if parent.column - child.column > 1:  # around what stands in between, on its own row
            points.insert(1, (parent.column - 0.9, edge.slot))
        for order, (x, y) in enumerate(points):
            lines.append(
                {
                    "edge": number,
                    "order": order,
                    "x": x,
                    "y": -y,
                    "step": step,
                    "forward": computed[edge.parent],
                }
            )
        # Where nothing else is written: on the row kept free, or halfway between two nodes.
        (x1, y1), (x2, y2) = (points[1],) * 2 if len(points) == 3 else points
        slopes.append(
            {
                "x": x1 + (x2 - x1) * 0.45,
                "y": -(y1 + (y2 - y1) * 0.45),
                "step": step,
                "text": plain(move.local, 3),
            }
        )
        arrived.append({"node": edge.child, "step": step, "text": plain(move.total, 4)})
    arrived.append({"node": len(graph.nodes) - 1, "step": walk.seed, "text": "1"})
    return Picture(
        _graph(
            graph.columns,
            (min(-nodes["y"]), max(-nodes["y"])),
            graph.rows,
            look,
            len(slopes) <= FEW_EDGES,
        ),
        {
            "edges": pd.DataFrame(lines, columns=["edge", "order", "x", "y", "step", "forward"]),
            "slopes": pd.DataFrame(slopes, columns=["x", "y", "step", "text"]),
            "arrived": _spans(pd.DataFrame(arrived), nodes),
            "nodes": nodes,
        },
    )


def _value(walk: Walk, number: int) -> str:
    name = walk.graph.nodes[number].name
    return f"{name} = {plain(walk.values[number])}"


def _spans(arrived: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Each gradient with the step from which on it stands there, and the one before which."""
    arrived = arrived.sort_values("step")
    until = arrived.groupby("node")["step"].shift(-1).fillna(1e9)
    place = nodes.loc[arrived["node"], ["x", "y"]].reset_index(drop=True)
    return pd.concat([arrived.assign(until=until).reset_index(drop=True), place], axis=1)


@stencil
def _graph(
    columns: int, reach: tuple[float, float], rows: float, look: Look, slopes_stay: bool
) -> Any:
    x = alt.X("x:Q", axis=None, scale=scale([-0.45, columns - 0.55]))
    low, high = -reach[1], -reach[0]
    y = alt.Y("y:Q", axis=None, scale=scale([low - 0.75, high + 0.75]))
    small = 0 if rows < CROWDED else 1
    circles = alt.Scale(domain=[0, 3], range=[0, 1800 if small else 3600])
    size, away = look.size - 2 * small, 28 - 9 * small
    green, orange = (look.colour(role) for role in ("gradient", "path"))
    faint, ink, paper = (look.colour(role) for role in ("faint", "text", "paper"))
    halo = {"stroke": paper, "strokeWidth": 4, "strokeJoin": "round"}

    def text(name: str, field: str, colour: str, test: str, **more: Any) -> list[Any]:
        """Text that can be read across lines: on a broad outline in the colour of the paper."""
        base = chart(name).transform_filter(test)
        # On a phone the same words have a third of the room.
        look_of = {"fontSize": alt.expr(f"width < 500 ? {size - 4} : {size}"), **more}
        return [
            base.mark_text(color=paper, **halo, **look_of).encode(x=x, y=y, text=field),
            base.mark_text(color=colour, **look_of).encode(x=x, y=y, text=field),
        ]

    moving = alt.selection_interval(
        bind="scales", zoom="wheel![event.ctrlKey || event.metaKey]", name="view"
    )
    edges = chart("edges").encode(x=x, y=y, detail="edge:N", order="order:Q")
    return look.finish(
        alt.layer(
            edges.mark_line(interpolate="monotone", strokeWidth=2.2).encode(
                color=alt.condition(SEEN, alt.value(green), alt.value(faint))
            ),
            edges.transform_filter(f"{NOW} || datum.forward == frame")
            .mark_line(interpolate="monotone", strokeWidth=5)
            .encode(color=alt.condition(NOW, alt.value(green), alt.value(orange))),
            chart("nodes")
            .mark_point(filled=True, opacity=1, strokeWidth=2.5, cursor="pointer")
            .encode(
                x=x,
                y=y,
                tooltip=alt.value(None),
                size=alt.Size("round:Q", scale=circles, legend=None),
                fill=alt.condition(NOW, alt.value(orange), alt.value(paper)),
                stroke=alt.condition(SEEN, alt.value(ink), alt.value(faint)),
            )
            .add_params(moving),
            chart("nodes")
            .mark_text(fontSize=size + 1, fontWeight="bold")
            .encode(
                x=x,
                y=y,
                text="label:N",
                color=alt.condition(NOW, alt.value(paper), alt.value(ink)),
            ),
            *text("slopes", "text:N", ink, SEEN if slopes_stay else NOW, fontStyle="italic"),
            *text("nodes", "value:N", ink, SEEN, dy=-away, fontWeight="bold"),
            *text(
                "arrived",
                "text:N",
                green,
                f"{SEEN} && frame < datum.until",
                dy=away + 1,
                fontWeight="bold",
            ),
        ),
        round(min(max(ROW_HEIGHT * (rows + 0.6), LOWEST), HIGHEST)),
    )
