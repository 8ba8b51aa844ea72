"""The article's first two examples: the same derivative from TensorFlow, PyTorch and calculus."""

from gdcore.ui import frame, settings
from gdcore.ui.autodiff import Page
from gdcore.ui.state import State

state = State("autodiff", settings.autodiff())
page = Page(state)
frame.page(state, panel=page.panel, first=page.first, rest=page.rest)
