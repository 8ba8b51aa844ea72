"""What a page asks several frameworks, and how their answers come in one by one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from gdcore import workers
from gdcore.backends import BACKENDS
from gdcore.ui import remote
from gdcore.words.texts import Problem

# Seconds in which a worker may answer without our saying that we wait.
GRACE = 0.25


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
    answers = remote.answers()
    results: list[dict[Any, Any]] = [{} for _ in questions]
    parcels: dict[str, list[tuple[int, Any, str]]] = {}
    for place, question in enumerate(questions):
        for label, (name, kwargs) in question.calls.items():
            key = remote.identity(question.function, kwargs)
            if not BACKENDS[name].worker:
                results[place][label] = question.function(**kwargs)
            elif key in answers:
                results[place][label] = answers[key]
            else:
                parcels.setdefault(name, []).append((place, label, key))
    shown: dict[int, tuple[int, str]] = {}

    def show() -> None:
        for place, question in enumerate(questions):
            missing = [
                name for label, (name, _) in question.calls.items() if label not in results[place]
            ]
            state = len(results[place]), remote.starting(missing[0]) if missing else ""
            if shown.get(place) != state:
                shown[place] = state
                question.show(results[place], state[1])

    # Warm workers answer before anybody could read that they are being waited for.
    warm = all(workers.warm(BACKENDS[name].package) for name in parcels)
    read = time.monotonic() + (GRACE if warm else 0)

    def tick() -> None:
        remote.tick()
        if time.monotonic() > read:
            show()

    futures: dict[str, Future[Any] | Problem] = {}
    try:
        for name, parcel in parcels.items():
            calls = [(questions[i].function, questions[i].calls[x][1]) for i, x, _ in parcel]
            futures[name] = remote.submit(name, workers.answer_all, BACKENDS[name].title, calls)
        # What starts soonest is waited for first: PyTorch, which stands behind TensorFlow.
        for name in reversed(futures):
            replies = remote.reply(name, futures[name], tick)
            for i, (place, label, key) in enumerate(parcels[name]):
                answer = replies if isinstance(replies, Problem) else replies[i]
                results[place][label] = answer
                if not isinstance(answer, Problem):  # else the next try gets a fresh worker
                    answers[key] = answer
    finally:
        for future in futures.values():
            if isinstance(future, Future):
                future.cancel()  # a slider moved on: what still queues need not be computed
    show()
