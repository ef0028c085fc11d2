"""What is said, in pieces that keep their role until they are spoken. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple

from sel_tui.late_dataclass import dataclass

_ENDS = (".", "?", "!", ":", ",", "…")

# Words whose period ends no sentence: a synthesizer that cuts there says the rest as another one.
_TITLES: Final = (
    "St|Ste|M|Mme|Mlle|Mr|Mrs|Ms|Dr|Dre|[Aa]pp|[Aa]pt|[Bb]oul|[Bb]lvd|[Pp]réc|C\\.P|P\\.O|c\\.-à-d|[ei]\\.[ge]"
)
_ABBREVIATED: Final = re.compile(rf"(?<![\w’'.-])({_TITLES}|[A-Z])\.(?=[ \u00a0]\S)")
# These may end one too: not before a small letter, a number or a sign.
_OTHERS: Final = "[ap]\\.m|suiv|av|ch|bur|tél|tel|ext|etc|inc|ltée|ltd"
_WITHIN: Final = re.compile(rf"\b(?i:{_OTHERS})\.(?=[ \u00a0][^\sA-ZÀ-Þ«“])|\b[Nn]os?\.(?=[ \u00a0][0-9])")


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
        language: The language that it is in whatever that of the page; "" where it follows the page.
    """

    text: str
    part: Part
    public: str
    language: str = ""

    @property
    def personal(self) -> bool:
        """Whether part of it is not spoken on a kiosk until headphones are in."""
        return self.public != self.text


Utterances = tuple[Utterance, ...]


class Position(NamedTuple):
    """The position of an item among several, counted from 1."""

    number: int
    total: int


def by_language(said: Utterances) -> list[tuple[str, Utterances]]:
    """Return the pieces in their order, cut where the language changes: the language, and the pieces in it."""
    return [(language, tuple(pieces)) for language, pieces in groupby(said, lambda piece: piece.language)]


def sentence(said: Utterances) -> str:
    """Return all pieces as one line of text, with a full stop where a voice should pause.

    A title with which the text behind it begins is not said twice: « Bienvenue. Bienvenue, Léa. »
    """
    pieces = [" ".join(without_points(piece.text).split()) for piece in said]
    titled = bool(said) and (said[0].part in {Part.TITLE, Part.TEXT})
    if titled and len(pieces) > 1 and pieces[1].startswith(f"{pieces[0].rstrip('.')},"):
        pieces = pieces[1:]
    return " ".join(piece if piece.endswith(_ENDS) else f"{piece}." for piece in pieces if piece)


def without_points(text: str) -> str:
    """Return `text` without the periods of abbreviations inside it: « app. 5 », « Pg préc. et », « 8:30 a.m. to »."""
    return _WITHIN.sub(lambda found: found.group()[:-1], _ABBREVIATED.sub(r"\1", text))


def plain(text: str) -> str:
    """Return `text` as every synthesizer reads it: ordinary spaces, straight apostrophes, no control characters."""
    text = text.replace("’", "'").replace("\u00a0", " ")
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", " ", text).split())
