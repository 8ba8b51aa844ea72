"""To come."""
from gdcore.ui import frame
frame.header("multiple_regression")
