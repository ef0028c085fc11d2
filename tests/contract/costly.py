"""The texts that cost the most to look at, and a normaliser that counts what it is given instead of taking time."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pytest

# Each is repeated to any length. Two marks in the wrong order cost the most: ordering them is quadratic.
COSTLY: dict[str, str] = {
    "marks in the worst order": "\u0315\u0300\u05ae\u0316",
    "two marks that change places": "\u0301\u0323",
    "marks that are two in NFC": "\u0344\u0323",
    "letters with marks": "a\u0323\u0301",
    "one long run": "a",
    "one long run of digits": "9",
    "one long run of digits of another script": "\u0663",
    "eighteen letters in one sign": "\ufdfa",
    "a fraction, a unit, a ligature": "\u00bd\u3326\ufb03",
    "Hangul in pieces": "\u1112\u1161\u11ab",
    "halves of characters": "\ud800",
    "characters beyond the first plane": "\U0001d160",
    "zero-width signs": "\u200b\u200d\ufeff",
    "right-to-left overrides": "\u202e\u05d0",
    "spaces of every kind": " \u00a0\u2003\t",
    "separators": "-\u2010\u2015",
    "the sign of an address": "@a",
    "an encoded word": "=?utf-8?q?=61?=",
    "what escapes": '\\"/~',
    "nothing": "\u0000",
}


@dataclass
class Work:
    """What the normaliser was given since the last look."""

    texts: list[str] = field(default_factory=list)

    def longest(self) -> int:
        """Return the length of the longest text."""
        return max(map(len, self.texts), default=0)

    def steps(self) -> int:
        """Return how many characters were read, and how many pairs of marks could have been put into order."""
        return sum(len(text) + sum(run * run for run in _runs_of_marks(text)) for text in self.texts)

    def forget(self) -> None:
        self.texts.clear()


def _runs_of_marks(text: str) -> list[int]:
    return [len(list(run)) for is_mark, run in groupby(text, lambda sign: unicodedata.combining(sign) > 0) if is_mark]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Return what `unicodedata.normalize` is given; too much of it is not done."""
    given = Work()
    real = unicodedata.normalize

    def counting(form: Any, text: str) -> str:
        given.texts.append(text)
        return real(form, text) if len(text) <= 5_000 else text

    monkeypatch.setattr(unicodedata, "normalize", counting)
    return given
