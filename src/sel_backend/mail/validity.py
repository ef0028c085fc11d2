"""The code that a mail carries: good from its hand-over on, since a mail may wait longer than a code.

The mail itself, sealed in the outbox, says which code it is: no table has to know.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from sel_backend.storage import files, single_use


class CodeKind(StrEnum):
    """Where a code is kept."""

    SINGLE_USE = "single_use"
    LINKING = "linking"


@dataclass(frozen=True)
class CodeInMail:
    """A code in a mail.

    Attributes:
        kind: where it is kept.
        name: a single-use code's identifier, or a linking username.
        seconds: how long it is good from the hand-over on.
    """

    kind: CodeKind
    name: str
    seconds: int

    def written(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)

    @classmethod
    def read(cls, written: dict[str, Any]) -> "CodeInMail":
        """Return what was written.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        return cls(CodeKind(written["kind"]), str(written["name"]), int(written["seconds"]))


def renew(tx: Connection, code: CodeInMail, now: datetime) -> bool:
    """Let a code be good from now on, just before its mail is handed over.

    Returns:
        False: it was used, replaced by a newer one, or is gone: its mail would bring nobody anything.
    """
    expires_at = now + timedelta(seconds=code.seconds)
    if code.kind is CodeKind.LINKING:
        return files.renew_link_code(tx, code.name, expires_at)
    return single_use.renew(tx, code.name, expires_at)
