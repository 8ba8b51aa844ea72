"""A typed formula is read once per run of a page and handed on as a tree."""

import pytest

from gdcore.formula import reading
from tests.pages.test_pages import open_page


@pytest.fixture
def read(monkeypatch):
    """The texts that were parsed, as they are parsed."""
    texts = []

    class Noting(reading._Parser):
        def __init__(self, text, names):
            texts.append(text)
            super().__init__(text, names)

    monkeypatch.setattr(reading, "_Parser", Noting)
    return texts


@pytest.mark.parametrize(
    ("page", "formula", "more"),
    [
        ("single_variable", "w**4 - w", {}),
        ("single_variable", "w**4 - 2*w", {"sweep": "1", "log": "1"}),
        ("single_variable", "w**4 - 3*w", {"compare": "lr", "with": "0.01, 0.02, 5"}),
        ("landscapes", "x**2 + 3*y**4", {}),
        ("landscapes", "x**2 + 5*y**4", {"basins": "1"}),
        ("autodiff", "x**2*y + exp(-y)", {"at": "3,1"}),
    ],
)
def test_a_formula_is_read_once_per_run_of_a_page(page, formula, more, read):
    app = open_page(page, formula=formula, **more)
    assert not app.exception and not app.error
    assert read.count(formula) == 1
