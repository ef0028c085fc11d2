"""Words as keys: the journey says what is meant, the catalogues say how it is put in each language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

Param = "str | int | datetime | Msg"


@dataclass(frozen=True, slots=True)
class Msg:
    """A message to show, by its key in the catalogues.

    Args:
        key: The catalogue's msgid, for example ``login.title``.
        params: Name and value of each placeholder; a datetime is shown as a local hour, a `Msg` is rendered first.
    """

    key: str
    params: tuple[tuple[str, str | int | datetime | Msg], ...] = ()


def msg(key: str, **params: str | int | datetime | Msg) -> Msg:
    """Return the message `key` with its placeholders filled from `params`."""
    return Msg(key, tuple(params.items()))


def from_hour(at: datetime) -> datetime:
    """Return `at` as an hour to be promised: the minute is rounded up, so that what is said is true."""
    return at + timedelta(seconds=59)


def raw(text: str) -> Msg:
    """Return a message that shows `text` as it is: what a person typed, or what a server owns."""
    return Msg("raw", (("text", text),))
