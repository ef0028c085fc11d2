"""Words as keys: the journey says what is meant, the catalogues say how it is put in each language.

Whether a text belongs to a person is declared where the text is made: `personal`, `public` or `published`. `msg` takes
no bare text, so mypy refuses a page that forgets; whatever is declared nowhere counts as personal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

from sel_tui.late_dataclass import dataclass

Param: TypeAlias = "str | int | date | Msg"
PERSONAL: Final = "personal"
PUBLIC: Final = "public"
PUBLISHED: Final = "published"
# Before a language: what it holds is said in that one, whatever the language of the page.
IN: Final = "in."
BOTH: Final = "both"


@dataclass(frozen=True)
class Msg:
    """A message to show, by its key in the catalogues. Made by the functions below.

    Args:
        key: The catalogue's msgid, for example ``login.title``.
        params: Name and value of each placeholder; a datetime is shown as a local hour, a `Msg` is rendered first.
    """

    key: str
    params: tuple[tuple[str, Param], ...] = ()


def msg(key: str, **params: int | datetime | Msg) -> Msg:
    """Return the message `key` with its placeholders filled from `params`.

    Args:
        key: The catalogue's msgid.
        params: Numbers and hours that anyone may hear, and messages. A text is declared first: `personal` or `public`.
    """
    return Msg(key, tuple(params.items()))


def personal(text: str | date | Msg) -> Msg:
    """Return a message that shows `text`, which concerns one person: what they typed, or what a server knows of them.

    A kiosk does not speak it before headphones are in.

    Args:
        text: A text as it is, a day, a moment (a datetime), or a message that is personal as a whole.
    """
    return Msg(PERSONAL, (("text", text),))


def public(text: str | date) -> Msg:
    """Return a message that shows `text`, which concerns nobody: anyone may hear it.

    Args:
        text: A text as it is, a day, or a moment (a datetime).
    """
    return Msg(PUBLIC, (("text", text),))


def published(texts: Mapping[str, str]) -> Msg:
    """Return a message that shows what the service says to everyone, by language tag; it is public."""
    return Msg(PUBLISHED, tuple(texts.items()))


def in_language(language: str, message: Msg) -> Msg:
    """Return `message` as it is said in `language`, `fr` or `en`, on a page of any language."""
    return Msg(f"{IN}{language}", (("text", message),))


def both(own: Msg, other: Msg) -> Msg:
    """Return one line with both: `own` in the language of the page, and `other`, which is in another one."""
    return msg(BOTH, own=own, other=other)


def language_of(message: Msg) -> str:
    """Return the language in which `message` is said whatever that of its page, "" where it follows the page."""
    return message.key.removeprefix(IN) if message.key.startswith(IN) else ""


def held_in(message: Msg) -> Msg:
    """Return what `in_language` was given."""
    held = dict(message.params)["text"]
    assert isinstance(held, Msg)
    return held


def from_hour(at: datetime) -> datetime:
    """Return `at` as an hour to be promised: the minute is rounded up, so that what is said is true."""
    return at + timedelta(seconds=59)
