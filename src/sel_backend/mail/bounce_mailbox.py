"""The mailbox for bounces, by IMAP4rev1 (RFC 3501), with what RFC 6851 (MOVE) and RFC 4315 (UIDPLUS) add where it is.

Synchronous, as the standard library's client is: whoever uses it does so in a thread.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from sel_backend.mail.bounces import MOST_BYTES
from sel_backend.settings import BounceSettings

_WINDOW: Final = 10_000
"""So many messages are searched at once: an answer's line has a bound, a mailbox has none."""
_QUOTED: Final = re.compile(r'(["\\])')


class MailboxError(Exception):
    """The mailbox cannot be used; the message says how it failed and holds nothing of a mail and no password."""


class BounceMailbox:
    """A connection to the folder that the settings name.

    Args:
        settings: of the mailbox; its host is known.
    """

    def __init__(self, settings: BounceSettings) -> None:
        self._settings = settings
        self._imap: imaplib.IMAP4 | None = None
        self._capabilities: frozenset[str] = frozenset()
        self._messages = 0

    def open(self) -> None:
        """Connect, with TLS checked, log in, and open the folder.

        Raises:
            MailboxError: the server is away or not the right one, or does not want us.
        """
        settings = self._settings
        with _failures():
            context = None if settings.security == "none" else ssl.create_default_context(cafile=settings.ca_file)
            host, seconds = settings.host or "", settings.timeout_seconds
            if settings.security == "tls":
                imap: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, settings.port, ssl_context=context, timeout=seconds)
            else:
                imap = imaplib.IMAP4(host, settings.port, timeout=seconds)
            self._imap = imap
            if settings.security == "starttls":
                imap.starttls(ssl_context=context)
            password = settings.password.get_secret_value() if settings.password else ""
            if settings.username:
                _done("LOGIN", imap.login(settings.username, password))
            # Many servers say what they can to whoever is logged in alone, and the client asked before.
            said = b" ".join(_done("CAPABILITY", imap.capability()))
            self._capabilities = frozenset(said.decode("ascii", "replace").upper().split())
            (number,) = _done("SELECT", imap.select(_quoted(settings.folder)))
            self._messages = int(number)

    def unread(self, most: int) -> list[str]:
        """Return the unique identifiers of messages that nobody has read, the oldest first.

        Raises:
            MailboxError: the connection is lost.
        """
        found: list[str] = []
        with _failures():
            for first in range(1, self._messages + 1, _WINDOW):
                window = f"{first}:{min(first + _WINDOW - 1, self._messages)}"
                (answer,) = _done("SEARCH", self._open().uid("SEARCH", window, "UNSEEN", "UNDELETED"))
                found += (answer or b"").decode("ascii", "replace").split()
                if len(found) >= most:
                    break
        return [one for one in found if one.isascii() and one.isdigit()][:most]

    def message(self, uid: str) -> bytes:
        """Return a message as far as it is looked at, without marking it as read. Empty: it is gone.

        Raises:
            MailboxError: the connection is lost.
        """
        with _failures():
            answer = _done("FETCH", self._open().uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
        return next((bytes(part[1])[:MOST_BYTES] for part in answer if isinstance(part, tuple)), b"")

    def done(self, uid: str) -> None:
        """Mark a message as read, and move it where the settings say so.

        Raises:
            MailboxError: it could not be done, or the connection is lost.
        """
        imap, folder = self._open(), self._settings.done_folder
        with _failures():
            _done("STORE", imap.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))
            if folder is None:
                return
            if "MOVE" in self._capabilities:
                _done("MOVE", imap.uid("MOVE", uid, _quoted(folder)))
                return
            _done("COPY", imap.uid("COPY", uid, _quoted(folder)))
            _done("STORE", imap.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"))
            if "UIDPLUS" in self._capabilities:
                # Without it, an EXPUNGE would remove what others have marked.
                _done("EXPUNGE", imap.uid("EXPUNGE", uid))

    def close(self) -> None:
        """Take leave."""
        imap, self._imap = self._imap, None
        if imap is None:
            return
        try:
            imap.logout()
        except (imaplib.IMAP4.error, OSError):
            with suppress(OSError):
                imap.shutdown()

    def _open(self) -> imaplib.IMAP4:
        assert self._imap is not None
        return self._imap


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailboxError(f"its certificate is refused: {error.verify_message}") from error
    except (OSError, imaplib.IMAP4.error, ValueError, TypeError) as error:
        # A server's own words may hold an address.
        raise MailboxError(type(error).__name__) from error


def _done(command: str, answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise MailboxError(f"{command} was refused")
    return data


def _quoted(folder: str) -> str:
    # The client sends names as they are.
    return '"' + _QUOTED.sub(r"\\\1", folder) + '"'
