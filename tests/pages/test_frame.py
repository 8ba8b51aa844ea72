"""The order of a page: the first picture, the panel, the rest; a picture changes nothing else."""

import pytest
from streamlit.testing.v1 import AppTest

from gdcore.words.texts import say


def script(fails=False):
    """A page that writes down in which order its parts are drawn."""
    import streamlit as st

    from gdcore.charts.timing import timing_chart
    from gdcore.ui import frame
    from gdcore.ui.setting import Slider, number
    from gdcore.ui.state import State
    from gdcore.words.texts import Problem

    order = st.session_state["order"] = []
    slides = Slider(low=0.0, high=1.0, step=0.1)
    state = State("home", [number("lr", 0.1, 0, 1, "ui.learning_rate", control=slides)])

    def panel():
        from gdcore.ui import controls

        order.append("panel")
        controls.show(state, "lr")

    def first():
        order.append("first")
        if fails:
            raise Problem("own.stopped")
        before = st.query_params.to_dict()
        frame.draw(timing_chart([("NumPy", 0.1, 0.2)], frame.look()), "picture")
        assert st.query_params.to_dict() == before
        assert order[-1] == "first"
        return "shown"

    def rest(shown):
        order.append(f"rest of {shown}")

    frame.page(state, panel=panel, first=first, rest=rest)


def opened(fails=False):
    app = AppTest.from_function(script, kwargs={"fails": fails}, default_timeout=30)
    app.query_params["lang"] = "en"
    return app.run()


def test_at_a_visit_s_first_run_the_picture_goes_before_the_panel():
    app = opened()
    assert not app.exception
    assert app.session_state["order"] == ["first", "panel", "rest of shown"]


def test_from_then_on_the_panel_goes_first():
    app = opened().run()
    assert app.session_state["order"] == ["panel", "first", "rest of shown"]


@pytest.mark.parametrize("runs", [1, 2])
def test_what_cannot_be_computed_is_said_and_the_controls_stay(runs):
    app = opened(fails=True)
    for _ in range(runs - 1):
        app.run()
    assert [error.value for error in app.error] == [say("own.stopped", "en")]
    assert len(app.sidebar.slider) == 1
    assert sorted(app.session_state["order"]) == ["first", "panel"]


def test_the_address_is_written_once_the_panel_is_drawn():
    app = opened()
    app.slider(key="home.lr").set_value(0.3).run()
    assert app.query_params["lr"] in ("0.3", ["0.3"])
