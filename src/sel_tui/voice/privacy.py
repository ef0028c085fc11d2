"""What others must not hear: on a kiosk, what is personal is kept back until headphones are in. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import PERSONAL, PUBLIC, PUBLISHED, Msg, Param, msg
from sel_tui.voice.spelling import spoken
from sel_tui.voice.utterance import Part, Said, Utterance

_NEUTRAL: Final = msg("voice.private")


def utter(message: Msg, part: Part, words: Words) -> Utterance:
    """Return `message` as it is spoken, to the person alone and where anyone may hear.

    Args:
        message: What is said; its parts that are personal were declared where they were made.
        part: What it is of its item.
        words: The language.
    """
    return Utterance(spoken(message, words), part, spoken(without_personal(message), words))


def without_personal(message: Msg) -> Msg:
    """Return `message` with a neutral word in place of each text that is personal, or that nobody declared."""
    if message.key == PERSONAL:
        return _NEUTRAL
    if message.key in {PUBLIC, PUBLISHED}:
        return message
    return replace(message, params=tuple((name, _anyone(value)) for name, value in message.params))


def discreet(said: Said, words: Words) -> Said:
    """Return `said` as anyone may hear it, with how to hear the rest at the end."""
    if not any(piece.personal for piece in said):
        return said
    kept = tuple(replace(piece, text=piece.public) for piece in said)
    if all(piece.part is Part.TYPED for piece in said):
        return kept  # at each letter the neutral word is enough
    return (*kept, utter(msg("voice.private_how"), Part.TEXT, words))


def _anyone(value: Param) -> Param:
    match value:
        case Msg():
            return without_personal(value)
        case str():
            return _NEUTRAL
        case _:
            return value
