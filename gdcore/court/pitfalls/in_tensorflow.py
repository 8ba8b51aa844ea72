"""Where TensorFlow surprises."""

from gdcore.court.pitfalls.record import Pitfall

PITFALLS = (
    Pitfall(
        name="unwatched",
        backend="tensorflow",
        program="""
            import tensorflow as tf
            x = tf.constant(3.0)
            with tf.GradientTape() as tape:
                y = x * x
            print(tape.gradient(y, x))
        """,
        repaired="""
            import tensorflow as tf
            x = tf.constant(3.0)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = x * x
            print(tape.gradient(y, x))
        """,
    ),
    Pitfall(
        name="article_watch",
        backend="tensorflow",
        program="""
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
        repaired="""
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
        name="integer_variable",
        backend="tensorflow",
        program="""
            import tensorflow as tf
            x = tf.Variable(3)
            with tf.GradientTape() as tape:
                y = x * x
            print(x.dtype.name, tape.gradient(y, x))
        """,
        repaired="""
            import tensorflow as tf
            x = tf.Variable(3.0)
            with tf.GradientTape() as tape:
                y = x * x
            print(x.dtype.name, tape.gradient(y, x).numpy())
        """,
    ),
    Pitfall(
        name="tape_twice",
        backend="tensorflow",
        program="""
            import tensorflow as tf
            x = tf.Variable(3.0)
            with tf.GradientTape() as tape:
                y = x * x
                z = y * y
            print(tape.gradient(y, x).numpy())
            print(tape.gradient(z, x).numpy())
        """,
        repaired="""
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
        name="assign_in_tape",
        backend="tensorflow",
        program="""
            import tensorflow as tf
            x, w = tf.Variable(3.0), tf.Variable(0.0)
            with tf.GradientTape() as tape:
                w.assign(2.0 * x)
                y = w * w
            print(y.numpy(), tape.gradient(y, x))
        """,
        repaired="""
            import tensorflow as tf
            x = tf.Variable(3.0)
            with tf.GradientTape() as tape:
                w = 2.0 * x
                y = w * w
            print(y.numpy(), tape.gradient(y, x).numpy())
        """,
    ),
    Pitfall(
        name="outside_tensorflow",
        backend="tensorflow",
        program="""
            import numpy as np
            import tensorflow as tf
            x = tf.Variable(3.0)
            with tf.GradientTape() as tape:
                y = x * tf.constant(np.sin(x.numpy()))
            print(tape.gradient(y, x).numpy())
        """,
        repaired="""
            import tensorflow as tf
            x = tf.Variable(3.0)
            with tf.GradientTape() as tape:
                y = x * tf.sin(x)
            print(tape.gradient(y, x).numpy())
        """,
    ),
    Pitfall(
        name="where_nan",
        backend="tensorflow",
        program="""
            import tensorflow as tf
            x = tf.Variable([0.0, 4.0])
            with tf.GradientTape() as tape:
                y = tf.where(x > 0, tf.math.log(x), 0.0)
            print(y.numpy(), tape.gradient(y, x).numpy())
        """,
        repaired="""
            import tensorflow as tf
            x = tf.Variable([0.0, 4.0])
            with tf.GradientTape() as tape:
                safe = tf.where(x > 0, x, 1.0)
                y = tf.where(x > 0, tf.math.log(safe), 0.0)
            print(y.numpy(), tape.gradient(y, x).numpy())
        """,
    ),
    Pitfall(
        name="cancellation",
        backend="tensorflow",
        program="""
            import tensorflow as tf
            x = tf.Variable(1e-4)
            with tf.GradientTape() as tape:
                y = (1.0 - tf.cos(x)) / x**2
            print(y.numpy(), tape.gradient(y, x).numpy())
        """,
        repaired="""
            import tensorflow as tf
            x = tf.Variable(1e-4, dtype=tf.float64)
            with tf.GradientTape() as tape:
                y = 2.0 * (tf.sin(x / 2.0) / x) ** 2
            print(y.numpy(), tape.gradient(y, x).numpy())
        """,
    ),
)
