"""The article's simple regression: a line finds its way through the points."""

from gdcore.ui import frame, settings
from gdcore.ui.regression import Page, line, losses, surface, weights
from gdcore.ui.state import State

state = State("simple_regression", settings.simple_regression())
page = Page(
    state,
    single=True,
    picture=line,
    beside=surface,
    courses=(losses(height=230), weights(height=230, truth=False)),
)
frame.page(state, panel=page.panel, first=page.first, rest=page.rest)
