"""Names in a script: a visitor's variables keep theirs unless the script itself needs them."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterable, Mapping

from gdcore.export.layout import Code, identifier
from gdcore.formula import FUNCTIONS, Call, Node, Variable
from gdcore.formula.arithmetic import STAND_INS

# What the templates import, define and assign, in whatever framework.
OWN = frozenset(
    "annotations at constant complex_power d dataclass dtype f functools g gradient h high i j jax"
    " jnp low math moved np result rise scipy shared tensor tf torch Any Callable Dual"
    " array float32 float64".split()
)
# What descents and fits assign beside that. A variable may have such a name: it is an argument.
LOOP = frozenset(
    "average batches built_in centre count coef course data design each epochs error intercept"
    " jax_numpy knobs losses n new order per_epoch point program rates rows sample scale schedule"
    " slope start_state state steps target train update value w x X y".split()
)


def reserved() -> frozenset[str]:
    """All names that a function which is taken from a record must not get in a script."""
    return OWN | LOOP | {*dir(builtins)}


def taken() -> frozenset[str]:
    """All names that no variable may have in a script."""
    functions = {*FUNCTIONS, *STAND_INS}
    prefixed = {f"{kind}_{name}" for kind in "cd" for name in functions}
    return OWN | {*dir(builtins)} | functions | prefixed


def free(name: str, others: Collection[str]) -> Code:
    """The name, with as many underscores behind it as make it one that is not taken."""
    while name in others:
        name += "_"
    return identifier(name)


def renamed(names: Iterable[str]) -> dict[str, Code]:
    """Each variable and what it is called in a script; no two get the same name."""
    names = list(names)
    codes: dict[str, Code] = {}
    own = taken()
    for name in names:
        others = {*names, *codes.values()} - {name}
        codes[name] = free(name, own | others)
    return codes


def with_names(tree: Node, names: Mapping[str, str]) -> Node:
    """The tree with its variables called otherwise; what is shared in it stays shared."""
    memo: dict[int, Node] = {}

    def walk(node: Node) -> Node:
        if isinstance(node, Variable):
            return Variable(names.get(node.name, node.name))
        if not isinstance(node, Call):
            return node
        if id(node) not in memo:
            memo[id(node)] = Call(node.function, tuple(map(walk, node.arguments)))
        return memo[id(node)]

    return walk(tree)
