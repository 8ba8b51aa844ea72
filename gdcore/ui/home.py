"""The first page: a descent that plays by itself, where to start, and the demonstrations."""

from __future__ import annotations

import streamlit as st

from gdcore.gallery import hero
from gdcore.gallery.canvas import address
from gdcore.gallery.demonstrations import GALLERY, Demonstration, ordered
from gdcore.gallery.scenes import Descents
from gdcore.ui import frame, gallery
from gdcore.ui.language import language, prose_here, t

# The whole card is its link: what the link covers is as large as the card. Streamlit places the
# link's own wrappers, which must not be what the cover is measured by.
_STYLE = """<style>
.st-key-hero { align-items: center; }
.gd-hero, .gd-thumb { display: block; width: 100%; }
.gd-hero { max-height: 300px; }
.gd-thumb { aspect-ratio: 32 / 17; }
.gd-still { display: none; }
@media (prefers-reduced-motion: reduce) {
  .gd-moving { display: none; }
  .gd-still { display: block; }
}
[class*=st-key-cards_] {
  display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 13.5rem), 1fr));
}
[class*=st-key-cards_] > * { width: auto !important; height: 100%; }
[class*=st-key-card_] { position: relative; height: 100%; gap: .4rem; padding: .7rem; }
[class*=st-key-card_] * { position: static; }
[class*=st-key-card_]:hover { border-color: currentColor; }
[class*=st-key-card_] a { min-height: 0; padding: 0; background: none; outline: none; }
[class*=st-key-card_] a::after { content: ""; position: absolute; inset: 0; border-radius: .5rem; }
[class*=st-key-card_] a:focus-visible { box-shadow: none; }
[class*=st-key-card_] a:focus-visible::after { outline: 3px solid currentColor; }
[class*=st-key-card_] a *, .st-key-begin a * {
  white-space: normal; overflow: visible; text-overflow: clip; overflow-wrap: anywhere;
}
.st-key-begin a {
  width: fit-content; padding: .55rem 1.1rem; border-radius: .5rem;
  background: var(--gd-begin); margin: .4rem 0;
}
.st-key-begin a * { color: var(--gd-paper); font-weight: 600; }
</style>"""


def show() -> None:
    """The moving picture with its introduction, and a card for every demonstration."""
    st.session_state["page"] = "home"
    if st.query_params.to_dict() != {"lang": language()}:
        st.query_params.from_dict({"lang": language()})
    look = frame.look()
    frame.styled()
    colours = {"begin": look.colour("loss"), "paper": look.colour("paper")}
    named_colours = "".join(f"--gd-{name}: {ink};" for name, ink in colours.items())
    st.html(_STYLE + f"<style>.stMain {{ {named_colours} }}</style>")
    _beginning()
    for group, demonstrations in GALLERY.items():
        st.subheader(t(f"gallery.{group}"), anchor=False)
        with st.container(key=f"cards_{group}"):
            for one in demonstrations:
                _card(one, look.theme)


def _beginning() -> None:
    """The title, what this is, where to start, and the article's descent as it goes."""
    words, picture = st.columns([5, 6], vertical_alignment="center")
    with words:
        st.title(t("home.title"), anchor=False)
        st.markdown(prose_here("home"))
        with st.container(key="begin"):
            _link(ordered()[0], t("home.begin"))
    scene, look = gallery.kept("descent"), frame.look()
    assert isinstance(scene, Descents)
    alt = frame.escape(t("home.picture", title=t("gallery.descent_title")))
    picture.html(
        f'<img class="gd-hero gd-moving" alt="{alt}" src="{address(hero.moving(scene, look))}">'
        f'<img class="gd-hero gd-still" alt="{alt}" src="{address(hero.still(scene, look))}">'
    )


def _card(one: Demonstration, theme: str) -> None:
    """A small picture of the state that its link opens, its title and what there is to see."""
    with st.container(border=True, key=f"card_{one.name}"):
        source = address(gallery.picture(one.name, theme))
        st.html(f'<img class="gd-thumb" alt="" src="{source}">')
        _link(one, f"**{t(f'gallery.{one.name}_title')}**")
        st.caption(t(f"gallery.{one.name}"))


def _link(one: Demonstration, label: str) -> None:
    query = one.query | {"lang": language()}
    st.page_link(f"pages/{one.page}.py", label=label, query_params=query)
