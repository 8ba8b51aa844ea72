"""What each colour means, on every page: a record per role, and from it each theme's palette.

The hues follow Okabe & Ito (2008), darkened where they serve as text. Where two roles of one
picture look alike to a colour-blind person, their `form` tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Role:
    """A meaning and its colour in both themes.

    kind: `text` is read or drawn as a line, `line` is drawn only, `area` lies under others. form:
    how it is drawn, which says the same as the colour does.
    """

    name: str
    use: str
    light: str
    dark: str
    kind: Literal["text", "line", "area"]
    form: str


MEANINGS = (
    Role(
        name="loss",
        use="the loss: its curve, its isolines, its course",
        light="#0072B2",
        dark="#56B4E9",
        kind="text",
        form="a broad solid line",
    ),
    Role(
        name="path",
        use="the path, the current point and the current model",
        light="#C45400",
        dark="#FF8A3D",
        kind="text",
        form="a thin line with dots, and the largest disc",
    ),
    Role(
        name="gradient",
        use="the gradient: its tangent, its part of a step, its course",
        light="#007A5A",
        dark="#2CC79A",
        kind="text",
        form="long dashes, or the arrow that starts at the point",
    ),
    Role(
        name="momentum",
        use="what momentum adds to a step",
        light="#6F4E2E",
        dark="#C6AE98",
        kind="text",
        form="the arrow that starts where another ends",
    ),
    Role(
        name="reference",
        use="where it should end: minimum, reference answer, known limits",
        light="#A4477F",
        dark="#E79AC8",
        kind="text",
        form="short dashes, or a cross",
    ),
    Role(
        name="rate",
        use="the learning rate over the steps",
        light="#9A6A00",
        dark="#F0C14B",
        kind="text",
        form="a line in a picture of its own",
    ),
    Role(
        name="data",
        use="data points, what they are missed by, and helping lines",
        light="#6B7280",
        dark="#9AA5B1",
        kind="line",
        form="small discs, and hairlines",
    ),
    Role(
        name="text",
        use="words and figures, and marks without another meaning",
        light="#1F2933",
        dark="#E8ECF1",
        kind="text",
        form="letters, and hollow rings",
    ),
    Role(
        name="action",
        use="what can be pressed or dragged",
        light="#6A3FC4",
        dark="#B79CFF",
        kind="text",
        form="buttons and sliders, in no picture",
    ),
)
GROUNDS = (
    Role(
        name="paper",
        use="what everything is drawn on",
        light="#FFFFFF",
        dark="#0E1420",
        kind="area",
        form="the background",
    ),
    Role(
        name="panel",
        use="the sidebar, and boxes",
        light="#F3F5F8",
        dark="#182131",
        kind="area",
        form="the background beside",
    ),
    Role(
        name="border",
        use="edges of boxes and tables",
        light="#CDD3DB",
        dark="#3A4450",
        kind="area",
        form="lines around boxes",
    ),
    Role(
        name="faint",
        use="grid, and what is still to come",
        light="#D5D9DF",
        dark="#3A4450",
        kind="area",
        form="lines under everything",
    ),
    Role(
        name="low",
        use="the ground where the loss is least",
        light="#D8D2C8",
        dark="#12110F",
        kind="area",
        form="the darker end of the ground",
    ),
    Role(
        name="high",
        use="the ground where the loss is greatest",
        light="#FBFAF8",
        dark="#2E2C29",
        kind="area",
        form="the lighter end of the ground",
    ),
)
# Overlaid runs, optimizers and weights: whatever there are several of.
_SERIES = (
    ("#C4124F", "#FF5C8A", "circle"),
    ("#3B186F", "#9063FB", "square"),
    ("#4F7000", "#8DB52A", "triangle-up"),
    ("#64200F", "#C97869", "diamond"),
    ("#007C8C", "#7FE9E8", "cross"),
    ("#39122F", "#DCDCAB", "triangle-down"),
)
RUNS = tuple(
    Role(
        name=f"run{place}",
        use="one of several runs or weights, named at its end or in a legend",
        light=light,
        dark=dark,
        kind="text",
        form=f"a line with a {shape}, and its name",
    )
    for place, (light, dark, shape) in enumerate(_SERIES, 1)
)
SHAPES = tuple(shape for _, _, shape in _SERIES)
# How a run went, as in `gdcore.descent.progress.VERDICTS`: areas of a map, bands of a gauge.
_BANDS = {
    "converges": ("#6FA573", "#5F9468"),
    "crawls": ("#D9C979", "#8A8145"),
    "oscillates": ("#A995D1", "#6B5A93"),
    "diverges": ("#8C3B4A", "#DB8799"),
    "stuck": ("#8F5F3C", "#7A563D"),
    "flat": ("#D3D6DA", "#4A4F57"),
    "bottomless": ("#3D3A4A", "#D8D3E4"),
}
BANDS = tuple(
    Role(
        name=verdict,
        use=f"runs of which the verdict is: {verdict}",
        light=light,
        dark=dark,
        kind="area",
        form="an area with its word in a legend and when pointed at",
    )
    for verdict, (light, dark) in _BANDS.items()
)
# Where runs end up: the basins of a landscape.
_POOLS = (
    ("#BFE3DC", "#1F4A44"),
    ("#D9D3EC", "#3B3358"),
    ("#D6E8B0", "#43521F"),
    ("#EDBBD3", "#6F3554"),
    ("#F7E8A8", "#75631F"),
    ("#C7B199", "#6B5644"),
    ("#9FB8A2", "#35503A"),
    ("#B79CBF", "#553C60"),
)
BASINS = tuple(
    Role(
        name=f"basin{place}",
        use="the starts that lead to one and the same end",
        light=light,
        dark=dark,
        kind="area",
        form="an area around its minimum, named when pointed at",
    )
    for place, (light, dark) in enumerate(_POOLS, 1)
)
ROLES = {role.name: role for role in (*MEANINGS, *GROUNDS, *RUNS, *BANDS, *BASINS)}
PALETTES: dict[str, dict[str, str]] = {
    "light": {name: role.light for name, role in ROLES.items()},
    "dark": {name: role.dark for name, role in ROLES.items()},
}
SERIES: dict[str, list[str]] = {
    theme: [palette[role.name] for role in RUNS] for theme, palette in PALETTES.items()
}
