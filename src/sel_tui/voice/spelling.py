"""Spells codes, client numbers and references: a synthesizer reads « AB12 » as « ab douze ». Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

from sel_tui.i18n import Words
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import PERSONAL, PUBLIC, Msg, Param

# What is typed in these fields is said letter by letter.
SPELLED: Final = frozenset(
    {Kind.IDENTIFIER, Kind.LINK_USERNAME, Kind.LINK_CODE, Kind.SINGLE_USE_CODE, Kind.TOKEN, Kind.POSTAL_CODE}
)
# The facts and the placeholders that hold a code, a number or a reference.
_FACTS: Final = frozenset(
    f"fact.{name}"
    for name in (
        *("reference", "check_code", "client_number", "employer_number", "neq", "rbq_licence", "certificate", "phone"),
    )
)
_PLACEHOLDERS: Final = frozenset({"identifier", "reference", "code"})
_SIGNS: Final = {
    "-": "hyphen",
    ".": "dot",
    ",": "comma",
    "@": "at",
    "_": "underscore",
    " ": "space",
    "\u00a0": "space",
    "'": "apostrophe",
    "’": "apostrophe",
    "&": "ampersand",
    "/": "slash",
    ":": "colon",
    "+": "plus",
}
_ACCENTS: Final = {
    "\u0301": "acute",
    "\u0300": "grave",
    "\u0302": "circumflex",
    "\u0308": "diaeresis",
    "\u0327": "cedilla",
}


def spelled(text: str, words: Words, *, capitals: bool = False) -> str:
    """Return `text` character by character, in words.

    Args:
        text: A code, a number, a reference, or whatever the person wants spelled.
        words: The language.
        capitals: Whether capitals are told from small letters; in codes they are all the same.
    """
    return ", ".join(letter(one, words, capitals=capitals) for one in unicodedata.normalize("NFC", text.strip()))


def letter(character: str, words: Words, *, capitals: bool = False) -> str:
    """Return the name of one character: a letter, a digit, or a sign."""
    if character in _SIGNS:
        return words.key(f"voice.sign.{_SIGNS[character]}")
    if character.isascii() and character.isdigit():
        return words.key("voice.digits").split(", ")[int(character)]
    parts = unicodedata.normalize("NFKD", character)
    base, marks = parts[0], parts[1:]
    place = ord(base.lower()) - ord("a")
    names = words.key("voice.letters").split(", ")
    if not 0 <= place < len(names):
        return words.key("voice.sign.other")
    name = " ".join(
        [names[place], *(words.key(f"voice.accent.{_ACCENTS[mark]}") for mark in marks if mark in _ACCENTS)]
    )
    return words.key("voice.capital", letter=name) if capitals and base.isupper() else name


def is_spelled(label: Msg) -> bool:
    """Tell whether the value of the fact that `label` names is said letter by letter."""
    return label.key in _FACTS


def spoken(message: Msg, words: Words) -> str:
    """Return `message` in words, with the numbers and references that it holds spelled."""
    return words.say(_with_spelling(message, words))


def wholly_spelled(message: Msg, words: Words) -> Msg:
    """Return `message`, a code, a number or a reference, letter by letter; still as personal as it was."""
    if message.key not in {PERSONAL, PUBLIC}:
        return message
    return Msg(message.key, tuple((name, _letters(value, words)) for name, value in message.params))


def _with_spelling(message: Msg, words: Words) -> Msg:
    params: list[tuple[str, Param]] = []
    for name, value in message.params:
        if not isinstance(value, Msg):
            params.append((name, value))
        elif name in _PLACEHOLDERS:
            params.append((name, wholly_spelled(value, words)))
        else:
            params.append((name, _with_spelling(value, words)))
    return Msg(message.key, tuple(params))


def _letters(value: Param, words: Words) -> Param:
    return spelled(value, words) if isinstance(value, str) else value
