"""What others must not hear: on a kiosk, personal data is kept back until headphones are in. Pure."""

from __future__ import annotations

from sel_tui.i18n import Words
from sel_tui.voice.news import Said
from sel_tui.voice.utterance import Part, Utterance


def discreet(said: Said, words: Words) -> Said:
    """Return `said` with a neutral word for each piece of personal data, and how to hear it at the end."""
    if not any(piece.personal for piece in said):
        return said
    kept = tuple(Utterance(words.key("voice.private"), piece.part) if piece.personal else piece for piece in said)
    if all(piece.part is Part.TYPED for piece in said):
        return kept  # at each letter the neutral word is enough
    return (*kept, Utterance(words.key("voice.private_how"), Part.TEXT))
