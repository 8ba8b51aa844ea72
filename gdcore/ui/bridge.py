"""The scaling bridge: the same data as they are and standardised, side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from gdcore.charts.look import Look
from gdcore.charts.player import thin
from gdcore.data.datasets import Data
from gdcore.models import comparison, fitting
from gdcore.models.fit import Fit
from gdcore.models.setup import SCALINGS
from gdcore.ui import frame, pictures, tabs
from gdcore.ui.language import language, t
from gdcore.ui.tables import Worded, headed
from gdcore.words.figures import below, plain


def layout(
    fit: Fit, data: Data, names: list[str], which: tuple[int, int], rows: np.ndarray, look: Look
) -> None:
    """Both surfaces, both paths, both condition numbers, and where both ended, digit by digit.

    rows: the player's frames; what the other run does besides, and beyond them, is drawn too.
    """
    tabs.heading("bridge.title")
    st.markdown(t("bridge.help"))
    method = replace(fit.trajectory.method, backend="numpy")
    fits = {
        scaling: fit
        if scaling == fit.setup.scaling
        else fitting.fit(data.X, data.y, method, replace(fit.setup, scaling=scaling))
        for scaling in SCALINGS
    }
    last = max(one.trajectory.steps for one in fits.values())
    paths = (one.trajectory.weights for one in fits.values())
    rows = np.union1d(rows, thin(last, 400, *paths))
    other = fits["standardise"]
    mapped = other.weights[np.minimum(rows, other.trajectory.steps)]
    for column, (scaling, one) in zip(st.columns(2), fits.items(), strict=True):
        with column:
            st.markdown(f"**{t(f'names.{scaling}')}**")
            forecast = one.forecast
            limit = t("ui.no_limit") if forecast.limit is None else below(forecast.limit)
            st.caption(
                t(
                    "bridge.numbers",
                    condition=plain(forecast.condition_number, 4),
                    limit=limit,
                    best=plain(forecast.best),
                )
            )
            raw = scaling == "none"
            labels = names if raw else [f"{name}*" for name in names]
            beside = (t("names.none"), t("bridge.beside"), mapped) if raw else None
            frame.draw(
                pictures.over(one, which, labels, rows, look, 320, True, beside),
                f"bridge_{scaling}",
            )
            st.caption(one.trajectory.stop.say(language()))
    _table(fits, data, names)


def _table(fits: dict[str, Fit], data: Data, names: list[str]) -> None:
    """Coefficients of both ways in the data's own units, beside those of others."""
    reference = fits["none"].reference.name
    against = t("bridge.certified") if data.certified is not None else reference
    heads = {
        "name": t("ui.coefficient"),
        "none": t("bridge.raw"),
        "standardise": t("bridge.mapped"),
        "reference": reference,
        "certified": t("bridge.certified"),
        "digits": t("bridge.digits"),
    }
    rows = headed([_row(one) for one in comparison.bridged(fits, data, names)], heads)
    st.dataframe(rows, hide_index=True, width="stretch", height="content")
    st.caption(t("bridge.digits_help", against=against))


def _row(one: comparison.Bridged) -> Worded:
    row = {"name": one.name, "reference": f"{one.reference:.10g}"}
    row |= {scaling: f"{value:.10g}" for scaling, value in one.ways.items()}
    row["digits"] = " / ".join(f"{digits:.1f}" for digits in one.digits.values())
    if one.certified is not None:
        row["certified"] = f"{one.certified:.10g}"
    return row
