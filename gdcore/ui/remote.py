"""One call of a framework in its own process: sent, waited for, remembered.

A rerun (a slider that moves) interrupts the waiting, because every tick touches the session state,
where Streamlit looks for it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import numpy as np
import streamlit as st

from gdcore import workers
from gdcore.backends import BACKENDS
from gdcore.formula import Formula
from gdcore.ui.language import t
from gdcore.words.texts import Problem


def tick() -> None:
    """Lets a rerun that is asked for begin now."""
    st.session_state.get("page")


def answers() -> dict[str, Any]:
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


def identity(function: Callable[..., Any], kwargs: dict[str, Any]) -> str:
    """What tells a call from every other one."""
    shown = {key: _told(value) for key, value in kwargs.items()}
    return f"{function.__qualname__}{sorted(shown.items(), key=lambda item: item[0])!r}"


def submit(
    backend: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Future[Any] | Problem:
    """Sends a call to the framework's worker; a Problem where that cannot be had."""
    try:
        return workers.submit(BACKENDS[backend].package, function, *args, **kwargs)
    except Problem as problem:
        return problem


def reply(backend: str, asked: Future[Any] | Problem, tick: Callable[[], None] = tick) -> Any:
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


def starting(backend: str) -> str:
    """What a framework does while it is waited for."""
    key = "ui.running" if workers.warm(BACKENDS[backend].package) else "ui.starting"
    return t(key, name=BACKENDS[backend].title)
