"""What stands below the picture: the verdict, the rule, the table of all steps, the downloads."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import streamlit as st

from gdcore.data.datasets import Data
from gdcore.descent.trajectory import Trajectory
from gdcore.export import programs
from gdcore.export.programs import Programs
from gdcore.formula import Formula, derivative_latex, latex
from gdcore.models import comparison
from gdcore.models.fit import Fit
from gdcore.models.verdicts import verdict as judged
from gdcore.ui import frame, tabs
from gdcore.ui.language import language, t
from gdcore.ui.tables import Worded, headed
from gdcore.words.figures import plain

# What the measures of quality are called in every language.
QUALITIES = {"r2": "R²", "rmse": "RMSE"}
# From so many rows on a table scrolls and sorts better as a data frame.
MANY = 9


def verdict(result: Trajectory | Fit, best: float | None = None) -> None:
    """How it went in a word and why, in the tone that suits it; hidden while the room guesses.

    best: as in `gdcore.models.verdicts.verdict`.
    """
    word = judged(result, best)
    run = result.trajectory if isinstance(result, Fit) else result
    sentence = word.say(language())
    if run.stop.sentence.key == "stop.early":
        sentence += " " + run.stop.say(language())
    with st.container(key="gd_verdict"):
        tones = {"converges": st.success, "diverges": st.warning, "bottomless": st.warning}
        show = tones.get(word, st.info)
        show(t("ui.judged", word=t(f"verdicts.{word}"), sentence=sentence))


def rule(run: Trajectory, formula: Formula | None = None) -> None:
    """The loss and its derivative, the update rule and the schedule in symbols."""
    optimizer, schedule = run.method.rule, run.method.course
    tabs.heading("ui.rule")
    if formula and formula.names:
        name = formula.names[0]
        st.latex(rf"f({name}) = {latex(formula)}")
        st.latex(rf"f'({name}) = {derivative_latex(formula, name)}")
    for line in (*optimizer.latex, schedule.latex):
        st.latex(line)
    st.caption(optimizer.source)


def table(run: Trajectory, name: str) -> None:
    """Every step in figures, and as a file."""
    tabs.heading("ui.table")
    rows = run.to_frame()
    titles = {name: t(f"charts.{name}") for name in ("step", "epoch", "loss", "learning_rate")}
    titles |= {f"gradient_{w}": f"{t('charts.gradient')} {w}" for w in run.names}
    st.dataframe(rows, hide_index=True, width="stretch", height=300, column_config=titles)
    # Written when asked for: a file per rerun would be replaced while the browser asks for it.
    st.download_button(
        t("ui.download"),
        lambda: rows.to_csv(index=False).encode("utf-8-sig"),
        f"{name}.csv",
        "text/csv",
        key=f"{name}.csv",
    )


def beside(fit: Fit, data: Data, names: Sequence[str]) -> None:
    """The table of `compared`."""
    rows = compared(fit, data, names)
    tabs.heading("ui.against", name=fit.reference.name)
    head = next(iter(rows[0]))
    told = [row | {head: frame.literal(row[head])} for row in rows]  # a table reads Markdown
    st.table(told) if len(rows) < MANY else st.dataframe(
        rows, hide_index=True, width="stretch", height="content"
    )
    for remark in fit.remarks:
        st.caption(remark.say(language()))


def compared(fit: Fit, data: Data, names: Sequence[str]) -> list[Worded]:
    """Every coefficient beside the reference's, the true and the certified one; both fits' quality.

    The reference is scikit-learn's answer to the same loss with the same penalties.
    """
    heads = {
        "name": t("ui.coefficient"),
        "descent": t("ui.descent_value"),
        "reference": fit.reference.name,
        "difference": t("ui.difference"),
        "digits": t("ui.digits"),
        "certified": t("ui.certified"),
        "truth": t("ui.true_value"),
    }
    rows = [_weight(one) for one in comparison.weights(fit, data, names)]
    return headed([*rows, *map(_quality, comparison.qualities(fit))], heads)


def _weight(one: comparison.Weight) -> Worded:
    row = {
        "name": one.name,
        "descent": f"{one.descent:.8g}",
        "reference": f"{one.reference:.8g}",
        "difference": plain(one.difference, 3),
        "digits": f"{one.digits:.1f}",
    }
    if one.certified is not None:
        row["certified"] = f"{one.certified:.15g}"
    if one.truth is not None:
        row["truth"] = f"{one.truth:.8g}"
    return row


def _quality(one: comparison.Quality) -> Worded:
    none = math.isnan(one.reference)  # the variance of a constant target
    return {
        "name": QUALITIES[one.name],
        "descent": t("reference.undefined") if none else f"{one.descent:.8g}",
        "reference": t("reference.undefined") if none else f"{one.reference:.8g}",
        "difference": plain(one.difference, 3),
    }


def log(run: Trajectory) -> None:
    """What the article's loop prints: the loss of every epoch."""
    whole = np.flatnonzero(run.epochs == np.floor(run.epochs))[:-1]
    tabs.heading("ui.log")
    lines = (
        t("ui.log_line", epoch=int(run.epochs[row]), loss=run.losses[row]) for row in whole[:2000]
    )
    st.code("\n".join(lines), language=None, height=260)


def script(page: str, exports: Programs, run: Trajectory) -> None:
    """The code that gives the same numbers without this app, in each framework's own words.

    run: what the programs repeat.
    """
    tabs.heading("ui.script")
    if exports.why:
        st.caption(exports.why.say(language()))
    if run.stop.kind == "diverged" and len(exports.codes) > 1:
        st.caption(t("programs.goes_on", step=run.steps))
    columns = st.tabs([programs.title(name) for name in exports.codes])
    for column, (name, code) in zip(columns, exports.codes.items(), strict=True):
        with column:
            st.code(code, language="python")
            st.download_button(
                t("programs.download"),
                code.encode,
                f"{page}_{name}.py",
                "text/x-python",
                key=f"{page}.{name}.py",
                on_click="ignore",
            )
