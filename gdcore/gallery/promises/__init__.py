"""What each demonstration promises, as a question to what it computes.

The title, the caption and the answer of a demonstration are claims about one state. Here each of
them is computed: `kept` says whether all that is claimed holds of a scene. Where a caption compares
with something that its link does not show, such as the same data without outliers, that is computed
here as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gdcore.gallery.promises.descents import DESCENTS
from gdcore.gallery.promises.fits import FITS
from gdcore.gallery.promises.slopes import SLOPES
from gdcore.gallery.scenes import Scene

# By the name of the demonstration; each gets a scene of the kind that its page computes.
PROMISES: dict[str, Callable[[Any], bool]] = {**SLOPES, **DESCENTS, **FITS}


def kept(name: str, scene: Scene) -> bool:
    """Whether a scene shows all that the demonstration of this name promises. KeyError if none."""
    return bool(PROMISES[name](scene))
