"""Many features: every weight's path to where scikit-learn and the truth say it belongs."""

from gdcore.ui import frame, settings
from gdcore.ui.regression import Page, chosen, losses, weights
from gdcore.ui.state import State

state = State("multiple_regression", settings.multiple_regression())
page = Page(
    state,
    single=False,
    picture=weights(height=380, truth=True),
    beside=chosen,
    courses=(losses(height=240),),
    most_frames=400,
)
frame.page(state, panel=page.panel, first=page.first, rest=page.rest)
