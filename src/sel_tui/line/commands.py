"""The commands that may be typed alone on a line instead of an answer."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class LineCommand(StrEnum):
    """A command of the line face alone; those that the screens share have the names of their keys."""

    BACK = "<"
    CHOICES = ">"
    REPEAT = "r"
    SPELL = "="
    MORE = "+"
    ERASE = "-"
    HELP = "?"
    ALL_HELP = "??"


_KEYS: Final = {
    "q": "f10",
    **{f"f{number}": f"f{number}" for number in range(2, 13)},
}
HELP_KEY: Final = "f1"
_COMMANDS: Final = {**{str(command): command for command in LineCommand}, HELP_KEY: LineCommand.HELP}
_LANGUAGES: Final = frozenset({"fr", "en"})


def parse(line: str, language: str, *, names: bool = False) -> LineCommand | str | None:
    """Return the command that `line` is, the name of the key that it stands for, or None when it is an answer.

    Args:
        line: What was typed.
        language: The current language; `en` is no command in English.
        names: Whether a name or a word is asked for: « R », « Q » or « En » with a capital is one, `r` the command.
    """
    if names and line[:1].isupper() and line.rstrip().isalpha():
        return None
    word = line.rstrip().lower()
    if word in _COMMANDS:
        return _COMMANDS[word]
    if word in _LANGUAGES - {language}:
        return "f2"
    return _KEYS.get(word)


def is_prefix(typed: str) -> bool:
    """Tell whether `typed` is the beginning of a command, in either language."""
    word = typed.lower()
    return any(known.startswith(word) for known in (*_COMMANDS, *_KEYS, *_LANGUAGES))


def is_sign(line: str) -> bool:
    """Tell whether `line` is a command that is no letter: it may be shown even where a secret is asked for."""
    return not line.isalnum() and (line in _COMMANDS or line in _KEYS)


def answer(line: str, language: str) -> str:
    """Return `line` as an answer: without the space that, before a command, makes it an answer.

    Args:
        line: What was typed.
        language: The current language.
    """
    if line.startswith(" ") and parse(line.lstrip(" "), language) is not None:
        return line[1:]
    return line
