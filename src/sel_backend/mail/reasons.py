"""Why a mail came back, from the status that its notification gives (RFC 3463 and its registry at IANA)."""

import re
from typing import Final

from sel_contract.desk_case import MailReason

_PARTS: Final = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})", re.ASCII)
_MAILBOX: Final = "2"
_NETWORK: Final = "4"
_SECURITY: Final = "7"
_PERMANENT: Final = "5"
# Null MX, where a domain says that it takes no mail; Exchange says by the first that it knows no such recipient.
_NO_DOMAIN: Final = frozenset({"1.2", "4.4", "1.8"})
_NO_ADDRESS: Final = frozenset({"1.0", "1.1", "1.3", "1.6", "1.10"})
_OF_MAILBOX: Final = {"1": MailReason.MAILBOX_CLOSED, "2": MailReason.MAILBOX_FULL}


def mail_reason(status: str) -> MailReason:
    """Return the reason that an enhanced status code means."""
    found = _PARTS.fullmatch(status)
    if found is None:
        return MailReason.OTHER
    kind, subject, detail = found.groups()
    code = f"{subject}.{detail}"
    # Exchange Online says « 5.4.1, access denied » of a recipient whom it does not know.
    if code in _NO_ADDRESS or (kind == _PERMANENT and code == "4.1"):
        return MailReason.NO_SUCH_ADDRESS
    if code in _NO_DOMAIN:
        return MailReason.NO_SUCH_DOMAIN
    if subject == _MAILBOX and detail in _OF_MAILBOX:
        return _OF_MAILBOX[detail]
    if subject == _SECURITY:
        return MailReason.NOT_ACCEPTED
    return MailReason.NOT_REACHED if subject == _NETWORK else MailReason.OTHER
