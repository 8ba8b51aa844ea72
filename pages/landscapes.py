"""Two weights: optimizers race from one start over a landscape seen from above."""

from gdcore.ui import frame, settings
from gdcore.ui.landscapes import Page
from gdcore.ui.state import State

state = State("landscapes", settings.landscapes())
page = Page(state)
frame.page(state, panel=page.panel, first=page.first, rest=page.rest)
