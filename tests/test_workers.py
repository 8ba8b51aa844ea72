"""Workers: real processes that hang, die, raise and are replaced."""

import os
import signal
import sys
import threading
import time

import psutil
import pytest

import gdcore as gd
from gdcore import workers
from gdcore.words.texts import FormulaError


def whereabouts():
    return (
        os.getpid(),
        sys.modules.get("pandas"),
        sys.modules.get("pyarrow"),
        "torch" in sys.modules,
    )


def give_up():
    raise FormulaError("formula.empty", 3)


@pytest.fixture
def torch_worker():
    yield "torch"
    workers.stop("torch")


def test_a_worker_is_another_process_with_its_framework_and_without_pandas(torch_worker):
    pid, pandas, pyarrow, torch = workers.call(torch_worker, whereabouts)
    assert pid != os.getpid()
    assert (pandas, pyarrow, torch) == (None, None, True)
    assert workers.warm(torch_worker)
    assert workers.call(torch_worker, whereabouts)[0] == pid  # and it stays


def test_frameworks_compute_in_their_workers_what_they_compute_here(torch_worker):
    for package, backend in (("torch", "torch"), ("tensorflow", "tensorflow")):
        run = workers.call(package, gd.descend, "w**2", {"w": -5.0}, backend=backend)
        assert run.weights[3, 0] == pytest.approx(-2.56)
        assert run.stop.say("zh-TW")
    workers.stop("tensorflow")


def test_what_a_function_raises_comes_back_as_itself(torch_worker):
    with pytest.raises(FormulaError) as caught:
        workers.call(torch_worker, give_up)
    assert caught.value.position == 3
    assert caught.value.say("zh-TW") != caught.value.say("en")


def test_a_worker_that_hangs_is_replaced(torch_worker):
    first = workers.call(torch_worker, whereabouts)[0]
    with pytest.raises(workers.WorkerError, match="1 seconds"):
        workers.call(torch_worker, time.sleep, 60, timeout=1)
    second = workers.call(torch_worker, whereabouts)[0]
    assert second != first
    psutil.wait_procs([psutil.Process(first)] if psutil.pid_exists(first) else [], timeout=5)
    assert not psutil.pid_exists(first)


def test_a_worker_that_is_killed_costs_a_sentence_and_is_replaced(torch_worker):
    first = workers.call(torch_worker, whereabouts)[0]
    killer = threading.Timer(0.3, os.kill, (first, signal.SIGKILL))
    killer.start()
    with pytest.raises(workers.WorkerError) as caught:
        workers.call(torch_worker, time.sleep, 30)
    assert caught.value.say("zh-TW")
    assert workers.call(torch_worker, whereabouts)[0] != first


def test_a_worker_killed_while_idle_is_not_noticed_by_the_next_call(torch_worker):
    first = workers.call(torch_worker, whereabouts)[0]
    os.kill(first, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(first)] if psutil.pid_exists(first) else [], timeout=5)
    try:
        second = workers.call(torch_worker, whereabouts)[0]
    except workers.WorkerError:  # at most one sentence
        second = workers.call(torch_worker, whereabouts)[0]
    assert second != first


def test_two_visitors_share_one_worker(torch_worker):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(workers.call(torch_worker, whereabouts)[0]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_waiting_can_be_interrupted(torch_worker):
    class Interrupted(Exception):
        pass

    def tick():
        raise Interrupted

    future = workers.submit(torch_worker, time.sleep, 0.5)
    with pytest.raises(Interrupted):
        workers.wait(torch_worker, future, tick=tick)
    assert workers.call(torch_worker, whereabouts)


def test_a_worker_leaves_when_it_has_nothing_to_do(monkeypatch, torch_worker):
    workers.stop(torch_worker)
    monkeypatch.setattr(workers, "IDLE_SECONDS", 1)
    process = psutil.Process(workers.call(torch_worker, whereabouts)[0])
    gone, _ = psutil.wait_procs([process], timeout=15)
    assert gone
    assert workers.call(torch_worker, whereabouts)[0] != process.pid


def test_a_parcel_of_calls_is_answered_whole_even_where_some_of_them_fail(torch_worker):
    calls = [
        (gd.differentiate, {"formula": "x*x", "at": {"x": 3.0}, "backend": "torch"}),
        (give_up, {}),
        (divmod, {"unknown": 1}),
        (gd.differentiate, {"formula": "x**3", "at": {"x": 2.0}, "backend": "torch"}),
    ]
    first, refused, failed, last = workers.call(torch_worker, workers.answer_all, "PyTorch", calls)
    assert (first.gradient, last.gradient) == ({"x": 6.0}, {"x": 12.0})
    assert isinstance(refused, FormulaError)
    assert "PyTorch" in failed.say("en")
    assert "TypeError" in failed.say("zh-TW")
