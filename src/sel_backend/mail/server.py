"""The mail server: how we reach it, and whose fault a refusal is. `doctor` asks by the same way as the sender.

What a server says before it has seen a mail (its greeting, TLS, the log-in, our own address, 421 at any time) is the
operator's to put right: no mail's end. So is a refusal to relay, although it is told at a recipient.
"""

import re
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from aiosmtplib import SMTP, SMTPException, SMTPHeloError, SMTPResponseException

from sel_backend.mail.headers import mailbox
from sel_backend.observability.logs import place_of
from sel_backend.settings import MailSettings

LAST_ANSWER_SECONDS: Final = 600
"""How long a server may take over a mail that it has (RFC 5321, 4.5.3.2.6); who gives up sooner sends it twice."""

_CLOSING: Final = 421
_PERMANENT: Final = range(500, 600)
# Relaying, the sender or the client refused at a recipient: authentication asked for, or « transaction failed ».
_POLICY_CODES: Final = frozenset({530, 535, 538, 554})
# RFC 3463: 5.7 is security and policy; every other subject is about the recipient, its mailbox or the way there.
_ENHANCED: Final = re.compile(r"\s*[45]\.(\d{1,3})\.\d{1,3}\b")
_POLICY_SUBJECT: Final = "7"
_POLICY_WORDS: Final = re.compile(r"\brelay|\bsender\b", re.IGNORECASE)


class Fault(Enum):
    """Whose a refusal is."""

    SERVER = auto()
    """It takes no mail from us now."""
    CLOSING = auto()
    """It takes no more on this connection."""
    POLICY = auto()
    """It relays no such mail, or takes this one recipient for none of ours: only other mails can tell which."""
    MAIL = auto()
    """It does not take this mail now."""
    MAIL_FOR_GOOD = auto()
    """It will never take this mail."""


@dataclass
class RefusedError(Exception):
    """A mail was not handed over.

    Attributes:
        fault: whose it is.
        said: the kind of failure and its number; a server's own words may hold an address.
        place: file name and line.
    """

    fault: Fault
    said: str
    place: str = ""


def _refused(fault: Fault, error: BaseException) -> RefusedError:
    said = f"{type(error).__name__} {getattr(error, 'code', '')}".strip()
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            said = f"its certificate is refused: {cause.verify_message}"
        cause = cause.__cause__ or cause.__context__
    return RefusedError(fault, said, place_of(error.__traceback__))


def fault_of_reply(code: int, words: str) -> Fault:
    """Return whose fault a refusal at RCPT TO or after DATA is; some servers say only there that they do not relay.

    Args:
        code: the reply's.
        words: what stands behind it.
    """
    if code == _CLOSING:
        return Fault.CLOSING
    if code not in _PERMANENT:
        return Fault.MAIL
    enhanced = _ENHANCED.match(words)
    if enhanced:
        return Fault.POLICY if enhanced[1] == _POLICY_SUBJECT else Fault.MAIL_FOR_GOOD
    return Fault.POLICY if code in _POLICY_CODES or _POLICY_WORDS.search(words) else Fault.MAIL_FOR_GOOD


def fault_of_mail(error: Exception) -> Fault:
    """Return what a failure that is no reply means for the mail that has met it."""
    # An address or a header that cannot be written; a certificate's failure is a ValueError as well.
    unwritable = isinstance(error, ValueError) and not isinstance(error, OSError)
    return Fault.MAIL_FOR_GOOD if unwritable else Fault.MAIL


class MailServer:
    """A connection to the server that the settings name."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._smtp: SMTP | None = None
        self.accepted = 0
        """How many mails it has taken on this connection."""

    @property
    def connected(self) -> bool:
        """Whether the next mail can go over this connection."""
        return self._smtp is not None and self._smtp.is_connected

    async def connect(self) -> None:
        """Connect, with TLS checked, and log in.

        Raises:
            RefusedError: the server is away or does not want us.
        """
        settings, self.accepted = self._settings, 0
        password = settings.password.get_secret_value() if settings.password else None
        try:
            tls = None if settings.security == "none" else ssl.create_default_context(cafile=settings.ca_file)
            smtp = SMTP(
                hostname=settings.host,
                port=settings.port,
                timeout=settings.timeout_seconds,
                use_tls=settings.security == "tls",
                start_tls=settings.security == "starttls",
                tls_context=tls,
                username=settings.username,
                password=password,
            )
            await smtp.connect()
            # What the server can is known from its greeting, which the library asks for with the first command only.
            if smtp.is_ehlo_or_helo_needed:
                try:
                    await smtp.ehlo()
                except SMTPHeloError:
                    await smtp.helo()
        except Exception as error:
            # A name that cannot be encoded is a ValueError, for example.
            raise _refused(Fault.SERVER, error) from error
        self._smtp = smtp

    async def probe(self) -> None:
        """Do all that comes before a first mail, and leave.

        Raises:
            RefusedError: the server would take no mail.
        """
        await self.connect()
        try:
            await self.name_sender()
        finally:
            await self.quit()

    async def hand_over(self, recipient: str, mail: bytes, envelope_id: str) -> None:
        """Hand a mail over.

        The envelope is given, not read from the headers: it names the recipient and nobody else. A server that knows
        delivery status notifications (RFC 3461) is told by what to name the mail in one, and to return its headers
        alone: what a mail says, a code for example, comes back to no mailbox.

        Args:
            recipient: a canonical address.
            mail: as it is written.
            envelope_id: what names the mail, of letters, digits and dots.

        Raises:
            RefusedError: it was not taken, or nobody knows.
        """
        smtp = self._open()
        notified = smtp.supports_extension("dsn")
        await self.name_sender([f"ENVID={envelope_id}", "RET=HDRS"] if notified else [])
        try:
            await smtp.rcpt(recipient, options=["NOTIFY=FAILURE,DELAY"] if notified else [])
        except SMTPResponseException as error:
            refused = _refused(fault_of_reply(error.code, error.message), error)
            await self._begin_anew(refused)
            raise refused from error
        except Exception as error:
            self.close()
            raise _refused(fault_of_mail(error), error) from error
        try:
            await smtp.data(mail, timeout=LAST_ANSWER_SECONDS)
        except SMTPResponseException as error:
            refused = _refused(fault_of_reply(error.code, error.message), error)
            await self._begin_anew(refused)
            raise refused from error
        except Exception as error:
            self.close()  # nobody knows how far it came
            raise _refused(fault_of_mail(error), error) from error
        self.accepted += 1

    async def name_sender(self, options: Sequence[str] = ()) -> None:
        """Say who the next mail comes from.

        Args:
            options: what else MAIL FROM says.

        Raises:
            RefusedError: the server takes nothing from this address, or is gone.
        """
        try:
            await self._open().mail(mailbox(self._settings.sender).address, options=options)
        except SMTPResponseException as error:
            refused = _refused(Fault.CLOSING if error.code == _CLOSING else Fault.SERVER, error)
            await self._begin_anew(refused)
            raise refused from error
        except Exception as error:
            self.close()
            raise _refused(Fault.CLOSING, error) from error

    async def quit(self) -> None:
        """Take leave."""
        if self._smtp is not None and self._smtp.is_connected:
            with suppress(SMTPException, OSError):
                await self._smtp.quit()
        self.close()

    def close(self) -> None:
        """Drop the connection."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _open(self) -> SMTP:
        assert self._smtp is not None
        return self._smtp

    async def _begin_anew(self, refused: RefusedError) -> None:
        """Forget the mail that was refused, so that the next one finds the server as at the beginning."""
        if refused.fault is Fault.CLOSING:
            self.close()
            return
        try:
            await self._open().rset()
        except (SMTPException, OSError):
            self.close()
