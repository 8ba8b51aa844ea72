"""Runs in the frameworks' own processes, without a picture ever waiting for them.

A page draws NumPy's run at once. When it has drawn everything, `agreement` lets TensorFlow and
PyTorch run the very same call and says how closely they agree. How a call is sent and waited for
stands in `gdcore.ui.remote`.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from gdcore import workers
from gdcore.backends import BACKENDS, installed, progress
from gdcore.descent.agreement import agreement as compare
from gdcore.models import cost
from gdcore.ui import remote
from gdcore.ui.language import language, t
from gdcore.words.figures import plain
from gdcore.words.texts import Problem

# Sliders that are still moving should not fill the workers' queues.
PAUSE = 0.25
# Seconds of a fit beyond which a person sees a bar and may stop it.
PATIENCE = cost.PATIENCE
# The same for a framework that has yet to start.
SLOW_START = 10.0


def _button(name: str, call: str) -> str:
    """The key of a button that belongs to a call: several calls may wait on one page."""
    return f"{name}_{hashlib.blake2b(call.encode(), digest_size=8).hexdigest()}"


def result(function: Callable[..., Any], /, **kwargs: Any) -> tuple[Any, bool]:
    """The call's result, and whether it is the chosen framework's own.

    Until a framework in a worker has answered, NumPy's result stands in; `agreement` then asks
    for the real one and draws the page again.
    """
    if not BACKENDS[kwargs["backend"]].worker and not large(kwargs):
        return function(**kwargs), True
    answer = remote.answers().get(remote.identity(function, kwargs))
    if answer is None and large(kwargs):
        try:
            return function(**kwargs | {"closed_form": True}), False
        except Problem:  # no formula knows this run: there is nothing to show before it is done
            return patiently(function, kwargs), True
    if isinstance(answer, Problem):
        return function(**kwargs | {"backend": "numpy"}), True
    if answer is not None:
        return answer, True
    return function(**kwargs | {"backend": "numpy"}), False


def _size(kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """What the time of a fit depends on, None for what is no fit."""
    X = kwargs.get("X")
    if X is None:
        return None
    samples, features = X.shape
    batch = kwargs.get("batch_size")
    return {"samples": samples, "features": features, "epochs": kwargs["epochs"], "batch": batch}


def large(kwargs: dict[str, Any]) -> bool:
    """Whether a person would have to wait."""
    size = _size(kwargs)
    return size is not None and cost.seconds(**size) > PATIENCE


def patiently(function: Callable[..., Any], kwargs: dict[str, Any]) -> Any:
    """NumPy's answer to a long call, with a bar that fills and a button that stops it.

    Raises Problem once it has been stopped.
    """
    key, answers = remote.identity(function, kwargs), remote.answers()
    if key in answers:
        return answers[key]
    slot = st.empty()
    if not _again(key, slot):
        raise Stopped("own.stopped")

    def stop() -> None:
        st.session_state["stopped"] = key

    size = _size(kwargs) or {}
    text = t("own.working", rows=size["samples"], seconds=cost.seconds(**size))
    with slot.container():
        bar = st.progress(0.0, text)
        st.button(t("own.stop"), key=_button("stop_fit", key), on_click=stop)

    def tell(share: float) -> None:
        bar.progress(share, text)

    mark = progress.set(tell)
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # scikit-learn's

    try:
        # Several threads for products this thin only wait for each other, and for the server.
        with threadpool_limits(1, "blas"):
            answer = function(**kwargs | {"backend": "numpy"})
    except Problem:  # refused: there is nothing to wait for and nothing to stop
        slot.empty()
        raise
    finally:
        progress.reset(mark)
    slot.empty()
    answers.clear()  # one large answer at a time
    answers[key] = answer
    return answer


def _ask(backend: str, function: Callable[..., Any], kwargs: dict[str, Any], slot: Any) -> Any:
    """The result of a worker, or the Problem that came instead.

    Once it has taken longer than PATIENCE, `slot` counts the seconds and has a button to stop it.
    """
    key, answers = remote.identity(function, kwargs), remote.answers()
    if key in answers:
        return answers[key]
    package = BACKENDS[backend].package
    resumed = st.session_state.get("stopped") == key
    if not _again(key, slot, t("own.stopped")):
        return Stopped("own.stopped")
    if resumed:
        slot.info(remote.starting(backend))
    begun, line, shown = time.monotonic(), None, 0

    def stop() -> None:
        st.session_state["stopped"] = key
        workers.stop(package)

    def tick() -> None:
        nonlocal line, shown
        remote.tick()
        passed = int(time.monotonic() - begun)
        if passed <= shown or passed < (PATIENCE if workers.warm(package) else SLOW_START):
            return
        if line is None:
            with slot.container():
                line = st.empty()
                st.button(t("own.stop"), key=_button(f"stop_{backend}", key), on_click=stop)
        shown = passed
        line.info(t("ui.running_for", name=BACKENDS[backend].title, seconds=passed))

    answer = remote.reply(backend, remote.submit(backend, function, **kwargs), tick)
    if isinstance(answer, workers.WorkerError) and answer.sentence.key == "workers.died":
        # Another visitor may have stopped what this one was waiting behind.
        answer = remote.reply(backend, remote.submit(backend, function, **kwargs), tick)
    if isinstance(answer, Problem):
        return answer  # not kept: the next try gets a fresh worker
    answers[key] = answer
    return answer


class Stopped(Problem):
    """A person stopped the call; the slot has a button for it."""


def _again(key: str, slot: Any, said: str = "") -> bool:
    """Whether a call may run: it has not been stopped, or the person wants it after all."""
    if st.session_state.get("stopped") != key:
        return True
    with slot.container():
        if said:
            st.info(said)
        if not st.button(t("own.again"), key=_button("fit_again", key)):
            return False
    st.session_state.pop("stopped")
    slot.empty()
    return True


def agreement(
    slot: Any,
    function: Callable[..., Any],
    mine: Any,
    own: bool,
    values: Callable[[Any], np.ndarray],
    /,
    **kwargs: Any,
) -> None:
    """Fills `slot` with a line on how closely the frameworks agree. Call at the end of a page.

    values: the array of a result that is compared. own: what `result` said.
    """
    chosen = kwargs["backend"]
    if not own:
        slot.info(t("own.foreseen") if large(kwargs) else remote.starting(chosen))
        try:
            if BACKENDS[chosen].worker:
                answer = _ask(chosen, function, kwargs, slot)
            else:
                answer = patiently(function, kwargs)
        except Problem as problem:
            answer = problem
        if isinstance(answer, Problem):
            if not isinstance(answer, Stopped):
                slot.error(answer.say(language()))
            return
        st.rerun()
    others = [backend.name for backend in installed() if backend.name != chosen]
    calls = {b: kwargs | {"backend": b} for b in others}

    def asked(name: str) -> bool:
        """Whether its answer is here already, or takes no time."""
        answers = remote.answers()
        return not BACKENDS[name].worker or remote.identity(function, calls[name]) in answers

    answered = all(map(asked, others))
    waits = large(kwargs) or os.environ.get("GDLAB_FRAMEWORK_CHECK", "auto") == "button"
    if not answered and waits:
        if not slot.button(t("ui.check_frameworks"), key="check_frameworks"):
            return
    end = time.monotonic() + (0 if answered else PAUSE)
    while time.monotonic() < end:
        time.sleep(0.015)
        remote.tick()
    parts: list[str] = []
    for name in others:
        if not asked(name):
            slot.caption(" · ".join([*parts, remote.starting(name)]))
        title = BACKENDS[name].title
        worker = BACKENDS[name].worker
        answer = _ask(name, function, calls[name], slot) if worker else function(**calls[name])
        if isinstance(answer, Stopped):
            return
        if isinstance(answer, Problem):
            parts.append(answer.say(language()))
        else:
            parts.append(difference(title, values(mine), values(answer)))
    heading = t("ui.agreement", name=BACKENDS[chosen].title)
    slot.caption(f"{heading} {' · '.join(parts)}")


def difference(title: str, mine: np.ndarray, theirs: np.ndarray) -> str:
    """A few words on the largest difference between two arrays of weights."""
    comparison = compare(mine, theirs)
    gap = plain(comparison.gap, 2)
    if comparison.until is not None:
        return t("ui.agree_until", name=title, gap=gap, step=comparison.until)
    return t("ui.agree_exactly" if comparison.gap == 0 else "ui.agree", name=title, gap=gap)
