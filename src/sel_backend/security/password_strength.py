"""How easily a new password is guessed: common, breached and expected ones are (NIST SP 800-63B-4, 3.1.1.2).

zxcvbn (MIT, 1.7 MB installed) knows the passwords of breaches, keyboards, dates and English words; `common_words.txt`
adds the French ones and those of the trade. Fewer than a hundred million guesses is too few: that refuses one word
with a year and a sign behind it, and lets eight characters at random pass.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from sel_contract.rules.text import fold

FEWEST_GUESSES: Final = 10**8
# What comes behind may only make a password harder to guess, and zxcvbn's time grows with the square of the length.
_LOOKED_AT: Final = 64
_SHORTEST_WORD: Final = 3
# What everybody knows of this service: words that zxcvbn takes for random letters when they are short.
_SERVICE: Final = ("ccq", "sel", "services", "ligne", "construction", "quebec")
# How many letters and digits a password must hold beside such words and its owner's.
_FEWEST_OTHERS: Final = 6
_DECORATION: Final = re.compile(r"(19|20)\d\d|[\W_]")


class Guess(StrEnum):
    """Why a password is easily guessed; each value is a `FieldCode` of the wire."""

    COMMON = "too-common"
    PERSONAL = "personal-word"


@cache
def _common_words() -> tuple[str, ...]:
    lines = files("sel_backend.security").joinpath("common_words.txt").read_text("utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


def _own_words(texts: Iterable[str]) -> list[str]:
    words = [word for text in texts for word in re.split(r"[\W_]+", fold(text))]
    return [word for word in words if len(word) >= _SHORTEST_WORD]


def easily_guessed(password: str, personal: Iterable[str] = ()) -> Guess | None:
    """Return why a password is guessed in fewer than `FEWEST_GUESSES` tries; None when it is not.

    Slow, up to 0.1 s: call it in a thread, and only once the request was counted.

    Args:
        password: its first 64 characters are looked at, without case and accents.
        personal: what a guesser knows of its owner: names, address.
    """
    from zxcvbn import zxcvbn

    looked_at = fold(password)[:_LOOKED_AT]
    if not looked_at:
        return Guess.COMMON
    if zxcvbn(looked_at, user_inputs=list(_common_words()))["guesses"] < FEWEST_GUESSES:
        return Guess.COMMON
    if _says_little_beside(looked_at, _SERVICE):
        return Guess.COMMON
    return Guess.PERSONAL if _says_little_beside(looked_at, _own_words(personal)) else None


def _says_little_beside(password: str, words: Iterable[str]) -> bool:
    """Tell whether `password` holds one of `words` and, but for years and signs, hardly anything else."""
    rest = password
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != password and len(_DECORATION.sub("", rest)) < _FEWEST_OTHERS
