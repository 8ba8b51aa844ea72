"""Garbage, collected when there is some, and not the libraries over and over.

Streamlit collects in full after every run (`runner.postScriptGC`), which looks at each of the
200,000 objects that the imported libraries hold. `.streamlit/config.toml` switches that off; what
the imports left is put out of sight here, and Python's own generations do the rest.
"""

from __future__ import annotations

import gc
import threading

_first = threading.Lock()


def settle() -> None:
    """Once per process, after its first run: what lives now is not looked at again."""
    if _first.acquire(blocking=False):  # and never released
        gc.collect()
        gc.freeze()
