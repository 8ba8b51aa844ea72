"""How long `import gdcore` takes in a fresh interpreter, beside what it stands on."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

REPEAT = 9
NAMES = ("numpy", "numpy, pandas", "gdcore")


def _seconds(code: str) -> float:
    """Median seconds of a fresh interpreter that runs the code."""
    times = []
    for _ in range(REPEAT):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def rows() -> list[tuple[str, float]]:
    """Each import with its median seconds, those of the bare interpreter taken off."""
    bare = _seconds("pass")
    return [(f"import {name}", _seconds(f"import {name}") - bare) for name in NAMES]
