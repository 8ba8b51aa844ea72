"""What is known before play is pressed, and how well it came true."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from gdcore.charts import steps
from gdcore.charts.forecast import gauge_chart, rate_chart
from gdcore.charts.look import Look
from gdcore.charts.player import thin
from gdcore.models.fit import Fit
from gdcore.theory.quadratics import diverging_direction, eigen_errors, final_losses
from gdcore.ui import frame
from gdcore.ui.language import t
from gdcore.ui.state import State
from gdcore.words.figures import below, plain

MOST_DIRECTIONS = 8
RATES = 160


def layout(state: State, fit: Fit, names: list[str], look: Look) -> None:
    """The gauge and what the curvature says, in figures; after a divergence, why.

    names: of all weights, the intercept last.
    """
    accuracy = float(state["accuracy"])
    st.subheader(t("forecast.title"), anchor=False)
    known, rate = fit.forecast, fit.trajectory.method.learning_rate
    if known.limit is None or not known.best > 0:
        st.caption(t("forecast.unknown", condition=plain(known.condition_number, 3)))
        return
    frame.draw(gauge_chart(rate, known.best, known.limit, look), "gauge")
    facts = [
        (t("forecast.condition"), plain(known.condition_number, 4)),
        (t("forecast.eigenvalues"), _range(known.eigenvalues)),
        (t("forecast.limit"), below(known.limit)),
        (t("forecast.best"), plain(known.best)),
    ]
    st.markdown(" · ".join(f"{name} **{value}**" for name, value in facts))
    fastest, momentum = known.best_momentum
    fast = t("forecast.momentum", rate=plain(fastest, 3), momentum=plain(momentum, 5))
    best = known.steps_with(known.best, known.momentum or 0.0, accuracy)
    ways = {
        # A schedule or small batches go a way of their own.
        t("forecast.this_run"): known.steps_to(accuracy) if fit.foreseeable else np.nan,
        t("forecast.at_best"): best,
        fast: known.steps_with(fastest, momentum, accuracy),
    }
    counted = " · ".join(f"{name} **{_count(count)}**" for name, count in ways.items())
    st.markdown(f"{t('forecast.steps', share=plain(100 * accuracy))} {counted}")
    if known.flat:
        st.caption(t("forecast.flat", count=known.flat))
    _score(fit)
    _divergence(fit, names)
    # Cut and not rounded: in a long valley the limit lies right behind the best rate.
    digit = 10.0 ** (np.floor(np.log10(known.best)) - 2)
    best_rate = float(f"{np.floor(known.best / digit) * digit:.3g}")

    def use() -> None:
        st.session_state[state.widget("lr")] = best_rate

    st.button(t("forecast.use_best", rate=plain(best_rate)), key="use_best", on_click=use)


def _range(values: np.ndarray) -> str:
    if len(values) <= 4:
        return ", ".join(plain(value, 3) for value in values)
    return f"{plain(values[0], 3)} … {plain(values[-1], 3)}"


def _count(steps: float) -> str:
    if np.isnan(steps):
        return t("forecast.no_formula")
    return "∞" if not np.isfinite(steps) else f"{int(steps):,}"


def _score(fit: Fit) -> None:
    """How far the measured losses lie from those that were foretold."""
    foretold = fit.foretold
    if foretold is None:
        st.caption(t("forecast.not_foreseeable"))
        return
    measured = fit.trajectory.losses.astype(float)
    with np.errstate(all="ignore"):
        # Below a billionth of the first loss there is nothing left but rounding.
        gap = np.abs(foretold - measured) / np.maximum(np.abs(measured), 1e-9 * measured[0])
    worst = float(np.nanmax(gap))
    st.caption(t("forecast.score", gap=plain(worst, 2), steps=fit.trajectory.steps))


def _divergence(fit: Fit, names: list[str]) -> None:
    known = fit.forecast
    if fit.trajectory.stop.kind != "diverged" or not fit.foreseeable or known.momentum is None:
        return
    why = diverging_direction(
        fit.matrix,
        fit.trajectory.method.learning_rate,
        fit.minimum,
        fit.trajectory.weights[0],
        known.momentum,
        max(fit.trajectory.steps, 1),
    )
    if why is None:
        return
    size = np.abs(why.direction)
    heavy = ", ".join(names[i] for i in np.argsort(-size)[:3] if size[i] > 0.3)
    st.warning(
        t(
            "forecast.diverging",
            direction=frame.literal(heavy),
            since=why.since or 0,
            value=plain(why.eigenvalue),
            factor=plain(why.factor, 3),
            limit=below(why.limit),
        )
    )


def losses(fit: Fit, rows: np.ndarray, look: Look, height: int, domain: list[float]) -> None:
    """The loss over the steps: of training and of test data, and as it was foretold."""
    run = fit.trajectory
    # What grows by a factor at every step is a straight line on a logarithmic axis.
    log = run.stop.kind == "diverged" and bool((run.losses > 0).all())
    title = look.t("loss_log_title" if log else "loss_title")
    if log:
        domain = steps.gap_domain(run.losses.astype(float))
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
    chart = steps.series_chart(
        long, list(parts), look, title, height, domain, log=log, dashed=[look.t("foretold")]
    )
    frame.draw(chart, "losses")


def directions(fit: Fit, rows: np.ndarray, look: Look, height: int = 280) -> None:
    """The error along each eigenvector of the Hessian: each shrinks at a pace of its own.

    rows: the player's frames; the highs and lows of these errors are drawn besides.
    """
    if not fit.quadratic:
        return
    run = fit.trajectory
    errors = np.abs(eigen_errors(run.weights.astype(float), fit.minimum, fit.matrix))
    values = fit.forecast.eigenvalues
    shown = np.unique(np.linspace(0, len(values) - 1, MOST_DIRECTIONS).round().astype(int))
    errors = errors[:, shown]
    rows = np.union1d(rows, thin(run.steps, 400, errors))
    names = [f"λ = {plain(values[i], 3)}" for i in shown]
    names = [f"{name} ({i + 1})" if names.count(name) > 1 else name for i, name in enumerate(names)]
    long = pd.concat(
        [
            pd.DataFrame({"step": rows, "name": name, "value": np.maximum(errors[rows, i], 1e-16)})
            for i, name in enumerate(names)
        ]
    )
    domain = steps.gap_domain(long["value"].to_numpy())
    chart = steps.series_chart(
        long, names, look, look.t("directions_title"), height, domain, log=True
    )
    frame.draw(chart, "directions")


def sweep(fit: Fit, look: Look) -> None:
    """The final loss against the learning rate in closed form, with the limits marked."""
    known, run = fit.forecast, fit.trajectory
    if fit.foretold is None or known.momentum is None or not known.best > 0:
        return
    edge = known.limit or known.best
    rates = np.geomspace(known.best / 300, edge * 1.5, RATES)
    ends = final_losses(
        fit.matrix,
        fit.minimum,
        run.weights[0],
        fit.reference.loss,
        rates,
        fit.setup.epochs,
        known.momentum,
    )
    here = (run.method.learning_rate, float(run.losses[-1]))
    frame.draw(rate_chart(rates, ends, here, known.best, known.limit, look), "rates")
