"""Where the data come from: generated, built in, or one's own; and what was done to them.

An upload lives in its visitor's session alone and never in the URL.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from gdcore.data import datasets, intake
from gdcore.data.datasets import BUILT_IN, Data
from gdcore.export.scripts import Columns
from gdcore.models.losses import weight_names
from gdcore.ui import controls, frame, tabs
from gdcore.ui.frame import Waiting
from gdcore.ui.language import language, t
from gdcore.ui.settings import GENERATED, OWN
from gdcore.ui.state import State
from gdcore.words.texts import DataError

if TYPE_CHECKING:
    import pandas as pd

TYPES = ("csv", "tsv", "txt", "xlsx", "parquet")
MOST_EDITED = 2_000
# Streamlit's own words in its uploader are English in every language; the limits stand above it.
_UPLOADER = """<style>
[data-testid="stFileUploaderDropzone"] [kind=secondary] > * { display: none; }
[data-testid="stFileUploaderDropzone"] [kind=secondary]::after { content: %s; }
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
</style>"""
# The table as it was stays below the new one until the run ends.
_EDITOR = "<style>[class*=own_edit_] ~ [class*=own_edit_] { display: none; }</style>"


def _table(state: State) -> intake.Table | None:
    """All columns of the chosen data, None for generated data or before an upload."""
    if state["data"] == OWN:
        return st.session_state.get("own_table")
    if state["data"] == GENERATED:
        return None
    return intake.from_data(_built_in(state["data"]))


@st.cache_data(max_entries=16, show_spinner=False)
def _built_in(name: str) -> Data:
    return BUILT_IN[name].load()


def _chosen(state: State, table: intake.Table, single: bool) -> tuple[str, list[str]]:
    """Target and features: what the URL says as far as it is there, else the usual ones."""
    numeric = list(table.numeric)
    usual = numeric[-1] if numeric else ""
    if state["data"] in BUILT_IN:
        usual = _built_in(state["data"]).target
    target = state["target"] if state["target"] in numeric else usual
    wanted = [name for name in state["columns"] if name in numeric and name != target]
    features = wanted or [name for name in numeric if name != target]
    return target, features[:1] if single else features[: datasets.MOST_FEATURES]


def load(state: State, single: bool, sample: dict[str, Any]) -> tuple[Data, list[str]]:
    """The data to fit, and in sentences what was understood, left out or filled in.

    single: one feature only. sample: what `make_regression` gets. Raises Problem.
    """
    if state["data"] == GENERATED:
        return datasets.make_regression(**sample), []
    if state["data"] == OWN and "own_problem" in st.session_state:
        raise st.session_state["own_problem"][1]
    table = _table(state)
    if table is None:
        raise Waiting("own.nothing_yet")
    target, features = _chosen(state, table, single)
    if not target or not features:
        raise DataError("intake.no_features")
    ready = intake.prepare(table, target, features, state["missing"])
    notes = [note.say(language()) for note in (*table.notes, *ready.notes)]
    certified = source = None
    if state["data"] in BUILT_IN:
        whole = _built_in(state["data"])
        source = whole.source
        if ready.features == whole.features and ready.target == whole.target:
            certified = whole.certified
    return Data(
        X=ready.X,
        y=ready.y,
        features=ready.features,
        target=ready.target,
        source=source,
        certified=certified,
    ), notes


def labels(data: Data, names: tuple[str, ...]) -> list[str]:
    """What the weights are called on the page: by their features, where these have names."""
    if data.features == datasets.feature_names(len(data.features)):
        return list(names)
    return _with_bias(list(data.features))


def _with_bias(features: list[str]) -> list[str]:
    """The features and, under a name that none of them has, the bias."""
    name = "b"
    while name in features:
        name += "₀"
    return [*features, name]


def weights(state: State, sample: dict[str, Any]) -> list[str]:
    """The same before anything is fitted, for the menus of the sidebar."""
    table = _table(state)
    if state["data"] == GENERATED or table is None or not table.numeric:
        return list(weight_names(sample["n_features"]))
    return _with_bias(_chosen(state, table, False)[1])


def script(state: State, data: Data, sample: dict[str, Any]) -> dict[str, Any] | Columns:
    """What exported code needs to have the same data: see `gdcore.export.scripts.fit_script`."""
    if state["data"] == GENERATED:
        return sample
    built_in = state["data"] if state["data"] in BUILT_IN else None
    return Columns(data.target, data.features, state["missing"], built_in)


def panel(state: State, single: bool) -> None:
    """Which data: the first controls of them in the sidebar."""
    controls.show(state, "data")
    if state["data"] == GENERATED:
        if not single:
            controls.show(state, "features")
        return
    if state["data"] == OWN:
        _upload()
    table = _table(state)
    if table is None or not table.numeric:
        return
    target, features = _chosen(state, table, single)
    others = [column for column in table.numeric if column != target]
    standing = (features[0] if features else None) if single else features
    controls.show(state, "target", options=list(table.numeric), standing=target)
    controls.show(state, "columns", options=others, standing=standing)


def more(state: State, single: bool) -> None:
    """What else can be set of them."""
    if state["data"] == GENERATED:
        controls.show(state, "samples", "noise", "bias", "outliers", "seed")
        if not single:
            controls.show(state, "informative", "rank", words={"most": state["features"]})
        return
    table = _table(state)
    if table is not None and table.frame.isna().to_numpy().any():
        controls.show(state, "missing")


def _upload() -> None:
    """A file or pasted text becomes this visitor's table; a new one replaces it."""
    limits = {
        "mb": intake.MOST_BYTES // 2**20,
        "rows": intake.MOST_ROWS,
        "features": datasets.MOST_FEATURES,
    }
    st.caption(t("own.limits", **limits))
    st.html(_UPLOADER % json.dumps(t("own.choose"), ensure_ascii=False))
    file = st.file_uploader(t("own.file"), type=list(TYPES), key="own_file")
    pasted = st.text_area(
        t("own.paste"), key="own_text", height=110, placeholder="x\ty\n1\t2.1\n2\t3.9"
    )
    marks = {"file": file.file_id if file else "", "text": pasted}
    for kind, mark in marks.items():
        previous = st.session_state.get(f"own_{kind}_mark", "")
        st.session_state[f"own_{kind}_mark"] = mark
        if mark == previous:
            continue
        if not mark:  # taken away: with it goes what came of it
            if st.session_state.get("own_problem", ("",))[0] == kind:
                st.session_state.pop("own_problem")
            elif st.session_state.get("own_from") == kind:
                st.session_state.pop("own_table", None)
            continue
        st.session_state.pop("own_problem", None)
        try:
            with st.spinner(t("own.reading")):
                if kind == "file" and file:
                    table = intake.read_file(file.getvalue(), file.name)
                else:
                    table = intake.read_text(pasted)
        except DataError as problem:
            st.session_state["own_problem"] = (kind, problem)
            continue
        st.session_state.update(own_table=table, own_from=kind)


def told(data: Data, notes: list[str]) -> None:
    """What the data are and what was done to them; nothing is altered in silence."""
    if data.source:
        st.caption(data.source)
    if not notes:
        return
    with st.expander(t("own.notes", count=len(notes)), expanded=len(notes) < 4):
        st.markdown("\n".join(f"- {frame.literal(note)}" for note in notes))


def edit(state: State, data: Data) -> None:
    """The data as a table to be typed in; what is changed becomes one's own data.

    All of the table: what the fit leaves out, columns and rows, stays in it.
    """
    tabs.heading("own.edit")
    whole = _table(state) or intake.from_data(data)
    shown = whole.frame
    if len(shown) > MOST_EDITED:
        st.caption(t("own.too_long_to_edit", most=MOST_EDITED))
        return
    version = st.session_state.setdefault("own_version", 0)
    key = f"own_edit_{version}"

    def use() -> None:
        table = intake.Table(edited(shown, st.session_state[key]), whole.notes)
        st.session_state.update(own_table=table, own_from="editor", own_version=version + 1)
        st.session_state.pop("own_problem", None)
        st.session_state[state.widget("data")] = OWN
        st.session_state[state.widget("target")] = data.target
        st.session_state[state.widget("columns")] = list(data.features)

    st.caption(t("own.edit_help"))
    st.html(_EDITOR)
    with st.form("own_form", border=False):  # no run interrupts the typing
        st.data_editor(shown, key=key, num_rows="dynamic", width="stretch", height=300)
        st.form_submit_button(t("own.use_table"), on_click=use)


def edited(frame: pd.DataFrame, changes: dict[str, Any]) -> pd.DataFrame:
    """The table after what Streamlit's editor reports: edited_rows, added_rows, deleted_rows.

    Cells left empty are missing values.
    """
    import pandas as pd

    kinds = frame.dtypes
    frame = frame.copy()
    for row, cells in changes.get("edited_rows", {}).items():
        for column, value in cells.items():
            frame.loc[frame.index[int(row)], column] = np.nan if value is None else value
    frame = frame.drop(frame.index[changes.get("deleted_rows", [])])
    added = [row for row in changes.get("added_rows", []) if row]
    if added:
        frame = pd.concat([frame, pd.DataFrame(added, columns=frame.columns)], ignore_index=True)
    return frame.astype(kinds.to_dict()).reset_index(drop=True)
