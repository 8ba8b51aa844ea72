"""Where automatic differentiation surprises: short programs, run in the real frameworks.

The programs are fixed: `run` takes the name of a record, never code. To add a pitfall, add a
record (and its title and explanation in both languages): menu and tests follow from it.
"""

from __future__ import annotations

import contextlib
import io
import logging

from gdcore.backends import BACKENDS, choose
from gdcore.court.pitfalls import in_tensorflow, in_torch
from gdcore.court.pitfalls.record import Pitfall

PITFALLS: dict[str, Pitfall] = {
    pitfall.name: pitfall for pitfall in (*in_tensorflow.PITFALLS, *in_torch.PITFALLS)
}


def run(name: str, repaired: bool, backend: str = "") -> str:
    """What the program prints here and now, or the error that ends it. Imports its framework.

    backend: for callers that name the worker; the record decides.
    """
    pitfall = choose(PITFALLS, name, "pitfall")
    BACKENDS[pitfall.backend].module  # noqa: B018  a sentence where the framework is missing
    printed = io.StringIO()
    # TensorFlow warns through its log, which a person at a terminal sees as well.
    told, log = logging.StreamHandler(printed), logging.getLogger(pitfall.backend)
    log.addHandler(told)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            exec(pitfall.code(repaired), {})
    except Exception as error:
        message = str(error).strip().splitlines() or [""]
        printed.write(f"{type(error).__name__}: {message[0]}")
    finally:
        log.removeHandler(told)
    return printed.getvalue().strip() or "(nothing)"
