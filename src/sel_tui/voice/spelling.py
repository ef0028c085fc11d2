"""How codes and numbers are said: in groups, as on the phone, and letter by letter on request. Pure.

A synthesizer reads « AB12 » as « ab douze », and 18885550142 as billions.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sel_tui.i18n import Words
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import PERSONAL, PUBLIC, Msg, Param

# What is typed in these fields is said in groups of digits and letter by letter.
SPELLED: Final = frozenset(
    {
        *(Kind.IDENTIFIER, Kind.LINK_USERNAME, Kind.LINK_CODE, Kind.SINGLE_USE_CODE, Kind.HANDOFF_CODE, Kind.TOKEN),
        Kind.POSTAL_CODE,
    }
)
# The facts and the placeholders that hold a code, a number or a reference.
_FACTS: Final = frozenset(
    f"fact.{name}"
    for name in (
        *(
            "file",
            "reference",
            "check_code",
            "handoff_code",
            "client_number",
            "employer_number",
            "neq",
            "rbq_licence",
            "certificate",
            "phone",
        ),
    )
)
_PLACEHOLDERS: Final = frozenset({"identifier", "reference", "code"})
# What stands between the groups of a number or a code, and is not said; many digits, or letters with few digits.
_BETWEEN: Final = re.compile(r"[\s\u00a0()-]+")
_RUN: Final = re.compile(r"[0-9]{5,}|(?:[^0-9]|[0-9]{1,4}(?![0-9]))+")
# A telephone or client number with spaces, or a word; `_is_code` tells the words that are codes from the others.
_SPACED: Final = r"1[\s\u00a0]\d{3}[\s\u00a0]\d{3}-\d{4}|[A-Z]{2}[\s\u00a0](?:\d{5,}|\d{3}[-\s\u00a0]\d{4})"
_WORD: Final = re.compile(rf"(?<![\w@.!/-])(?:{_SPACED})(?![\w-])|(?<![\w@.!/-])[^\W_]+(?:-[^\W_]+)*(?![\w@!/-]|\.\w)")
_CODE: Final = re.compile(r"[A-Z0-9]{3,}(?:-[A-Z0-9]+)*|[A-Z0-9]+(?:-[A-Z0-9]{2,})+|[A-Za-z]{1,3}-?[0-9]{5,}")
# Days, hours, years and keys are no codes.
_NO_CODE: Final = re.compile(r"[0-9]{1,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}|F[0-9]{1,2}")
# What sets name and number of a row apart, for eyes.
_ROW_MARK: Final = "· "
# So many digits are said in one breath.
_LONGEST_RUN: Final = 4
_PAIR, _THREE = 2, 3
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
    "=": "equals",
    "%": "percent",
    "!": "exclamation",
    "?": "question",
    "#": "hash",
    "$": "dollar",
    "*": "asterisk",
    "(": "open_parenthesis",
    ")": "close_parenthesis",
    "[": "open_bracket",
    "]": "close_bracket",
    "{": "open_brace",
    "}": "close_brace",
    "«": "open_quote",
    "»": "close_quote",
    '"': "quote",
    ";": "semicolon",
    "<": "less",
    ">": "greater",
    "\\": "backslash",
    "~": "tilde",
    "|": "bar",
    "^": "caret",
    "`": "grave",
    "°": "degree",
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
    signs = unicodedata.normalize("NFC", text.replace(_ROW_MARK, "").strip())
    return ", ".join(letter(one, words, capitals=capitals) for one in signs)


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


def grouped(text: str, words: Words) -> str:
    """Return a number or a code as people say it: « 1, 888, 555, 01 42 », « ka trois aime neuf, ku té ».

    What is said in one breath stands between commas; an address with @ is left as it is. French says the digits of a
    group as one number, and a group of four as two pairs; English says each digit.

    Args:
        text: A telephone, client or reference number, or a code.
        words: The language.
    """
    if "@" in text:
        return text
    parts = _BETWEEN.split(unicodedata.normalize("NFC", text.strip()))
    return ", ".join(said for part in parts if part for said in _breaths(part, words))


def _breaths(part: str, words: Words) -> list[str]:
    """Return what is said of one part of a code, with a pause between two: letters by name, long numbers in groups."""
    if part.isascii() and part.isdigit():
        return [_digits(group, words) for group in _groups(part)]
    said: list[str] = []
    for run in _RUN.findall(part):
        if run.isdecimal() and len(run) > _LONGEST_RUN:
            said += [_digits(group, words) for group in _groups(run)]
        else:
            said.append(" ".join(letter(one, words) for one in run))
    return said


def _groups(digits: str) -> list[str]:
    """Return a few digits as they are; more in threes where that comes out even, else in threes, then pairs."""
    if len(digits) <= _LONGEST_RUN:
        return [digits]
    threes = len(digits) if len(digits) % _THREE == 0 else _THREE if len(digits) % _PAIR else 2 * _THREE
    places = [*range(0, threes, _THREE), *range(threes, len(digits), _PAIR)]
    return [digits[start:end] for start, end in zip(places, [*places[1:], len(digits)], strict=True)]


def _digits(group: str, words: Words) -> str:
    if words.language != "fr":
        return " ".join(group)
    return f"{group[:_PAIR]} {group[_PAIR:]}" if len(group) == _LONGEST_RUN else group


def codes_in(text: str) -> list[str]:
    """Return the codes and numbers in `text`, each once: words with digits: « 346135 », « L-482913 », « H2X »."""
    return list(dict.fromkeys(found.group() for found in _WORD.finditer(text) if _is_code(found.group())))


def with_groups(text: str, words: Words) -> str:
    """Return `text` with the codes and numbers in it in groups."""
    return _WORD.sub(lambda found: grouped(found.group(), words) if _is_code(found.group()) else found.group(), text)


def _is_code(word: str) -> bool:
    spaced = re.fullmatch(_SPACED, word) is not None
    coded = any(sign.isdigit() for sign in word) and _CODE.fullmatch(word) and not _NO_CODE.fullmatch(word)
    return spaced or bool(coded)


def is_spelled(label: Msg, value: Msg) -> bool:
    """Tell whether the value of the fact that `label` names is a number or a code, and nothing else."""
    return label.key in _FACTS and isinstance(dict(value.params).get("text"), str)


def spoken(message: Msg, words: Words) -> str:
    """Return `message` in words, with the codes, numbers and references that it holds in groups."""
    return with_groups(words.say(_with_groups(message, words)), words)


def wholly_grouped(message: Msg, words: Words) -> Msg:
    """Return `message`, a code, a number or a reference, in groups; still as personal as it was."""
    if message.key not in {PERSONAL, PUBLIC}:
        return message
    return Msg(message.key, tuple((name, _in_groups(value, words)) for name, value in message.params))


def _with_groups(message: Msg, words: Words) -> Msg:
    params: list[tuple[str, Param]] = []
    for name, value in message.params:
        if not isinstance(value, Msg):
            params.append((name, value))
        elif name in _PLACEHOLDERS:
            params.append((name, wholly_grouped(value, words)))
        else:
            params.append((name, _with_groups(value, words)))
    return Msg(message.key, tuple(params))


def _in_groups(value: Param, words: Words) -> Param:
    return grouped(value, words) if isinstance(value, str) else value
