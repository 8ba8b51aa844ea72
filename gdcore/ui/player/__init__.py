"""The player: the clock that all charts of a page follow, and the word that a page stands."""

from gdcore.ui.player.bar import content, pack, player
from gdcore.ui.player.scripts import script, style

__all__ = ["content", "pack", "player", "script", "style"]
