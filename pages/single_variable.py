"""Descend on a curve: the article's third example, and whatever one makes of it."""

from gdcore.ui import frame, settings
from gdcore.ui.single_variable import Page
from gdcore.ui.state import State

state = State("single_variable", settings.single_variable())
page = Page(state)
frame.page(state, panel=page.panel, first=page.first, rest=page.rest)
