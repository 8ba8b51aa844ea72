"""The method on a page: every framework here takes part, and no knob is taken for another."""

from dataclasses import replace

import pytest

import gdcore as gd
from gdcore.backends import installed
from gdcore.rules.interval import Interval
from gdcore.rules.optimizers import OPTIMIZERS, Hyperparameter
from gdcore.ui import overlay
from gdcore.words.texts import say
from tests.pages.test_pages import open_page

CALL = {"formula": "w**2", "start": {"w": 1.0}, "learning_rate": 0.1, "steps": 3}


@pytest.fixture
def made(monkeypatch):
    """An optimizer whose knob is called like one of a schedule."""
    knob = Hyperparameter(
        name="gamma", default=0.5, low=0.1, high=1.0, symbol="g", valid=Interval(0, 1)
    )

    def update(w, g, rate, step, state, gamma):
        return w - rate * gamma * g, ()

    record = replace(OPTIMIZERS["sgd"], name="made", hyperparameters=(knob,), update=update)
    monkeypatch.setitem(OPTIMIZERS, "made", record)


def code(app):
    (text,) = [part.value for part in app.code if part.value.startswith("import gdcore as gd")]
    return text


@pytest.mark.parametrize("page", ["single_variable", "simple_regression"])
def test_every_framework_that_is_installed_takes_part_in_the_comparison(page):
    app = open_page(page)
    heading = say("ui.agreement", "en", name="NumPy")
    (line,) = [part.value for part in app.caption if part.value.startswith(heading)]
    told = [part.split()[0] for part in line.removeprefix(heading).split(" · ")]
    assert told == [backend.title for backend in installed() if backend.name != "numpy"]


def test_a_knob_of_both_is_the_optimizers_and_the_schedules_each(made):
    link = {"optimizer": "made", "schedule": "exponential", "tab": "code"}
    app = open_page("single_variable", **link, gamma="0.25", schedule_gamma="0.8")
    assert not app.exception and not app.error
    assert "gamma=0.25" in code(app)
    assert "schedule_knobs={'gamma': 0.8}" in code(app)


def test_choosing_another_optimizer_leaves_the_schedules_knobs_alone(made):
    link = {"optimizer": "made", "schedule": "exponential", "tab": "code"}
    app = open_page("single_variable", **link, gamma="0.25", schedule_gamma="0.8")
    app.selectbox(key="single_variable.optimizer").set_value("momentum").run()
    assert not app.exception
    assert "momentum=0.9" in code(app)
    assert "gamma=0.8" in code(app)
    app.selectbox(key="single_variable.schedule").set_value("step").run()
    assert "gamma=0.5" in code(app)
    assert "momentum=0.9" in code(app)


def test_another_optimizer_in_a_comparison_brings_its_defaults_and_keeps_the_schedule(made):
    call = CALL | {"schedule": "exponential", "optimizer": "momentum", "momentum": 0.3}
    for name, knobs in (("made", {"gamma": 0.5}), ("adam", OPTIMIZERS["adam"].defaults())):
        run = gd.descend(**overlay.merged(call | {"gamma": 0.8}, {"optimizer": name}))
        assert (run.method.knobs, run.method.schedule_knobs) == (knobs, {"gamma": 0.8})
    call |= {"optimizer": "made", "gamma": 0.25, "schedule_knobs": {"gamma": 0.8}}
    del call["momentum"]
    run = gd.descend(**overlay.merged(call, {"optimizer": "adam"}))
    assert run.method.schedule_knobs == {"gamma": 0.8}
    run = gd.descend(**overlay.merged(call | {"backend": "torch"}, {"learning_rate": 0.2}))
    assert run.method == gd.Method(
        learning_rate=0.2,
        optimizer="made",
        knobs={"gamma": 0.25},
        schedule="exponential",
        schedule_knobs={"gamma": 0.8},
    )
