"""To come."""
from gdcore.ui import frame
frame.header("home")
