"""How a mail is named outside, so that a report about it can be put to it and nobody else can make one up.

A row's identifier stands in logs and at the desk; the tag behind it follows from the keys. It is the left side of the
Message-ID, and the envelope identifier where the mail server knows delivery status notifications (RFC 3461).
"""

import hmac
import re
from typing import Final

from sel_backend.security.keys import Keys

_PURPOSE: Final = "mail-id"
_TAG_DIGITS: Final = 16
_WRITTEN: Final = re.compile(rf"([0-9a-f]{{32}})\.([0-9a-f]{{{_TAG_DIGITS}}})(?![0-9a-f])")
_MOST: Final = 5


def mail_id(keys: Keys, row_id: str) -> str:
    """Return the name of a mail of the outbox: its row, a dot and a tag."""
    return f"{row_id}.{keys.digest(_PURPOSE, row_id)[:_TAG_DIGITS]}"


def mail_ids_in(text: str) -> list[str]:
    """Return what has the form of a mail's name, the first five; whether it is genuine, `row_of` says."""
    return [found[0] for found, _ in zip(_WRITTEN.finditer(text), range(_MOST), strict=False)]


def row_of(keys: Keys, written: str) -> str | None:
    """Return the row that a name means. None: no key that is still there made it."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    row_id, tag = found.groups()
    made = (keys.digest(_PURPOSE, row_id, name)[:_TAG_DIGITS] for name in keys.material)
    return row_id if any(hmac.compare_digest(tag, one) for one in made) else None
