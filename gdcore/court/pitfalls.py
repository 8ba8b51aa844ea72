"""Where automatic differentiation surprises: short programs, run in the real frameworks.

The programs are fixed: `run` takes the name of a record, never code. To add a pitfall, add a
record (and its title and explanation in both languages): menu and tests follow from it.
"""

from __future__ import annotations

import contextlib
import io
import logging
import textwrap
from dataclasses import dataclass

from gdcore.backends import BACKENDS, choose


@dataclass(frozen=True)
class Pitfall:
    """A program that surprises, and the same program repaired.

    backend: `tensorflow` or `torch`. Both programs print what they find.
    """

    name: str
    backend: str
    program: str
    repaired: str

    def code(self, repaired: bool) -> str:
        return textwrap.dedent(self.repaired if repaired else self.program).strip()


PITFALLS: dict[str, Pitfall] = {
    pitfall.name: pitfall
    for pitfall in (
        Pitfall(
            "unwatched",
            "tensorflow",
            """
            import tensorflow as tf
            x = tf.constant(3.0)
            with tf.GradientTape() as tape:
                y = x * x
            print(tape.gradient(y, x))
        """,
            """
            import tensorflow as tf
            x = tf.constant(3.0)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = x * x
            print(tape.gradient(y, x))
        """,
        ),
        Pitfall(
            "article_watch",
            "tensorflow",
            """
            import tensorflow as tf
            X = [1.0, 2.0, 3.0]
            w, b = tf.Variable(2.0), tf.Variable(0.5)
            with tf.GradientTape() as tape:
                watched = tf.constant(X)
                tape.watch(watched)
                loss = tf.reduce_mean((w * X + b) ** 2)
            dw, db, dX = tape.gradient(loss, [w, b, watched])
            print(dw.numpy(), db.numpy(), dX)
        """,
            """
            import tensorflow as tf
            X = tf.constant([1.0, 2.0, 3.0])
            w, b = tf.Variable(2.0), tf.Variable(0.5)
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((w * X + b) ** 2)
            dw, db = tape.gradient(loss, [w, b])
            print(dw.numpy(), db.numpy())
        """,
        ),
        Pitfall(
            "integer_variable",
            "tensorflow",
            """
            import tensorflow as tf
            x = tf.Variable(3)
            with tf.GradientTape() as tape:
                y = x * x
            print(x.dtype.name, tape.gradient(y, x))
        """,
            """
            import tensorflow as tf
            x = tf.Variable(3.0)
            with tf.GradientTape() as tape:
                y = x * x
            print(x.dtype.name, tape.gradient(y, x).numpy())
        """,
        ),
        Pitfall(
            "tape_twice",
            "tensorflow",
            """
            import tensorflow as tf
            x = tf.Variable(3.0)
            with tf.GradientTape() as tape:
                y = x * x
                z = y * y
            print(tape.gradient(y, x).numpy())
            print(tape.gradient(z, x).numpy())
        """,
            """
            import tensorflow as tf
            x = tf.Variable(3.0)
            with tf.GradientTape(persistent=True) as tape:
                y = x * x
                z = y * y
            print(tape.gradient(y, x).numpy())
            print(tape.gradient(z, x).numpy())
        """,
        ),
        Pitfall(
            "assign_in_tape",
            "tensorflow",
            """
            import tensorflow as tf
            x, w = tf.Variable(3.0), tf.Variable(0.0)
            with tf.GradientTape() as tape:
                w.assign(2.0 * x)
                y = w * w
            print(y.numpy(), tape.gradient(y, x))
        """,
            """
            import tensorflow as tf
            x = tf.Variable(3.0)
            with tf.GradientTape() as tape:
                w = 2.0 * x
                y = w * w
            print(y.numpy(), tape.gradient(y, x).numpy())
        """,
        ),
        Pitfall(
            "outside_tensorflow",
            "tensorflow",
            """
            import numpy as np
            import tensorflow as tf
            x = tf.Variable(3.0)
            with tf.GradientTape() as tape:
                y = x * tf.constant(np.sin(x.numpy()))
            print(tape.gradient(y, x).numpy())
        """,
            """
            import tensorflow as tf
            x = tf.Variable(3.0)
            with tf.GradientTape() as tape:
                y = x * tf.sin(x)
            print(tape.gradient(y, x).numpy())
        """,
        ),
        Pitfall(
            "where_nan",
            "tensorflow",
            """
            import tensorflow as tf
            x = tf.Variable([0.0, 4.0])
            with tf.GradientTape() as tape:
                y = tf.where(x > 0, tf.math.log(x), 0.0)
            print(y.numpy(), tape.gradient(y, x).numpy())
        """,
            """
            import tensorflow as tf
            x = tf.Variable([0.0, 4.0])
            with tf.GradientTape() as tape:
                safe = tf.where(x > 0, x, 1.0)
                y = tf.where(x > 0, tf.math.log(safe), 0.0)
            print(y.numpy(), tape.gradient(y, x).numpy())
        """,
        ),
        Pitfall(
            "cancellation",
            "tensorflow",
            """
            import tensorflow as tf
            x = tf.Variable(1e-4)
            with tf.GradientTape() as tape:
                y = (1.0 - tf.cos(x)) / x**2
            print(y.numpy(), tape.gradient(y, x).numpy())
        """,
            """
            import tensorflow as tf
            x = tf.Variable(1e-4, dtype=tf.float64)
            with tf.GradientTape() as tape:
                y = 2.0 * (tf.sin(x / 2.0) / x) ** 2
            print(y.numpy(), tape.gradient(y, x).numpy())
        """,
        ),
        Pitfall(
            "zero_grad",
            "torch",
            """
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            for _ in range(3):
                y = x * x
                y.backward()
                print(x.grad.item())
        """,
            """
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            for _ in range(3):
                x.grad = None
                y = x * x
                y.backward()
                print(x.grad.item())
        """,
        ),
        Pitfall(
            "in_place",
            "torch",
            """
            import torch
            x = torch.tensor(1.0, requires_grad=True)
            y = torch.exp(x)
            y += 1.0
            y.backward()
            print(x.grad.item())
        """,
            """
            import torch
            x = torch.tensor(1.0, requires_grad=True)
            y = torch.exp(x)
            y = y + 1.0
            y.backward()
            print(x.grad.item())
        """,
        ),
        Pitfall(
            "leaf_in_place",
            "torch",
            """
            import torch
            w = torch.tensor(3.0, requires_grad=True)
            (w * w).backward()
            w -= 0.1 * w.grad
            print(w.item())
        """,
            """
            import torch
            w = torch.tensor(3.0, requires_grad=True)
            (w * w).backward()
            with torch.no_grad():
                w -= 0.1 * w.grad
            print(w.item())
        """,
        ),
        Pitfall(
            "detached",
            "torch",
            """
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            y = x * x.detach()
            y.backward()
            print(x.grad.item())
        """,
            """
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            y = x * x
            y.backward()
            print(x.grad.item())
        """,
        ),
        Pitfall(
            "item",
            "torch",
            """
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            y = x.item() ** 2
            y.backward()
        """,
            """
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            y = x**2
            y.backward()
            print(y.item(), x.grad.item())
        """,
        ),
        Pitfall(
            "integer_tensor",
            "torch",
            """
            import torch
            x = torch.tensor(3, requires_grad=True)
        """,
            """
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            (x * x).backward()
            print(x.grad.item())
        """,
        ),
        Pitfall(
            "backward_twice",
            "torch",
            """
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            y = x * x
            y.backward()
            y.backward()
        """,
            """
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            for _ in range(2):
                x.grad = None
                y = x * x
                y.backward()
                print(x.grad.item())
        """,
        ),
        Pitfall(
            "where_nan_torch",
            "torch",
            """
            import torch
            x = torch.tensor([0.0, 4.0], requires_grad=True)
            y = torch.where(x > 0, torch.sqrt(x), 0.0)
            y.sum().backward()
            print(y.tolist(), x.grad.tolist())
        """,
            """
            import torch
            x = torch.tensor([0.0, 4.0], requires_grad=True)
            safe = torch.where(x > 0, x, 1.0)
            y = torch.where(x > 0, torch.sqrt(safe), 0.0)
            y.sum().backward()
            print(y.tolist(), x.grad.tolist())
        """,
        ),
    )
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
