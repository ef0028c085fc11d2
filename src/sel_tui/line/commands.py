"""What a person may type alone on a line instead of an answer."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class LineCommand(StrEnum):
    """A command of the line face alone; those that the screens have too go by the names of their keys."""

    BACK = "<"
    CHOICES = ">"
    REPEAT = "r"
    SPELL = "="
    MORE = "+"
    ERASE = "-"


_KEYS: Final = {
    "?": "f1",
    "q": "f10",
    **{f"f{number}": f"f{number}" for number in range(1, 13)},
}
_COMMANDS: Final = {str(command): command for command in LineCommand}
_LANGUAGES: Final = frozenset({"fr", "en"})


def read(line: str, language: str) -> LineCommand | str | None:
    """Return the command that `line` is, the name of the key that it stands for, or None when it is an answer.

    Args:
        line: What was typed.
        language: The language of the moment: `en` is no command in English.
    """
    word = line.rstrip().lower()
    if word in _COMMANDS:
        return _COMMANDS[word]
    if word in _LANGUAGES - {language}:
        return "f2"
    return _KEYS.get(word)


def begins(typed: str) -> bool:
    """Tell whether `typed` is the beginning of a command, in either language."""
    word = typed.lower()
    return any(known.startswith(word) for known in (*_COMMANDS, *_KEYS, *_LANGUAGES))


def is_sign(line: str) -> bool:
    """Tell whether `line` is a command that is no letter: it may be seen even where a secret is asked for."""
    return not line.isalnum() and (line in _COMMANDS or line in _KEYS)


def answer(line: str, language: str) -> str:
    """Return the answer that `line` is: a space before a command makes an answer of it."""
    if line.startswith(" ") and read(line.lstrip(" "), language) is not None:
        return line[1:]
    return line
