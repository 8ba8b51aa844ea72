"""What this is, and a gallery of demonstrations to open."""

from gdcore.ui import home

home.show()
