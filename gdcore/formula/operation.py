"""What an operation is: one record, from which everything that is done with it follows.

A record holds the derivative as trees, and the value as *words*: a line of each engine's own
language. The words are compiled once into the function that runs, and they are printed into the
scripts that are exported, so that what a person takes away is what the screen computed. Words are
this project's own text; nothing that a visitor types ever becomes a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gdcore.formula.tree import Node


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A function or an operator of formulas.

    arity: the fewest and the most arguments. latex: with {0} for the argument(s); a record
    without LaTeX is written as its meaning. aliases: other names that hands type. inverse: the
    function that sin⁻¹ might mean. internal: needed by derivatives, not to be typed.

    words: its value in each engine's language (`engines`), either a name that is called, such as
    np.sin, or an expression or the lines of a function in the arguments x, y, z, or, where
    their number is not fixed, the tuple x. meaning: the tree that it stands for; an engine
    without words computes that one, and so does the judge. slopes: the partial derivative with
    respect to each argument; where there are none, the meaning is differentiated.

    typical: arguments at which it has a value and a slope, where tests try it.

    Operators have further: rule(arguments…, their derivatives…), the chain rule in the form in
    which it is written; python, board and node: the sign in source, in a written calculation and
    on a node of the graph; binds: how strongly.
    """

    name: str
    arity: tuple[int, int] = (1, 1)
    latex: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    slopes: Callable[..., Sequence[Node]] | None = None
    meaning: Callable[..., Node] | None = None
    aliases: tuple[str, ...] = ()
    inverse: str = ""
    internal: bool = False
    typical: tuple[float, ...] = (0.3, -0.4, 0.8)
    rule: Callable[..., Node] | None = None
    python: str = ""
    board: str = ""
    node: str = ""
    binds: int = 9

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the arguments in `words`; a single name with a star for any number."""
        least, most = self.arity
        return tuple("xyzuvwab"[:most]) if least == most else ("*x",)

    @property
    def printed(self) -> str:
        """The LaTeX, with {0} for the arguments."""
        return self.latex or named(self.name)


def named(name: str) -> str:
    """LaTeX of a function whose name is set upright."""
    return r"\operatorname{{" + name + r"}}\left({0}\right)"
