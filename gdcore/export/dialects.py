"""How each framework spells the functions and constants of a formula.

What a framework lacks stands in `templates/helpers/`, under the function's own name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """functions: our name -> the framework's name; a name that is not here needs a helper."""

    functions: dict[str, str]


_COMMON = ("sin cos tan asin acos atan sinh cosh tanh exp log sqrt abs sign sigmoid").split()

DIALECTS: dict[str, Dialect] = {
    "tensorflow": Dialect(
        {name: f"tf.math.{name}" for name in [*_COMMON, "softplus"]}
        | {"ln": "tf.math.log", "relu": "tf.nn.relu", "pi": "math.pi", "e": "math.e"},
    ),
    "torch": Dialect(
        {name: f"torch.{name}" for name in [*_COMMON, "log2", "log10", "relu"]}
        | {"ln": "torch.log", "pi": "math.pi", "e": "math.e"},
    ),
    "jax": Dialect(
        {name: f"jnp.{name}" for name in [*_COMMON, "log2", "log10", "cbrt"] if name != "sigmoid"}
        | {
            "ln": "jnp.log",
            "sigmoid": "jax.nn.sigmoid",
            "relu": "jax.nn.relu",
            "softplus": "jax.nn.softplus",
            "pi": "jnp.pi",
            "e": "jnp.e",
        },
    ),
    "numpy": Dialect(
        {
            name: f"np.{name}"
            for name in "sin cos tan sinh cosh tanh exp log sqrt abs sign log2 log10 cbrt".split()
        }
        | {
            "asin": "np.arcsin",
            "acos": "np.arccos",
            "atan": "np.arctan",
            "ln": "np.log",
            "power_slope": "power_slope",
            "power_log": "power_log",
            "pi": "np.pi",
            "e": "np.e",
        },
    ),
}

# What is no analytic function is continued from its real line, piece by piece.
_CONTINUED = ("abs", "sign", "cbrt", "relu", "sigmoid", "softplus", "max", "min")
COMPLEX = Dialect(
    DIALECTS["numpy"].functions
    | {name: f"c_{name}" for name in _CONTINUED}
    | {"complex_power": "complex_power"}
)
