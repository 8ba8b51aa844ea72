"""The report of a regression, written when somebody asks for it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from gdcore.charts import diagnostics, steps
from gdcore.charts import regression as charts
from gdcore.charts.line import line_chart
from gdcore.charts.look import Look, Picture
from gdcore.data.datasets import Data
from gdcore.export import report
from gdcore.models.fit import Fit
from gdcore.ui import data as sources
from gdcore.ui import pictures, player, results, settings
from gdcore.ui.language import language, t
from gdcore.words.figures import below, plain


def offer(
    page: str,
    fit: Fit,
    given: Data,
    notes: list[str],
    code: str,
    rows: np.ndarray,
    lines: list[str],
) -> None:
    """The button under which the report lies; it is put together when it is pressed.

    rows, lines: the frames of the page's player and their numbers.
    """
    title, spoken = t(f"{page}.title"), language()
    names = sources.labels(given, fit.trajectory.names)
    forecast = fit.forecast
    facts = [
        (t("report.samples"), f"{len(fit.y):,}"),
        (t("ui.features"), ", ".join(names[:-1])),
        (t("own.target"), given.target),
        (t("forecast.condition"), plain(forecast.condition_number)),
    ]
    if len(fit.y_test):
        facts.append((t("charts.test"), f"{len(fit.y_test):,}"))
    if given.source:
        facts.append((t("report.source"), given.source))
    if forecast.limit is not None:
        facts += [
            (t("forecast.limit"), below(forecast.limit)),
            (t("forecast.best"), plain(forecast.best)),
        ]
    notes = [*notes, *(remark.say(spoken) for remark in fit.remarks)]
    compared = results.compared(fit, given, names)
    bright = Look(spoken)

    def document() -> str:
        data = player.content(page, rows, lines, spoken, total=fit.trajectory.steps)
        said = fit.trajectory.stop.say(spoken)
        whole = report.Report(
            title=title,
            verdict=said,
            facts=facts,
            notes=notes,
            settings=settings.lines(fit.trajectory.method, fit.setup),
            comparison=compared,
            pictures=_pictures(fit, given, names, rows, bright),
            player=data,
            code=code,
        )
        return report.write(whole, bright, player.script(), player.style())

    st.download_button(
        t("report.download"),
        document,
        f"{page}.html",
        "text/html",
        help=t("report.help"),
        key=f"{page}.report",
    )


def _pictures(
    fit: Fit, given: Data, names: list[str], rows: np.ndarray, look: Look
) -> list[Picture]:
    weights, run = fit.weights[rows], fit.trajectory
    reference = [*fit.reference.coef_, fit.reference.intercept_]
    data = (fit.X, fit.y, weights, rows, look)
    figures = []
    if fit.X.shape[1] == 1:
        goal = (float(reference[0]), float(reference[1]))
        figures.append(
            line_chart(
                fit.X[:, 0], fit.y, weights, rows, look, goal, given.features[0], given.target
            )
        )
    figures.append(pictures.over(fit, (0, 1), names, rows, look))
    losses = steps.long_frame(rows, [look.t("loss")], run.losses[rows, None])
    figures.append(
        steps.series_chart(
            losses,
            [look.t("loss")],
            look,
            look.t("loss_title"),
            280,
            charts.loss_domain(run),
            inks=["loss"],
        )
    )
    references = [(n, "reference_line", float(v)) for n, v in zip(names, reference, strict=True)]
    long = steps.long_frame(rows, names, weights)
    figures.append(
        steps.series_chart(
            long,
            names,
            look,
            look.t("weights_title"),
            280,
            charts.weight_domain(fit),
            references=references,
        )
    )
    figures.append(diagnostics.predicted_chart(*data, 280, look.t("predicted_title")))
    figures.append(diagnostics.residual_chart(*data, 280, look.t("residual")))
    return figures
