"""Several runs over one another: learning rates, optimizers or starts, up to six."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from gdcore.charts import curve, steps
from gdcore.charts.look import Look
from gdcore.descent.trajectory import Trajectory
from gdcore.export import programs
from gdcore.models import contest
from gdcore.rules.method import Method
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.ui import controls, frame, readout, results
from gdcore.ui.language import language, t
from gdcore.ui.player import player
from gdcore.ui.settings import MOST_RUNS
from gdcore.ui.starts import Ground
from gdcore.ui.state import State
from gdcore.ui.tables import headed
from gdcore.words.figures import plain, typed
from gdcore.words.texts import Problem

RANGES = {"lr": (0.0, 100.0), "start": (-1e3, 1e3)}
_USUAL = {"lr": "0.01, 0.1, 0.6, 0.95", "optimizer": "sgd, momentum, adam", "start": "-5, 2, 5"}


def values(state: State) -> list[str]:
    """The values to compare, [] for a single run. Raises nothing: `runs` judges them."""
    if state["compare"] == "none":
        return []
    pieces = state["with"].replace("、", ",").replace("\uff0c", ",").split(",")
    return [piece.strip() for piece in pieces if piece.strip()]


def add(state: State, value: str) -> None:
    """One more value to compare; of too many the first one goes."""
    kept = [*values(state), value][-MOST_RUNS:]
    st.session_state[state.widget("with")] = ", ".join(kept)


def panel(state: State, usually: Mapping[str, str] = _USUAL) -> None:
    """The controls behind `values`. usually: by kind, what to begin with."""

    def usual() -> None:
        state.set("with", usually.get(state["compare"], ""))

    controls.show(state, "compare", changed=usual)
    if state["compare"] == "none":
        return
    names = ", ".join(OPTIMIZERS) if state["compare"] == "optimizer" else ""
    controls.show(state, "with", words={"most": MOST_RUNS, "known": names})
    if not values(state):
        st.caption(t("ui.nothing_to_compare"))


def runs(state: State, ground: Ground) -> list[tuple[str, dict[str, Any]]]:
    """For each value a label and the settings that differ. Raises Problem for a bad one.

    A start is one number for each variable of the ground, with spaces between; one outside the
    formula's domain is moved into it.
    """
    given = values(state)
    if len(given) > MOST_RUNS:
        raise Problem("ui.too_many_runs", most=MOST_RUNS)
    changes: dict[str, dict[str, Any]] = {}
    for value in given:
        if state["compare"] == "optimizer":
            if value.lower() not in OPTIMIZERS:
                raise Problem(
                    "settings.unknown",
                    setting=t("ui.optimizer"),
                    name=value[:20],
                    known=", ".join(OPTIMIZERS),
                )
            change: dict[str, Any] = {"optimizer": value.lower()}
            changes[OPTIMIZERS[value.lower()].title] = change
            continue
        if state["compare"] == "lr":
            rate = _figure(value, "lr")
            changes[f"η = {plain(rate)}"] = {"learning_rate": rate}
            continue
        asked = [_figure(piece, "start") for piece in value.split()]
        if len(asked) != len(ground.names):
            key = "ui.start_pairs" if len(ground.names) > 1 else "ui.not_a_number"
            raise Problem(key, value=value[:20])
        start = ground.inside(asked)
        changes[", ".join(f"{n} = {plain(at)}" for n, at in start.items())] = {"start": start}
    return list(changes.items())


def _figure(text: str, kind: str) -> float:
    try:
        figure = typed(text)
    except ValueError:
        raise Problem("ui.not_a_number", value=text[:20]) from None
    low, high = RANGES[kind]
    if not low <= figure <= high:
        raise Problem("ui.out_of_range", value=plain(figure), low=plain(low), high=plain(high))
    return figure


def merged(call: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `descend` with what differs, on NumPy.

    Another optimizer brings its own defaults, and the schedule keeps its knobs.
    """
    asked = {key: call[key] for key in ("formula", "start", "steps")}
    method = Method.of(**{key: value for key, value in call.items() if key not in asked})
    method = replace(method, backend="numpy")
    if change.get("optimizer", method.optimizer) != method.optimizer:
        method = method.with_optimizer(change["optimizer"])
    return asked | method.keywords(asked) | change


def table(runs: list[tuple[str, Trajectory]]) -> pd.DataFrame:
    """The rows of all runs with a column `name`; a run that ended early stays where it ended."""
    rows, parts = curve.frames(*(run for _, run in runs)), []
    for label, run in runs:
        kept = curve.path_frame(run).iloc[np.minimum(rows, run.steps)]
        parts.append(kept.assign(step=rows, name=label))
    return pd.concat(parts, ignore_index=True)


def first(
    runs: list[tuple[str, Trajectory]],
    rows: pd.DataFrame,
    ground: pd.DataFrame,
    look: Look,
    name: str,
) -> None:
    """All runs on the curve. rows: their `table`."""
    frame.draw(curve.overlay_chart(rows, ground, _names(runs), look, name), "overlay")


def courses(
    runs: list[tuple[str, Trajectory]],
    rows: pd.DataFrame,
    ground: pd.DataFrame,
    look: Look,
    name: str,
    best: float | None,
) -> None:
    """The losses and weights of all runs over the steps.

    rows: their `table`. best: the smallest loss, where losses are to be shown logarithmically
    above it.
    """
    domains = curve.domains(rows, ground)
    for field in ("loss", "w"):
        long = rows[["step", "name", field]].rename(columns={field: "value"})
        title, domain, log = look.t(f"{field}_title", name=name), domains[field], False
        if field == "loss" and best is not None:
            long["value"] = steps.gap(long["value"].to_numpy(), best)
            title, log = look.t("gap_title"), True
            domain = steps.gap_domain(long["value"].to_numpy())
        elif field == "loss" and steps.logarithmic(*(run for _, run in runs)):
            title, log = look.t("loss_log_title"), True
            domain = steps.decades(long["value"].to_numpy())
        chart = steps.series_chart(long, _names(runs), look, title, domain=domain, log=log)
        frame.draw(chart, f"overlay_{field}")


def play(runs: list[tuple[str, Trajectory]], name: str) -> None:
    """The player of all runs."""
    kept = curve.frames(*(run for _, run in runs))
    last = max(run.steps for _, run in runs)
    player("overlay", kept, readout.overlay(runs, kept, name), language(), total=last)


def _names(runs: list[tuple[str, Trajectory]]) -> list[str]:
    return [label for label, _ in runs]


def winners(runs: list[tuple[str, Trajectory]], best: float) -> list[contest.Judged]:
    """Who arrived first; returns how every run is judged.

    best: the smallest loss known, see `gdcore.models.contest.least_loss`.
    """
    standings = contest.judged(runs, best)
    if first := contest.first(standings):
        labels, step = first
        st.success(t("ui.first", name=", ".join(labels), step=step))
    return standings


def verdicts(standings: list[contest.Judged]) -> None:
    """How every run went, in a word and in figures."""
    heads = {
        "run": t("ui.run"),
        "verdict": t("ui.verdict"),
        "arrival": t("ui.arrival"),
        "loss": t("ui.final_loss"),
        "reason": t("ui.happened"),
    }
    rows = [
        {
            "run": frame.literal(one.label),
            "verdict": t(f"verdicts.{one.verdict}"),
            "arrival": "—" if one.arrival is None else str(one.arrival),
            "loss": plain(one.loss),
            "reason": one.verdict.say(language()),
        }
        for one in standings
    ]
    st.table(headed(rows, heads))  # unlike a dataframe it breaks long sentences


def steps_of(runs: list[tuple[str, Trajectory]], page: str) -> None:
    """Every step of one of the runs in figures."""
    results.table(runs[_chosen(runs)][1], page)


def code_of(
    page: str, runs: list[tuple[str, Trajectory]], calls: Sequence[Mapping[str, Any]]
) -> None:
    """The programs that repeat one of the runs. calls: of `descend`, in the order of the runs."""
    chosen = _chosen(runs)
    results.script(page, programs.of_descent(calls[chosen]), runs[chosen][1])


def _chosen(runs: list[tuple[str, Trajectory]]) -> int:
    """The place of the run that is looked at closely."""
    if not 0 <= st.session_state.get("closely", 0) < len(runs):
        st.session_state["closely"] = 0
    st.session_state.setdefault("closely", 0)
    if len(runs) > 1:
        st.segmented_control(
            t("ui.run"),
            range(len(runs)),
            key="closely",
            format_func=lambda place: frame.literal(runs[place][0]),
            required=True,
            persist_state="session",
            wrap=True,
        )
    return int(st.session_state["closely"])
