"""What others must not hear: on a kiosk, personal data is not spoken until headphones are in. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import BOTH, PERSONAL, PUBLIC, PUBLISHED, Msg, Param, language_of, msg
from sel_tui.voice.spelling import spoken
from sel_tui.voice.utterance import Part, Utterance, Utterances

_NEUTRAL: Final = msg("voice.private")


def utter(message: Msg, part: Part, words: Words) -> Utterance:
    """Return `message` as it is spoken, to the person alone and where anyone may hear.

    Args:
        message: The message; its personal parts were declared where it was made.
        part: Which part of its item it is.
        words: The language.
    """
    return Utterance(spoken(message, words), part, spoken(without_personal(message), words), language_of(message))


def utter_each(message: Msg, part: Part, words: Words) -> Utterances:
    """Return `message` as `utter` does, in two pieces where it is one line in both languages."""
    held = (value for _, value in message.params if isinstance(value, Msg))
    return tuple(utter(one, part, words) for one in (held if message.key == BOTH else (message,)))


def without_personal(message: Msg) -> Msg:
    """Return `message` with a neutral word in place of each text that is personal, or that nobody declared."""
    if message.key == PERSONAL:
        return _NEUTRAL
    if message.key in {PUBLIC, PUBLISHED}:
        return message
    return replace(message, params=tuple((name, _redacted(value)) for name, value in message.params))


def redact(said: Utterances, words: Words) -> Utterances:
    """Return `said` as anyone may hear it, followed by how to hear the rest."""
    if not any(piece.personal for piece in said):
        return said
    kept = tuple(replace(piece, text=piece.public) for piece in said)
    if all(piece.part is Part.TYPED for piece in said):
        return kept  # at each letter the neutral word is enough
    return (*kept, utter(msg("voice.private_how"), Part.TEXT, words))


def _redacted(value: Param) -> Param:
    match value:
        case Msg():
            return without_personal(value)
        case str():
            return _NEUTRAL
        case _:
            return value
