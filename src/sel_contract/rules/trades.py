"""Trades as people and records write them, in the one form in which they are compared.

A trade is the same whatever its gender and number, and whichever of its forms a record names: « Électricien,
électricienne », « électricien(ne) », « électricien·ne·s » (forms: Office québécois de la langue française, « Doublets
abrégés », vitrinelinguistique.oqlf.gouv.qc.ca).
"""

import re
from typing import Final

from sel_contract.rules.text import LIGATURES, fold

_ENDING: Final = r"(?:n?ne|enne|ienne|onne|i?ere|euse|rice|trice|elle|le|es|e|s)"
# An ending behind its word: in brackets, or behind a dot, a point, a stroke or a hyphen; its plural may follow.
_STROKE: Final = r"[·•⋅./\-\u2010\u2011]"
_SHORTENED: Final = re.compile(rf"(?<=[a-z])(?:\({_ENDING}s?\)|{_STROKE}{_ENDING}\b)(?:{_STROKE}?s\b)?")
_OTHER_FORM: Final = re.compile(r"[,;/|&\n]|\b(?:ou|or|et)\b")
_WORDS: Final = re.compile(r"[^\W_]+")
_SHORTEST: Final = 5
# Feminine endings without accents, and the masculine ones that they stand for; the longer first.
_FEMININE: Final = (
    ("trice", "teur"),
    ("ienne", "ien"),
    ("iere", "ier"),
    ("euse", "eur"),
    ("onne", "on"),
    ("elle", "el"),
    ("ere", "er"),
    ("ive", "if"),
    ("ante", "ant"),
    ("ente", "ent"),
    ("ee", "e"),
)


def trade_key(text: str) -> str:
    """Return what is compared of a trade: its forms in the masculine singular, without accents, signs and spaces.

    A record with several forms of one trade has one key; with several trades, that of all of them.

    Args:
        text: What was typed, or what the record says; at most its first 4,000 characters are looked at.

    Returns:
        The key; "" when there is no letter in it.
    """
    flat = _SHORTENED.sub("", fold(text).translate(LIGATURES))
    forms = {"".join(map(_masculine, _WORDS.findall(form))) for form in _OTHER_FORM.split(flat)}
    return "".join(sorted(forms))


def _masculine(word: str) -> str:
    one = word[:-1] if len(word) >= _SHORTEST and word[-1] in "sx" else word
    for feminine, masculine in _FEMININE:
        if len(one) >= _SHORTEST and one.endswith(feminine):
            return one.removesuffix(feminine) + masculine
    return one
