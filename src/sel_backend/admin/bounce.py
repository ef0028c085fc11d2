"""`bounce`: puts one message from standard input to its mail, at the end of a mail server's pipe; or reads a mailbox.

Exit codes of a pipe are those of sysexits.h. Whatever the message is, it was dealt with (0): a bounce is never answered
by another. What an operator must put right is 75 (EX_TEMPFAIL), so that the mail server keeps the message meanwhile.
"""

import sys
from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from sel_backend.admin.base import (
    DONE,
    NoArguments,
    Result,
    Task,
    TaskRefusedError,
    argument_parser,
    perform,
    run_command,
    write_line,
)
from sel_backend.backend import Backend
from sel_backend.mail.bounces import MOST_BYTES, Notification, Outcome
from sel_backend.settings import Settings
from sel_contract.base import Request
from sel_contract.text import Typed

USAGE: Final = 64  # EX_USAGE
LATER: Final = 75  # EX_TEMPFAIL
_MOST_IDS: Final = 5


class BounceRequest(Request):
    """What a message says, and by what it is known again; nothing of the message itself. `outcome` null: no bounce."""

    digest: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$"), Typed(64)]
    outcome: Outcome | None = None
    status: Annotated[str, StringConstraints(pattern=r"^[245](\.[0-9]{1,3}){2}$"), Typed(20)] = "5.0.0"
    mail_ids: tuple[Annotated[str, Typed(100)], ...] = Field((), max_length=_MOST_IDS)


async def put(backend: Backend, request: BounceRequest) -> Result:
    """Put a message to its mail; return what became of it."""
    from sel_backend.mail import bounce_reader
    from sel_backend.mail.returned import Read

    says = Notification(request.outcome, request.status, request.mail_ids) if request.outcome else None
    return {"became": await bounce_reader.put(backend.core, Read(request.digest, says))}


async def read_mailbox(backend: Backend, _request: NoArguments) -> Result:
    """Read the mailbox; return how many messages became what.

    Raises:
        TaskRefusedError: it cannot be used.
    """
    from sel_backend.mail import bounce_reader
    from sel_backend.mail.bounce_mailbox import MailboxError

    bounces = backend.core.settings.mail.bounces
    if not bounces.host:
        raise TaskRefusedError("there is no mailbox: set mail.bounces.host")
    try:
        counted = await bounce_reader.read_mailbox(backend.core)
    except MailboxError as error:
        raise TaskRefusedError(f"the mailbox {bounces.host}:{bounces.port} cannot be read: {error}") from error
    return {became.value: number for became, number in counted.items()}


BOUNCE = Task("bounce", BounceRequest, put)
READ_BOUNCES = Task("read-bounces", NoArguments, read_mailbox)


def main(arguments: Sequence[str]) -> int:
    """Put one message to its mail and return 0, 64 or 75; or read the mailbox and return 0, 1, 2 or 78."""
    parser = argument_parser("bounce", "Put a message from the mailbox for bounces, on standard input, to its mail.")
    parser.add_argument("--imap", action="store_true", help="read the mailbox that mail.bounces names instead")
    try:
        chosen = parser.parse_args(arguments)
    except SystemExit as ended:
        raise SystemExit(USAGE if ended.code else ended.code) from ended
    if chosen.imap:
        return run_command(chosen, _read)
    return DONE if run_command(chosen, _put) == DONE else LATER


def _put(settings: Settings) -> int:
    from sel_backend.mail import returned

    message = returned.read(sys.stdin.buffer.read(MOST_BYTES))
    while sys.stdin.buffer.read(MOST_BYTES):
        pass  # a mail server that cannot write all of it would keep the message
    says = message.says
    request = BounceRequest(digest=message.digest)
    if says is not None:
        request = BounceRequest(digest=message.digest, outcome=says.outcome, status=says.status, mail_ids=says.mail_ids)
    write_line(perform(settings, BOUNCE, request)["became"])
    return DONE


def _read(settings: Settings) -> int:
    counted = perform(settings, READ_BOUNCES, NoArguments())
    write_line(", ".join(f"{became} {number}" for became, number in sorted(counted.items())) or "nothing new")
    return DONE
