"""The formula as a graph that is walked: forward, backward, and what the frameworks recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from gdcore.backends import BACKENDS, installed
from gdcore.charts.graph import graph_chart
from gdcore.charts.look import Look
from gdcore.court.graph import Walk, build, forward_line, framework_operations, walk, written
from gdcore.formula import Formula
from gdcore.ui import asking, controls, frame, tabs
from gdcore.ui.frame import escape
from gdcore.ui.language import language, t
from gdcore.ui.player import player
from gdcore.ui.state import State
from gdcore.ui.tables import headed
from gdcore.words.figures import bracketed, plain
from gdcore.words.texts import Problem

# Deeper formulas may be folded; shallow ones need no control for it.
SHALLOW = 3


def picture(state: State, formula: Formula, at: Mapping[str, float], look: Look) -> Walk:
    """The graph; returns the walk that the player goes."""
    depth = build(formula).columns - 1
    if state["fold"] > max(depth - 1, 0):  # of a deeper formula
        state.set("fold", 0)
    traversal = walk(formula, at, depth - state["fold"] if state["fold"] else None)
    frame.draw(graph_chart(traversal, look), "graph")
    return traversal


def play(state: State, formula: Formula, traversal: Walk) -> None:
    """The player, how the picture is read, and for deep formulas how much of it is shown."""
    player("graph", range(traversal.steps + 1), lines(traversal), language())
    st.caption(t("ui.graph_help"))
    depth = build(formula).columns - 1
    if depth > SHALLOW:
        controls.show(state, "fold", within=(0, depth - 1))


def records(formula: Formula, at: Mapping[str, float]) -> list[asking.Question]:
    """The table of all nodes. What is returned asks the frameworks what they recorded."""
    tabs.heading("ui.graph")
    whole = walk(formula, at)
    if not whole.graph.computed:
        st.caption(t("ui.nothing_recorded"))
        return []
    slot = frame.Later()
    calls: dict[str, tuple[str, dict[str, Any]]] = {
        backend.name: (
            backend.name,
            {"formula": formula, "at": dict(at), "backend": backend.name},
        )
        for backend in installed()
        if backend.records
    }

    def show(answers: dict[str, Any], waiting: str) -> None:
        with slot.fill():
            st.caption(waiting or t("ui.recorded"))
            st.dataframe(recorded(whole, list(calls), answers), hide_index=True, width="stretch")

    return [asking.Question(framework_operations, calls, show)]


def recorded(traversal: Walk, names: list[str], answers: dict[str, Any]) -> list[dict[str, str]]:
    """One row per node: what it computes, its value, and each framework's own name for it."""
    heads = {"node": t("ui.node"), "rule": t("ui.computes"), "value": t("ui.value")}
    heads |= {name: f"{BACKENDS[name].title} {BACKENDS[name].records}" for name in names}
    rows = []
    for place, number in enumerate(traversal.graph.computed):
        node = traversal.graph.nodes[number]
        row = {
            "node": node.name,
            "rule": forward_line(traversal, number)[0],
            "value": plain(traversal.values[number], 6),
        }
        for name in names:
            answer = answers.get(name, "…")
            said = answer.say(language()) if isinstance(answer, Problem) else answer
            row[name] = said if isinstance(said, str) else ", ".join(said[place]) or "—"
        rows.append(row)
    return headed(rows, heads)


def lines(traversal: Walk) -> list[str]:
    """For every step of the walk, its arithmetic as HTML."""
    graph = traversal.graph
    givens = [
        (node.name, traversal.values[i]) for i, node in enumerate(graph.nodes) if not node.arguments
    ]
    html = [_line(t("ui.given"), *(f"<i>{escape(n)}</i> = <b>{plain(v)}</b>" for n, v in givens))]
    for number in graph.computed:
        rule, figures, value = forward_line(traversal, number)
        name = escape(graph.nodes[number].name)
        html.append(
            _line(
                t("ui.forward"),
                f"<i>{name}</i> = {_italic(rule)} = {escape(figures)} = <b>{value}</b>",
            )
        )
    result = escape(graph.nodes[-1].name)
    html.append(_line(t("ui.backward"), f"∂f/∂<i>{result}</i> = <b>1</b>"))
    sums: dict[int, list[str]] = {}
    for move in traversal.backward:
        edge = graph.edges[move.edge]
        parent, child = (escape(graph.nodes[i].name) for i in (edge.parent, edge.child))
        parts = sums.setdefault(edge.child, [])
        parts.append(bracketed(move.product))
        arriving, local = bracketed(move.arriving), bracketed(move.local)
        factors = dict.fromkeys(f"{arriving} × {by}" for by in (_factor(move.rule), local))
        product = (
            f"∂f/∂<i>{parent}</i> · ∂<i>{parent}</i>/∂<i>{child}</i> = "
            f"{' = '.join(factors)} = <b>{plain(move.product)}</b>"
        )
        total = f"∂f/∂<i>{child}</i> = "
        if len(parts) > 1:
            total += f"{' + '.join(parts)} = "
        total += f"<b>{plain(move.total)}</b>"
        html.append(_line(t("ui.backward"), product, total))
    return html


def _factor(rule: str) -> str:
    text = written(rule)
    loose = any(sign in text for sign in (" + ", " − ", " × ", "/")) or text.startswith("−")
    shown = text if text.isdigit() else _italic(text)  # numbers stand upright
    return f"({shown})" if loose else shown


def _italic(text: str) -> str:
    return f"<i>{escape(text)}</i>"


def _line(head: str, *parts: str) -> str:
    rows = "".join(f"<div>{part}</div>" for part in parts)
    return f'<div class="gd-facts"><span>{head}</span></div><div class="gd-rule">{rows}</div>'
