"""Reads what comes to the mailbox for bounces: delivery status notifications (RFC 3464, RFC 6522, RFC 6533).

Of bounces in other forms two are read, those whose form is written down: qmail's (the qmail-send Bounce Message Format,
QSBMF) and those that name whom they failed in `X-Failed-Recipients`. Everything else is none: replies (RFC 3834),
read receipts, complaints and our own mails on their way round.

The parts of a message are cut here, one level of them, and only heads are given to the standard library's parser: on
parts within parts it recurses, and takes a time that grows with the square of their depth.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from enum import StrEnum
from typing import Final

from sel_backend.mail.mail_ids import mail_ids_in

MOST_BYTES: Final = 262_144
"""So much of a message is looked at: what a notification says stands before the mail that it returns."""
_MOST_HEAD: Final = 65_536
_MOST_VALUE: Final = 2_000
_MOST_PARTS: Final = 20
_MOST_RECIPIENTS: Final = 20
_MOST_IDS: Final = 5
_HEADS: Final = BytesHeaderParser(policy=compat32)
_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n")
_STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b", re.ASCII)
_STATUS_PARTS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED: Final = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers"}
)
_QMAIL: Final = "hi. this is the "
_QMAIL_COPY: Final = "\n--- "


class Outcome(StrEnum):
    """What a notification says of a mail."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    """Delivered, or handed on to where nobody reports (« relayed », « expanded »)."""


_ACTIONS: Final = {
    "failed": Outcome.FAILED,
    "delayed": Outcome.DELAYED,
    "delivered": Outcome.DELIVERED,
    "relayed": Outcome.DELIVERED,
    "expanded": Outcome.DELIVERED,
}
_UNSPECIFIC: Final = {Outcome.FAILED: "5.0.0", Outcome.DELAYED: "4.0.0", Outcome.DELIVERED: "2.0.0"}


@dataclass(frozen=True)
class Notification:
    """What a message says became of a mail.

    Attributes:
        outcome: what became of it.
        status: the enhanced status code (RFC 3463), such as 5.1.1.
        mail_ids: what may be the mail's name, not checked yet; the likeliest first.
    """

    outcome: Outcome
    status: str
    mail_ids: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    head: Message
    body: bytes

    @property
    def kind(self) -> str:
        return self.head.get_content_type()

    def text(self) -> str:
        """Return the body in clear."""
        body, how = self.body, _value(self.head, "content-transfer-encoding").strip().lower()
        try:
            if how == "base64":
                body = binascii.a2b_base64(body)
            elif how == "quoted-printable":
                body = binascii.a2b_qp(body)
        except binascii.Error:
            pass  # as it is
        return body.decode("utf-8", "replace").replace("\r\n", "\n")


def read_notification(raw: bytes) -> Notification | None:
    """Return what a message says became of a mail, or None where it is no bounce.

    Args:
        raw: the message as it came; what stands behind `MOST_BYTES` is not looked at.
    """
    whole = _part(raw[:MOST_BYTES])
    if whole.kind == "multipart/report":
        parts = list(_parts(whole))
        for part in parts:
            if part.kind in _STATUS_PARTS:
                return _notification(whole, part, parts)
        return None
    return _in_words(whole)


def _value(head: Message, name: str) -> str:
    # The library's reading of parameters takes a time that grows with the square of a value's length.
    return str(head.get(name, ""))[:_MOST_VALUE]


def _part(raw: bytes) -> _Part:
    start = raw[:2].lstrip(b"\r")[:1] == b"\n"
    blank = _BLANK_LINE.search(raw)
    if start:
        written, body = b"", raw.partition(b"\n")[2]
    else:
        written, body = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, b"")
    head = _HEADS.parsebytes(written[:_MOST_HEAD])
    kind = _value(head, "content-type")
    del head["content-type"]
    if kind:
        head["Content-Type"] = kind
    return _Part(head, body)


def _parts(whole: _Part) -> Iterator[_Part]:
    boundary = whole.head.get_boundary()
    if not boundary:
        return
    mark = re.escape(b"--" + boundary.encode("utf-8", "surrogateescape"))
    pieces = re.split(rb"(?m)^" + mark + rb"(?:--)?[ \t]*\r?$\n?", whole.body, maxsplit=_MOST_PARTS)
    yield from map(_part, pieces[1:])


def _notification(whole: _Part, about: _Part, parts: list[_Part]) -> Notification | None:
    blocks = re.split(r"\n\s*\n", about.text().strip(), maxsplit=_MOST_RECIPIENTS)
    groups = [_HEADS.parsebytes(block.encode("utf-8", "surrogateescape")[:_MOST_HEAD]) for block in blocks]
    said = [(_ACTIONS.get(_value(one, "action").strip().lower()), one) for one in groups]
    for outcome in Outcome:
        group = next((one for action, one in said if action is outcome), None)
        if group is not None:
            # One mail, one recipient: more than one group is an alias, and its failure is what somebody must know.
            return Notification(outcome, _status(group, outcome), _mail_ids(whole, groups, parts))
    return None


def _status(group: Message, outcome: Outcome) -> str:
    """Return the status; what the other server said of it where the notification has none, or only a class."""
    written = _STATUS.search(_value(group, "status"))
    if written is None or written[0].endswith(".0.0"):
        written = _STATUS.search(_value(group, "diagnostic-code")) or written
    return written[0] if written else _UNSPECIFIC[outcome]


def _mail_ids(whole: _Part, groups: list[Message], parts: list[_Part]) -> tuple[str, ...]:
    """Return what names the mail: the envelope, the mail itself, and what the notification is a reply to."""
    named = [_value(one, "original-envelope-id") for one in groups]
    for part in parts:
        if part.kind in _RETURNED:
            returned = _part(part.text().encode("utf-8", "replace"))
            named.append(_value(returned.head, "message-id"))
    named += [_value(whole.head, name) for name in ("in-reply-to", "references")]
    return tuple(dict.fromkeys(found for text in named for found in mail_ids_in(text)))[:_MOST_IDS]


def _in_words(whole: _Part) -> Notification | None:
    """Read a bounce that is no notification, where its form is written down."""
    if not whole.kind.startswith("text/"):
        return None
    text = whole.text()
    said, copy = text, text
    if text[: len(_QMAIL)].lower() == _QMAIL:
        said, _, copy = text.partition(_QMAIL_COPY)
    elif not _value(whole.head, "x-failed-recipients"):
        return None
    status = _STATUS.search(said)
    ids = dict.fromkeys((*mail_ids_in(copy), *mail_ids_in(_value(whole.head, "in-reply-to"))))
    return Notification(Outcome.FAILED, status[0] if status else _UNSPECIFIC[Outcome.FAILED], tuple(ids)[:_MOST_IDS])
