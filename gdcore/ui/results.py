"""What stands below the picture: the verdict, the rule, the table of all steps, the downloads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from gdcore.data.datasets import Data, agreeing_digits
from gdcore.descent.trajectory import Trajectory
from gdcore.formula import Formula, derivative_latex, latex
from gdcore.models.fit import Fit
from gdcore.models.verdicts import verdict as judged
from gdcore.ui import frame
from gdcore.ui.language import language, t
from gdcore.words.figures import plain


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
    with st.expander(t("ui.rule")):
        if formula and formula.names:
            name = formula.names[0]
            st.latex(rf"f({name}) = {latex(formula)}")
            st.latex(rf"f'({name}) = {derivative_latex(formula, name)}")
        for line in (*optimizer.latex, schedule.latex):
            st.latex(line)
        st.caption(optimizer.source)


def table(run: Trajectory, name: str) -> None:
    """Every step in figures, and as a file."""
    with st.expander(t("ui.table")):
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


def comparison(fit: Fit, data: Data, names: Sequence[str]) -> None:
    """The table of `compared`."""
    rows = compared(fit, data, names)
    st.subheader(t("ui.against", name=fit.reference.name), anchor=False)
    head = t("ui.coefficient")
    told = [row | {head: frame.literal(row[head])} for row in rows]  # a table reads Markdown
    st.table(told) if len(rows) < 9 else st.dataframe(
        rows, hide_index=True, width="stretch", height="content"
    )
    for remark in fit.remarks:
        st.caption(remark.say(language()))


def compared(fit: Fit, data: Data, names: Sequence[str]) -> list[dict[str, str]]:
    """Every coefficient beside the reference's, the true and the certified one; both fits' quality.

    The reference is scikit-learn's answer to the same loss with the same penalties.
    """
    reference, weights = fit.reference, fit.weights[-1]
    theirs = np.append(reference.coef_, reference.intercept_)
    known = reference.name
    rows = [
        {
            t("ui.coefficient"): name,
            t("ui.descent_value"): f"{mine:.8g}",
            known: f"{other:.8g}",
            t("ui.difference"): plain(mine - other, 3),
            t("ui.digits"): f"{agreeing_digits(mine, other):.1f}",
        }
        for name, mine, other in zip(names, weights, theirs, strict=True)
    ]
    if data.certified is not None:
        for row, mine, value in zip(rows, weights, data.certified, strict=True):
            row[t("ui.certified")] = f"{value:.15g}"
            row[t("ui.digits")] = f"{agreeing_digits(mine, value):.1f}"
    if data.true_coef is not None and data.true_bias is not None:
        truth = np.append(data.true_coef, data.true_bias)
        for row, value in zip(rows, truth, strict=True):
            row[t("ui.true_value")] = f"{value:.8g}"
    for name, mine, other in (("R²", fit.r2, reference.r2), ("RMSE", fit.rmse, reference.rmse)):
        none = np.isnan(other)  # the variance of a constant target
        rows.append(
            {
                t("ui.coefficient"): name,
                t("ui.descent_value"): t("reference.undefined") if none else f"{mine:.8g}",
                known: t("reference.undefined") if none else f"{other:.8g}",
                t("ui.difference"): plain(mine - other, 3),
            }
        )
    heads = list(dict.fromkeys(head for row in rows for head in row))
    return [{head: row.get(head, "") for head in heads} for row in rows]


def log(run: Trajectory) -> None:
    """What the article's loop prints: the loss of every epoch."""
    whole = np.flatnonzero(run.epochs == np.floor(run.epochs))[:-1]
    with st.expander(t("ui.log")):
        lines = (
            t("ui.log_line", epoch=int(run.epochs[row]), loss=run.losses[row])
            for row in whole[:2000]
        )
        st.code("\n".join(lines), language=None, height=260)


def script(code: str) -> None:
    """The code that gives the same numbers without this app."""
    with st.expander(t("ui.script")):
        st.code(code, language="python")
