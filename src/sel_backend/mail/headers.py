"""Mail headers, written and never read: nothing in a name, a subject or an address is decoded on its way out.

The standard library's modern headers parse what they are given, so an encoded word (RFC 2047) in an address becomes
another address, and one that is malformed raises. These are built from parts whose meaning is known.
"""

import re
import unicodedata
from dataclasses import dataclass
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.policy import compat32
from typing import Final

from sel_contract import canonical_email, plain
from sel_contract.text import WHOLE_MAIL

_NAME_LIMIT: Final = 200
_MAILBOX: Final = re.compile(r"\s*(?:(?P<name>[^<>]*?)\s*<(?P<address>[^<>]*)>|(?P<bare>[^<>]*))\s*")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
# RFC 5322's atoms with single spaces between them: what a name or subject may be without being encoded.
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ENCODED_WORD: Final = "=?"
_ONE_LINE: Final = 60
_WIRE: Final = compat32.clone(linesep="\r\n", mangle_from_=False)


@dataclass(frozen=True)
class Mailbox:
    """An address, and the name that people see instead; the name may be empty."""

    name: str
    address: str


def mailbox(text: str) -> Mailbox:
    """Return a mailbox that is written as `Name <address>`, `"Name" <address>` or `address`.

    Raises:
        ValueError: it is none, or its name has more than one line or another control character.
    """
    found = _MAILBOX.fullmatch(text)
    if found is None or any(unicodedata.category(sign) == "Cc" for sign in text):
        raise ValueError("bad-mailbox")
    name = found["name"] or ""
    if quoted := _QUOTED.fullmatch(name):
        name = re.sub(r"\\(.)", r"\1", quoted[1])
    return Mailbox(plain(name, _NAME_LIMIT).strip(), canonical_email(found["bare"] or found["address"] or ""))


def _header(name: str, text: str, *, address: str = "") -> str:
    """Return `text` as a header's value, and an address behind it; what is not plain ASCII words is encoded."""
    header = Header(header_name=name)
    if text:
        plainly = len(text) <= _ONE_LINE and _ATOMS.fullmatch(text) and _ENCODED_WORD not in text
        header.append(text, "us-ascii" if plainly else "utf-8")
    if address:
        header.append(f"<{address}>" if text else address, "us-ascii")
    return header.encode()


def message(sender: Mailbox, recipient: str, subject: str, text: str) -> Message:
    """Return a mail in plain text.

    Args:
        sender: who it comes from.
        recipient: a canonical address.
        subject: one line.
        text: its lines; what a terminal would act upon is left out.

    Raises:
        ValueError: `bad-email`: `recipient` is none, however it came to be kept.
    """
    if canonical_email(recipient) != recipient:
        raise ValueError("bad-email")
    charset = Charset("utf-8")
    charset.body_encoding = QP
    made = Message()
    made["From"] = _header("From", sender.name, address=sender.address)
    made["To"] = _header("To", "", address=recipient)
    made["Subject"] = _header("Subject", plain(subject))
    made.set_payload(plain(text, WHOLE_MAIL, keep_lines=True), charset)
    return made


def written(mail: Message) -> bytes:
    """Return a mail as it is handed to a server."""
    return mail.as_bytes(policy=_WIRE)
