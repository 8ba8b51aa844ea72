"""Runs in the frameworks' own processes, without a picture ever waiting for them.

A page draws NumPy's run at once. When it has drawn everything, `agreement` lets TensorFlow and
PyTorch run the very same call and says how closely they agree. A rerun (a slider that moves)
interrupts the waiting, because every tick touches the session state, where Streamlit looks for it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from gdcore import workers
from gdcore.backends import BACKENDS, installed, progress
from gdcore.descent.agreement import agreement as compare
from gdcore.formula import Formula
from gdcore.models import cost
from gdcore.ui.language import language, t
from gdcore.words.figures import plain
from gdcore.words.texts import Problem

# Sliders that are still moving should not fill the workers' queues.
PAUSE = 0.25
# Seconds in which a worker may answer without our saying that we wait.
GRACE = 0.25
# Seconds of a fit beyond which a person sees a bar and may stop it.
PATIENCE = cost.PATIENCE
# The same for a framework that has yet to start.
SLOW_START = 10.0


def _tick() -> None:
    st.session_state.get("page")


def _answers() -> dict[str, Any]:
    """This visitor's latest results, by the call that gave them."""
    answers = st.session_state.setdefault("answers", {})
    while len(answers) > 20:
        answers.pop(next(iter(answers)))
    return answers


def _digest(array: np.ndarray) -> str:
    return hashlib.blake2b(array.tobytes()).hexdigest()


def _told(value: Any) -> Any:
    """What tells an argument from others, in few characters."""
    if isinstance(value, Formula):  # a formula of so many variables, as it was typed
        return value.text, value.names
    return _digest(value) if isinstance(value, np.ndarray) else value


def _identity(function: Callable[..., Any], kwargs: dict[str, Any]) -> str:
    shown = {key: _told(value) for key, value in kwargs.items()}
    return f"{function.__qualname__}{sorted(shown.items(), key=lambda item: item[0])!r}"


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
    answer = _answers().get(_identity(function, kwargs))
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
    key, answers = _identity(function, kwargs), _answers()
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


def _submit(
    backend: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Future[Any] | Problem:
    try:
        return workers.submit(BACKENDS[backend].package, function, *args, **kwargs)
    except Problem as problem:
        return problem


def _reply(backend: str, asked: Future[Any] | Problem, tick: Callable[[], None] = _tick) -> Any:
    """What a worker answers, or the Problem that came instead."""
    if isinstance(asked, Problem):
        return asked
    try:
        return workers.wait(BACKENDS[backend].package, asked, tick=tick)
    except Problem as problem:
        return problem
    except Exception as error:
        if not asked.done() or asked.exception() is not error:
            raise  # it is our own page that failed while it waited
        # Whatever a framework throws is a sentence here, and a line in the server's log.
        logging.getLogger(__name__).exception("%s failed", backend)
        return Problem("workers.failed", name=BACKENDS[backend].title, why=type(error).__name__)
    finally:
        asked.cancel()  # a slider moved on: what still queues need not be computed


def _ask(backend: str, function: Callable[..., Any], kwargs: dict[str, Any], slot: Any) -> Any:
    """The result of a worker, or the Problem that came instead.

    Once it has taken longer than PATIENCE, `slot` counts the seconds and has a button to stop it.
    """
    key, answers = _identity(function, kwargs), _answers()
    if key in answers:
        return answers[key]
    package = BACKENDS[backend].package
    resumed = st.session_state.get("stopped") == key
    if not _again(key, slot, t("own.stopped")):
        return Stopped("own.stopped")
    if resumed:
        slot.info(_starting(backend))
    begun, line, shown = time.monotonic(), None, 0

    def stop() -> None:
        st.session_state["stopped"] = key
        workers.stop(package)

    def tick() -> None:
        nonlocal line, shown
        _tick()
        passed = int(time.monotonic() - begun)
        if passed <= shown or passed < (PATIENCE if workers.warm(package) else SLOW_START):
            return
        if line is None:
            with slot.container():
                line = st.empty()
                st.button(t("own.stop"), key=_button(f"stop_{backend}", key), on_click=stop)
        shown = passed
        line.info(t("ui.running_for", name=BACKENDS[backend].title, seconds=passed))

    answer = _reply(backend, _submit(backend, function, **kwargs), tick)
    if isinstance(answer, workers.WorkerError) and answer.sentence.key == "workers.died":
        # Another visitor may have stopped what this one was waiting behind.
        answer = _reply(backend, _submit(backend, function, **kwargs), tick)
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


def _starting(backend: str) -> str:
    key = "ui.running" if workers.warm(BACKENDS[backend].package) else "ui.starting"
    return t(key, name=BACKENDS[backend].title)


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
        slot.info(t("own.foreseen") if large(kwargs) else _starting(chosen))
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
    known = all(
        not BACKENDS[b].worker or _identity(function, calls[b]) in _answers() for b in others
    )
    waits = large(kwargs) or os.environ.get("GDLAB_FRAMEWORK_CHECK", "auto") == "button"
    if not known and waits:
        if not slot.button(t("ui.check_frameworks"), key="check_frameworks"):
            return
    end = time.monotonic() + (0 if known else PAUSE)
    while time.monotonic() < end:
        time.sleep(0.015)
        _tick()
    parts: list[str] = []
    for name in others:
        if BACKENDS[name].worker and _identity(function, calls[name]) not in _answers():
            slot.caption(" · ".join([*parts, _starting(name)]))
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
    found = compare(mine, theirs)
    gap = plain(found.gap, 2)
    if found.until is not None:
        return t("ui.agree_until", name=title, gap=gap, step=found.until)
    return t("ui.agree_exactly" if found.gap == 0 else "ui.agree", name=title, gap=gap)


@dataclass(frozen=True)
class Question:
    """What a page asks several frameworks, and how it shows their answers.

    calls: for each label a backend and the arguments of `function`. show: gets the answers by
    label, as far as they have come, and a sentence on what is being waited for, or none. A
    Problem stands for an answer that could not be had.
    """

    function: Callable[..., Any]
    calls: Mapping[Any, tuple[str, dict[str, Any]]]
    show: Callable[[dict[Any, Any], str], None]


def ask(*questions: Question) -> None:
    """Shows what every question finds: our own answers at once, the frameworks' as they arrive.

    All that a framework is asked goes to its worker in one parcel, and the workers compute side
    by side, so that a changed point costs one round trip.
    """
    answers = _answers()
    found: list[dict[Any, Any]] = [{} for _ in questions]
    parcels: dict[str, list[tuple[int, Any, str]]] = {}
    for place, question in enumerate(questions):
        for label, (name, kwargs) in question.calls.items():
            key = _identity(question.function, kwargs)
            if not BACKENDS[name].worker:
                found[place][label] = question.function(**kwargs)
            elif key in answers:
                found[place][label] = answers[key]
            else:
                parcels.setdefault(name, []).append((place, label, key))
    shown: dict[int, tuple[int, str]] = {}

    def show() -> None:
        for place, question in enumerate(questions):
            missing = [
                name for label, (name, _) in question.calls.items() if label not in found[place]
            ]
            state = len(found[place]), _starting(missing[0]) if missing else ""
            if shown.get(place) != state:
                shown[place] = state
                question.show(found[place], state[1])

    # Warm workers answer before anybody could read that they are being waited for.
    warm = all(workers.warm(BACKENDS[name].package) for name in parcels)
    read = time.monotonic() + (GRACE if warm else 0)

    def tick() -> None:
        _tick()
        if time.monotonic() > read:
            show()

    futures: dict[str, Future[Any] | Problem] = {}
    try:
        for name, parcel in parcels.items():
            calls = [(questions[i].function, questions[i].calls[x][1]) for i, x, _ in parcel]
            futures[name] = _submit(name, workers.answer_all, BACKENDS[name].title, calls)
        # What starts soonest is waited for first: PyTorch, which stands behind TensorFlow.
        for name in reversed(futures):
            replies = _reply(name, futures[name], tick)
            for i, (place, label, key) in enumerate(parcels[name]):
                answer = replies if isinstance(replies, Problem) else replies[i]
                found[place][label] = answer
                if not isinstance(answer, Problem):  # else the next try gets a fresh worker
                    answers[key] = answer
    finally:
        for future in futures.values():
            if isinstance(future, Future):
                future.cancel()  # a slider moved on: what still queues need not be computed
    show()
