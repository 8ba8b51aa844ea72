"""Calls that take long: several may wait on one page, and only a framework's fault is its own."""

from concurrent.futures import Future

import pytest

from gdcore import workers
from gdcore.ui import frameworks, remote
from gdcore.words.texts import LANGUAGES, Problem, say
from tests.pages.test_pages import open_page


@pytest.fixture
def cold(monkeypatch):
    """Frameworks that have yet to start, and a person who sees early that they wait."""
    for name in ("torch", "tensorflow"):
        workers.stop(name)
    monkeypatch.setattr(frameworks, "SLOW_START", 0.0)
    yield
    for name in ("torch", "tensorflow"):
        workers.stop(name)


def agreed(app, language="en", name="NumPy"):
    """The line on how closely the frameworks agree, of a page without complaint."""
    assert not app.exception and not app.error
    heading = say("ui.agreement", language, name=name)
    (line,) = [c.value for c in app.caption if c.value.startswith(heading)]
    return line


@pytest.mark.parametrize("page", ["simple_regression", "multiple_regression", "single_variable"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_frameworks_in_a_row_may_both_be_slow(cold, page, language):
    line = agreed(open_page(page, language), language)
    parts = [say("ui.agree", language, name=name, gap="") for name in ("TensorFlow", "PyTorch")]
    assert all(part.strip() in line for part in parts)
    assert (
        "Streamlit" not in line
        and say("workers.failed", language, name="PyTorch", why="")[:14] not in line
    )


@pytest.mark.parametrize("backend", ["tensorflow", "torch"])
def test_the_chosen_framework_and_the_next_one_may_both_be_slow(cold, backend):
    titles = {"tensorflow": "TensorFlow", "torch": "PyTorch"}
    line = agreed(open_page("simple_regression", backend=backend), name=titles.pop(backend))
    assert "NumPy" in line and titles.popitem()[1] in line and "Streamlit" not in line


def test_a_large_fit_is_checked_by_both_when_somebody_asks(cold, monkeypatch):
    monkeypatch.setattr(frameworks, "PATIENCE", 1e-6)  # every fit is a long one
    app = open_page("multiple_regression", backend="numpy", loss="huber")
    app.button(key="check_frameworks").click().run()
    line = agreed(app)
    assert "TensorFlow" in line and "PyTorch" in line and "Streamlit" not in line


def test_every_call_has_buttons_of_its_own():
    keys = {frameworks._button(name, call) for name in ("stop", "again") for call in ("a", "b")}
    assert len(keys) == 4


def test_a_fault_of_the_waiting_page_is_not_the_frameworks():
    def tick():
        raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        remote.reply("torch", Future(), tick)


def test_a_fault_of_the_framework_is_a_sentence_with_its_name():
    asked = Future()
    asked.set_exception(KeyError("theirs"))
    answer = remote.reply("torch", asked, lambda: None)
    assert isinstance(answer, Problem) and "PyTorch" in answer.say("en")
