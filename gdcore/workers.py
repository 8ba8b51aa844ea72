"""Each heavy framework in a process of its own.

TensorFlow and torch are slow to import and large in memory, and on macOS TensorFlow and pyarrow
(which Streamlit needs) can hang in one process. So the pages let a worker per framework compute:
started on first use, gone with its memory after ten idle minutes, without pandas and pyarrow
inside. A worker that hangs or is killed costs its caller a sentence, and the next call gets a
fresh one. Notebooks need none of this: the library computes in-process.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

from loky.backend import get_context
from loky.process_executor import BrokenProcessPool, ProcessPoolExecutor

from gdcore.words.texts import Problem

IDLE_SECONDS = 600
TIME_LIMIT = 60.0

_pools: dict[str, ProcessPoolExecutor] = {}
_warm: set[str] = set()
_lock = threading.Lock()


class WorkerError(Problem):
    """A worker died or took too long; the next call gets a fresh one."""


def _prepare(package: str) -> None:
    """Runs in a new worker: keeps pandas and pyarrow out, and start-up chatter off the console."""
    for name in ("pandas", "pyarrow"):
        sys.modules[name] = None  # type: ignore[assignment]
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    quiet, loud = os.open(os.devnull, os.O_WRONLY), os.dup(2)
    os.dup2(quiet, 2)
    try:
        __import__(package)
    finally:
        os.dup2(loud, 2)
        os.close(quiet)
        os.close(loud)


def submit(worker: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
    """Queues a call in the worker that has imported the package `worker`."""
    with _lock:
        for _ in range(2):
            if worker not in _pools:
                _pools[worker] = ProcessPoolExecutor(
                    max_workers=1,
                    timeout=IDLE_SECONDS,
                    context=get_context("loky"),
                    initializer=_prepare,
                    initargs=(worker,),
                )
            try:
                future = _pools[worker].submit(function, *args, **kwargs)
            except (BrokenProcessPool, RuntimeError):  # it died while it had nothing to do
                _drop(worker)
                continue
            future.add_done_callback(lambda done: _note(worker, done))
            return future
    raise WorkerError("workers.died", name=worker)


def _note(worker: str, done: Future[Any]) -> None:
    if not done.cancelled() and done.exception() is None:
        _warm.add(worker)


def _drop(worker: str) -> None:
    pool = _pools.pop(worker, None)
    _warm.discard(worker)
    if pool is not None:
        pool.shutdown(wait=False, kill_workers=True)


def stop(worker: str) -> None:
    """Ends a worker now. Calls that wait in it get a WorkerError."""
    with _lock:
        _drop(worker)


def warm(worker: str) -> bool:
    """Whether the worker has answered before, so that it need not start first."""
    return worker in _warm


def wait(
    worker: str,
    future: Future[Any],
    timeout: float = TIME_LIMIT,
    tick: Callable[[], Any] = lambda: None,
) -> Any:
    """The result of a queued call. `tick` is called all the while and may raise to give up.

    Raises WorkerError when the worker dies or the time limit passes, and what the function raised.
    """
    end = time.monotonic() + timeout
    pool = _pools.get(worker)
    try:
        while True:
            try:
                return future.result(timeout=0.015)
            except FutureTimeout:
                if future.done():  # the function itself raised a TimeoutError
                    raise
            if time.monotonic() > end:
                with _lock:
                    if _pools.get(worker) is pool:
                        _drop(worker)
                raise WorkerError("workers.timeout", name=worker, seconds=round(timeout))
            tick()
    except (BrokenProcessPool, CancelledError) as error:
        with _lock:
            if _pools.get(worker) is pool:
                _drop(worker)
        raise WorkerError("workers.died", name=worker) from error


def call(
    worker: str,
    function: Callable[..., Any],
    /,
    *args: Any,
    timeout: float = TIME_LIMIT,
    **kwargs: Any,
) -> Any:
    """Runs function(*args, **kwargs) in the worker and waits for the result."""
    return wait(worker, submit(worker, function, *args, **kwargs), timeout)


def answer_all(
    title: str, calls: Sequence[tuple[Callable[..., Any], Mapping[str, Any]]]
) -> list[Any]:
    """Runs in a worker: the result of each call, or the Problem that came instead.

    title: the framework's name for a person, for calls that fail without a sentence.
    """
    answers: list[Any] = []
    for function, kwargs in calls:
        try:
            answers.append(function(**kwargs))
        except Problem as problem:
            answers.append(problem)
        except Exception as error:
            logging.getLogger(__name__).exception("%s failed", title)
            answers.append(Problem("workers.failed", name=title, why=type(error).__name__))
    return answers
