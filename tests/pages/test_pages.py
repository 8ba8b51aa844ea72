"""Every page in every language: it opens, restores its link, and answers bad input with words."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from gdcore import workers
from gdcore.ui.gallery import GALLERY
from gdcore.words.texts import LANGUAGES, say

ROOT = Path(__file__).parent.parent.parent
NAMES = sorted(file.stem for file in ROOT.glob("pages/*.py"))
CJK = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module", autouse=True)
def _end_workers():
    yield
    workers.stop("torch")
    workers.stop("tensorflow")


def open_page(name: str, language: str = "en", **query: str) -> AppTest:
    # The home page links to the others, which only the router knows.
    script = "app.py" if name == "home" else f"pages/{name}.py"
    app = AppTest.from_file(str(ROOT / script), default_timeout=90)
    app.query_params["lang"] = language
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def words(app: AppTest) -> list[str]:
    parts = [
        *app.title,
        *app.markdown,
        *app.caption,
        *app.info,
        *app.success,
        *app.warning,
        *app.error,
    ]
    shown = [part.value for part in parts]
    shown += [
        widget.label
        for kind in ("slider", "selectbox", "number_input", "text_input")
        for widget in app.get(kind)
    ]
    return [text for text in shown if text]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_page_opens_in_every_language(name, language):
    app = open_page(name, language)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == say(f"{name}.title", language)
    if name != "home":
        spoken = " ".join(words(app))
        assert bool(CJK.search(spoken)) == (language == "zh-TW")


@pytest.mark.parametrize("name", ["single_variable", "simple_regression", "multiple_regression"])
def test_the_frameworks_say_how_closely_they_agree(name):
    app = open_page(name)
    (line,) = [c.value for c in app.caption if c.value.startswith("Largest difference")]
    assert "TensorFlow" in line and "PyTorch" in line


def test_the_article_derivative_stands_on_the_page():
    app = open_page("autodiff", formula="x * sin(x)**2", at="3", tab="digits")
    table = app.dataframe[0].value
    assert table.astype(str).apply(lambda c: c.str.contains("-0.81833154", regex=False)).any().any()
    assert len(table) >= 6
    square = open_page("autodiff", formula="x*x", at="3", tab="digits").dataframe[0].value
    assert (square.astype(str).apply(lambda c: c.eq("6.0")).any(axis=1)).sum() >= 6


def test_a_link_restores_every_control():
    query = {
        "formula": "w**4 / 20",
        "start": "-4.5",
        "lr": "0.035",
        "steps": "77",
        "optimizer": "adam",
        "beta1": "0.8",
        "schedule": "cosine",
        "dtype": "float32",
    }
    app = open_page("single_variable", **query)
    assert not app.exception
    state = app.session_state
    for key, value in query.items():
        found = state[f"single_variable.{key}"]
        assert found == (type(found)(value) if not isinstance(found, str) else value)
    for key, value in query.items():  # and the URL still says the same
        written = app.query_params[key]
        assert (written[0] if isinstance(written, list) else written) == value


@pytest.mark.parametrize(
    "bad",
    [
        {"lr": "nan"},
        {"lr": "-1"},
        {"steps": "10e9"},
        {"optimizer": "<script>"},
        {"start": "x"},
        {"backend": "../../etc"},
        {"dtype": "float16"},
        {"beta1": "7"},
        {"steps": "1" * 5000},
    ],
    ids=str,
)
def test_a_bad_value_in_a_link_is_told_and_replaced(bad):
    app = open_page("single_variable", **bad)
    assert not app.exception
    told = [warning.value for warning in app.warning if warning.value.startswith("The link asks")]
    assert len(told) == 1


@pytest.mark.parametrize("formula", ["9**9**9**9", "__import__('os')", "x +", "x*y", "", "1/2x"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_formula_is_refused_with_a_sentence_and_the_inputs_stay(formula, language):
    app = open_page("single_variable", language, formula=formula, lr="0.2")
    assert not app.exception
    assert len(app.error) == 1
    assert app.session_state["single_variable.lr"] == 0.2
    assert app.session_state["single_variable.formula"] == formula


def test_divergence_is_shown_with_its_sentence():
    app = open_page("single_variable", lr="1.1")
    (verdict,) = [w.value for w in app.warning if "diverges" in w.value]
    assert "1.1 is above 1" in verdict
    assert not app.exception


OVERLAYS = [
    ("single_variable", "lr", "0.01, 0.5"),
    ("single_variable", "optimizer", "sgd, adam, momentum"),
    ("single_variable", "start", "-5, 2"),
    ("landscapes", "lr", "0.01, 0.5"),
    ("landscapes", "start", "-4 2, 3 1.5, 0 -2"),
]


@pytest.mark.parametrize("compare", OVERLAYS)
def test_runs_are_overlaid(compare):
    page, kind, values = compare
    app = open_page(page, compare=kind, **{"with": values})
    assert not app.exception
    assert not app.error
    verdicts = [frame for frame in app.table if say("ui.run", "en") in frame.value.columns]
    assert len(verdicts[0].value) == len(values.split(","))


@pytest.mark.parametrize("values", ["a, b", "1,2,3,4,5,6,7", "nan", "1e99", "-1"])
def test_bad_values_to_compare_are_refused(values):
    app = open_page("single_variable", compare="lr", **{"with": values})
    assert not app.exception
    assert len(app.error) == 1


NOWHERE = [
    ("single_variable", "1/0"),
    ("single_variable", "sqrt(-1 - w^2)"),
    ("landscapes", "log(-1 - x^2 - y^2)"),
]


@pytest.mark.parametrize(("page", "formula"), NOWHERE)
def test_a_formula_without_any_value_is_blamed_itself(page, formula):
    app = open_page(page, formula=formula)
    assert [error.value for error in app.error] == [say("formula.nowhere", "en")]


@pytest.mark.parametrize("backend", ["tensorflow", "torch"])
def test_choosing_a_framework_shows_its_own_numbers(backend):
    app = open_page("single_variable", backend=backend, dtype="float32")
    assert not app.exception
    assert any("NumPy" in caption.value for caption in app.caption)


def test_every_control_can_be_moved():
    app = open_page("simple_regression")
    app.slider(key="simple_regression.lr").set_value(0.5).run()
    app.selectbox(key="simple_regression.optimizer").set_value("momentum").run()
    app.selectbox(key="simple_regression.schedule").set_value("step").run()
    app.number_input(key="simple_regression.batch").set_value(7).run()
    app.selectbox(key="simple_regression.scaling").set_value("standardise").run()
    assert not app.exception
    # AppTest gives a list once the page has written its address, and a text before.
    assert "".join(app.query_params["optimizer"]) == "momentum"
    app.number_input(key="simple_regression.batch").set_value(5000).run()
    assert not app.exception
    assert len(app.error) == 1


def test_twenty_features_are_fitted_and_compared():
    app = open_page("multiple_regression", features="20", epochs="60", tab="comparison")
    assert not app.exception
    table = next(f.value for f in app.dataframe if say("ui.coefficient", "en") in f.value.columns)
    assert len(table) == 21 + 2


ALL = [one for group in GALLERY.values() for one in group]


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_every_demonstration_opens_without_complaint(one):
    app = open_page(one.page, "zh-TW", **one.query)
    assert not app.exception
    assert not app.error
    complaints = [w.value for w in app.warning if "\u9023\u7d50" in w.value]
    assert complaints == []


def test_on_a_small_host_the_frameworks_wait_for_a_click(monkeypatch):
    monkeypatch.setenv("GDLAB_FRAMEWORK_CHECK", "button")
    app = open_page("single_variable", lr="0.2")
    assert not any("Largest difference" in caption.value for caption in app.caption)
    app.button(key="check_frameworks").click().run()
    assert any("Largest difference" in caption.value for caption in app.caption)


def test_comparisons_say_who_computes_them():
    app = open_page("single_variable", backend="torch", compare="lr", **{"with": "0.1, 0.2"})
    assert any(say("ui.compare_numpy", "en") == caption.value for caption in app.caption)


@pytest.mark.parametrize("formula", ["x*y*z", "__import__('os')", "", "x +"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_landscapes_refuse_bad_formulas_with_a_sentence(formula, language):
    app = open_page("landscapes", language, formula=formula)
    assert not app.exception
    assert len(app.error) == 1


def test_a_formula_of_one_s_own_is_raced_over():
    app = open_page(
        "landscapes",
        formula="a**2 + 3*b**2",
        x="2",
        y="-1",
        lr="0.1",
        optimizers="adam,rmsprop,adagrad,sgd",
    )
    assert not app.exception
    assert not app.error
    assert len(app.table[0].value) == 4


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("single_variable", {"lr": "1.5"}),
        ("single_variable", {"formula": "log(w)", "start": "0.5", "lr": "0.5"}),
        ("single_variable", {"compare": "lr", "with": "1.5, 0.1"}),
        ("simple_regression", {"lr": "1.5", "epochs": "300"}),
    ],
)
def test_beside_the_programs_of_a_run_that_was_stopped_stands_that_they_go_on(name, link, language):
    told = say("programs.goes_on", language, step="|").split("|")[0]

    def says(**query: str) -> bool:
        app = open_page(name, language, tab="code", **query)
        assert not app.exception and not app.error
        return any(caption.value.startswith(told) for caption in app.caption)

    assert says(**link)
    assert not says(lr="0.1")
