"""What is known before play is pressed, and how well it came true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from gdcore.charts import steps
from gdcore.charts.forecast import gauge_chart, rate_chart
from gdcore.charts.look import Look
from gdcore.charts.player import thin
from gdcore.models import outlook
from gdcore.models.fit import Fit
from gdcore.ui import frame, tabs
from gdcore.ui.language import t
from gdcore.ui.state import State
from gdcore.words.figures import below, plain

# More directions than these hide one another.
MOST_DIRECTIONS = 8


def layout(state: State, fit: Fit, names: list[str], look: Look) -> None:
    """The gauge and what the curvature says, in figures; after a divergence, why.

    names: of all weights, the intercept last.
    """
    accuracy = float(state["accuracy"])
    tabs.heading("forecast.title")
    forecast, rate = fit.forecast, fit.trajectory.method.learning_rate
    if not outlook.forecastable(fit) or forecast.limit is None:
        st.caption(t("forecast.unknown", condition=plain(forecast.condition_number, 3)))
        return
    frame.draw(gauge_chart(rate, forecast.best, forecast.limit, look), "gauge")
    facts = outlook.facts(fit).items()
    st.markdown(
        " · ".join(f"{t(f'forecast.{key}')} **{_fact(key, value)}**" for key, value in facts)
    )
    counted = " · ".join(
        f"{_way(pace)} **{_count(pace.steps)}**" for pace in outlook.paces(fit, accuracy)
    )
    st.markdown(f"{t('forecast.steps', share=plain(100 * accuracy))} {counted}")
    if forecast.flat:
        st.caption(t("forecast.flat", count=forecast.flat))
    _score(fit)
    _divergence(fit, names)
    best_rate = outlook.typed_rate(forecast.best)

    def use() -> None:
        st.session_state[state.widget("lr")] = best_rate

    st.button(t("forecast.use_best", rate=plain(best_rate)), key="use_best", on_click=use)


def _fact(key: str, value: Any) -> str:
    """A fact in figures; a rounded limit stays below the limit."""
    match key:
        case "eigenvalues":
            return _range(value)
        case "limit":
            return below(value)
    return plain(value)


def _range(values: np.ndarray) -> str:
    if len(values) <= 4:
        return ", ".join(plain(value, 3) for value in values)
    return f"{plain(values[0], 3)} … {plain(values[-1], 3)}"


def _way(pace: outlook.Pace) -> str:
    values = {"rate": plain(pace.rate, 3), "momentum": plain(pace.momentum, 5)}
    return t(f"forecast.{pace.way}", **values)


def _count(steps: float) -> str:
    if np.isnan(steps):
        return t("forecast.no_formula")
    return "∞" if not np.isfinite(steps) else f"{int(steps):,}"


def _score(fit: Fit) -> None:
    """How far the measured losses lie from those that were foretold."""
    worst = outlook.gap(fit)
    if worst is None:
        st.caption(t("forecast.not_foreseeable"))
        return
    st.caption(t("forecast.score", gap=plain(worst, 2), steps=fit.trajectory.steps))


def _divergence(fit: Fit, names: list[str]) -> None:
    why = outlook.why_diverged(fit)
    if why is None or why.since is None:
        return
    st.warning(
        t(
            "forecast.diverging",
            direction=frame.literal(", ".join(names[i] for i in outlook.heavy(why.direction))),
            since=why.since,
            value=plain(why.eigenvalue),
            factor=plain(why.factor, 3),
            limit=below(why.limit),
        )
    )


def losses(fit: Fit, rows: np.ndarray, look: Look, height: int, domain: list[float]) -> None:
    """The loss over the steps: of training and of test data, and as it was foretold."""
    run = fit.trajectory
    # What grows by a factor at every step is a straight line on a logarithmic axis.
    log = steps.logarithmic(run)
    title = look.t("loss_log_title" if log else "loss_title")
    if log:
        domain = steps.decades(run.losses)
    parts = {look.t("measured"): fit.train_losses}
    if fit.test_losses is not None:
        parts = {look.t("train"): fit.train_losses, look.t("test"): fit.test_losses}
    if fit.foretold is not None:
        parts[look.t("foretold")] = fit.foretold
    if len(parts) == 1:
        one = pd.DataFrame({"step": rows, "loss": run.losses[rows]})
        chart = steps.step_chart(one, "loss", look, "loss", title, height, domain, log=log)
        frame.draw(chart, "loss")
        return
    long = pd.concat(
        [
            pd.DataFrame({"step": rows, "name": name, "value": np.asarray(values, float)[rows]})
            for name, values in parts.items()
        ]
    )
    inks = {look.t("test"): "run1", look.t("foretold"): "run2"}
    chart = steps.series_chart(
        long,
        list(parts),
        look,
        title,
        height,
        domain,
        log=log,
        dashed=[look.t("foretold")],
        inks=[inks.get(name, "loss") for name in parts],
    )
    frame.draw(chart, "losses")


def lab(fit: Fit, rows: np.ndarray, look: Look) -> None:
    """Other rates and the errors by direction, side by side, as far as a formula knows them.

    rows: the player's frames.
    """
    tabs.heading("ui.lab")
    st.markdown(t("ui.lab_help"))
    parts: list[Callable[[], None]] = []
    if rates := outlook.ends_by_rate(fit):
        parts.append(lambda: _sweep(fit, rates, look))
    if directions := outlook.directions(fit, MOST_DIRECTIONS):
        parts.append(lambda: _directions(fit, directions, rows, look))
    if not parts:
        st.caption(t("forecast.no_lab"))
        return
    for column, part in zip(st.columns(len(parts)), parts, strict=True):
        with column:
            part()


def _directions(
    fit: Fit, directions: outlook.Directions, rows: np.ndarray, look: Look, height: int = 280
) -> None:
    """The error along each eigenvector of the Hessian: each shrinks at a pace of its own.

    rows: the player's frames; the highs and lows of these errors are drawn besides.
    """
    rows = np.union1d(rows, thin(fit.trajectory.steps, 400, directions.errors))
    names = [f"λ = {plain(value, 3)}" for value in directions.eigenvalues]
    names = [f"{name} ({i + 1})" if names.count(name) > 1 else name for i, name in enumerate(names)]
    long = steps.long_frame(rows, names, directions.errors[rows])
    domain = steps.gap_domain(long["value"].to_numpy())
    chart = steps.series_chart(
        long, names, look, look.t("directions_title"), height, domain, log=True
    )
    frame.draw(chart, "directions")


def _sweep(fit: Fit, losses_by_rate: tuple[np.ndarray, np.ndarray], look: Look) -> None:
    """The final loss against the learning rate in closed form, with the limits marked."""
    run, forecast = fit.trajectory, fit.forecast
    here = (run.method.learning_rate, float(run.losses[-1]))
    frame.draw(rate_chart(*losses_by_rate, here, forecast.best, forecast.limit, look), "rates")
