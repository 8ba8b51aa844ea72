"""The regression pages as a lab: all data, losses and pictures open and say what they did."""

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from gdcore.data.intake import Table
from gdcore.models.losses import LOSSES
from gdcore.ui import data, settings
from gdcore.words.texts import LANGUAGES, say
from tests.pages.test_pages import ROOT, open_page

PAGES = ("simple_regression", "multiple_regression")
TABLE = "面積;屋齡;價格\n30;5;1.250,5\n45;12;1.800\n28,5;30;900\n60;2;2.700\n50;;2.000\n"


def healthy(app):
    assert not app.exception
    assert not app.error
    return app


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("source", settings.SOURCES[:-1])
def test_all_data_that_come_along_can_be_fitted(page, source):
    healthy(open_page(page, data=source, scaling="standardise"))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_has_a_page(page, loss):
    app = open_page(
        page, loss=loss, ridge="0.1", lasso="0.1", test="0.25", patience="5", outliers="0.05"
    )
    healthy(app)


@pytest.mark.parametrize("picture", settings.PICTURES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_can_be_chosen(picture, language):
    healthy(open_page("multiple_regression", language, picture=picture))


def test_fifty_features_and_collinear_ones_are_fitted():
    app = open_page(
        "multiple_regression",
        features="50",
        rank="5",
        informative="10",
        scaling="standardise",
        picture="surface",
        first="3",
        second="51",
    )
    healthy(app)


@pytest.mark.parametrize("page", PAGES)
def test_the_bridge_stands_beside_the_page(page):
    app = healthy(
        open_page(page, bridge="1", data="norris" if page[0] == "s" else "longley", lr="0.2")
    )
    assert say("bridge.title", "en") in [title.value for title in app.subheader]


def test_certified_values_are_reached_on_standardised_data():
    app = healthy(
        open_page(
            "simple_regression", data="norris", scaling="standardise", lr="0.4", tab="comparison"
        )
    )
    digits = app.table[0].value[say("ui.digits", "en")].tolist()[:2]
    assert all(float(value) >= 6 for value in digits)


def test_a_pasted_table_becomes_ones_own_data():
    app = open_page("multiple_regression", data="own")
    assert not app.error
    assert [info.value for info in app.info] == [say("own.nothing_yet", "en")]
    app.text_area(key="own_text").set_value(TABLE).run()
    healthy(app)
    said = " ".join(part.value for part in app.markdown)
    assert "1" in said and "屋齡" in said  # the row with a gap, by its column
    assert app.selectbox(key="multiple_regression.target.menu").value == "價格"
    menu = app.multiselect(key="multiple_regression.columns.menu")
    assert menu.value == ["面積", "屋齡"]
    menu.set_value(["面積"]).run()
    healthy(app)
    assert app.query_params["columns"] == "面積"


def test_a_bad_paste_gets_a_sentence_and_the_settings_stay():
    app = open_page("simple_regression", data="own", lr="0.25")
    app.text_area(key="own_text").set_value('a,b\n1,"2\n3,4').run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.slider(key="simple_regression.lr").value == 0.25
    app.text_area(key="own_text").set_value("a,b\n1,2\n3,5\n4,9").run()
    healthy(app)


def test_names_of_columns_are_never_html_nor_markdown():
    app = open_page("multiple_regression", data="own")
    bad = "**b**\t<img src=x onerror=alert(1)>\ty\n1\t2\t3\n2\t1\t5\n4\t4\t9\n7\t1\t2\n"
    app.text_area(key="own_text").set_value(bad).run()
    healthy(app)
    assert not any("<img" in part.value for part in app.markdown)


def test_what_was_wrong_with_pasted_text_goes_with_it():
    app = open_page("simple_regression", data="own")
    app.text_area(key="own_text").set_value("x\ty\n1\t2\n2\t4\n3\t5\n").run()
    assert not app.error
    app.text_area(key="own_text").set_value("nothing here").run()
    assert app.error
    app.text_area(key="own_text").set_value("").run()
    assert not app.error


def test_an_edited_table_keeps_what_was_not_touched():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [2.0, 4.0, 6.0], "who": ["a", "b", "c"]})
    changes = {
        "edited_rows": {0: {"y": 9.0}, "1": {"x": None}},
        "deleted_rows": [2],
        "added_rows": [{"x": 7.0, "y": 8.0, "who": "d"}, {}],
    }
    found = data.edited(frame, changes)
    assert list(found["who"]) == ["a", "b", "d"]
    np.testing.assert_array_equal(found["x"], [1.0, np.nan, 7.0])
    np.testing.assert_array_equal(found["y"], [9.0, 4.0, 8.0])


def with_table(frame, page, language, **query):
    """A page whose visitor has given a table; opened once, for AppTest reruns in English alone."""
    app = AppTest.from_file(str(ROOT / f"pages/{page}.py"), default_timeout=90)
    app.session_state["own_table"] = Table(frame)
    for key, value in {"lang": language, "data": "own", **query}.items():
        app.query_params[key] = value
    return app.run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_below_the_comparison_stands_what_the_class_answers_by_itself(language):
    random = np.random.default_rng(7)
    year = np.arange(1980.0, 2020.0)
    frame = pd.DataFrame(
        {
            "population": np.round(random.lognormal(16, 1.5, 40)),
            "year": year,
            "price": 0.3 * (year - 2000) + random.normal(size=40),
        }
    )
    start = say("reference.plain_sizes", language).split("{")[0]
    for page, due in (("multiple_regression", 1), ("simple_regression", 0)):
        app = healthy(with_table(frame, page, language, tab="comparison"))
        assert sum(caption.value.startswith(start) for caption in app.caption) == due
        assert sum("LinearRegression" in heading.value for heading in app.subheader) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_dependent_columns_are_said_on_the_page(language):
    x = np.linspace(0.2, 9, 60)
    frame = pd.DataFrame({f"x{k}": x**k for k in range(1, 9)}).assign(y=np.sin(x))
    app = healthy(with_table(frame, "multiple_regression", language, scaling="standardise"))
    told = " ".join(text.value for text in app.markdown)
    assert {"en": "can nearly be computed", "zh-TW": "幾乎可以由其他特徵算出來"}[language] in told
