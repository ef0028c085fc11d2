"""What is said, in pieces that keep their role until they are spoken. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from sel_tui.late_dataclass import dataclass

_ENDS = (".", "?", "!", ":", ",", "…")


class Part(StrEnum):
    """Which part of its item a piece is."""

    TITLE = "title"
    ERROR = "error"
    NOTICE = "notice"
    TEXT = "text"
    LABEL = "label"
    ROLE = "role"
    VALUE = "value"
    STATE = "state"
    POSITION = "position"
    STATUS = "status"
    TYPED = "typed"
    HELP = "help"


@dataclass(frozen=True)
class Utterance:
    """One piece of what is said.

    Attributes:
        text: As the person hears it: what must be spelled is spelled already.
        part: Which part of its item it is.
        public: As anyone may hear it: with a neutral word in place of each personal text.
    """

    text: str
    part: Part
    public: str

    @property
    def personal(self) -> bool:
        """Whether part of it is not spoken on a kiosk until headphones are in."""
        return self.public != self.text


Utterances = tuple[Utterance, ...]


class Position(NamedTuple):
    """The position of an item among several, counted from 1."""

    number: int
    total: int


def sentence(said: Utterances) -> str:
    """Return all pieces as one line of text, with a full stop where a voice should pause.

    A title with which the text behind it begins is not said twice: « Bienvenue. Bienvenue, Léa. »
    """
    pieces = [" ".join(piece.text.split()) for piece in said]
    titled = bool(said) and (said[0].part in {Part.TITLE, Part.TEXT})
    if titled and len(pieces) > 1 and pieces[1].startswith(f"{pieces[0].rstrip('.')},"):
        pieces = pieces[1:]
    return " ".join(piece if piece.endswith(_ENDS) else f"{piece}." for piece in pieces if piece)


def plain(text: str) -> str:
    """Return `text` as every synthesizer reads it: ordinary spaces, straight apostrophes, no control characters."""
    text = text.replace("’", "'").replace("\u00a0", " ")
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", " ", text).split())
