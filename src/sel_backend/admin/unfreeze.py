"""`unfreeze`: after « this was not me », Customer Service frees a link or ends it for good."""

import argparse
from collections.abc import Sequence

from sqlalchemy import Connection

from sel_backend.admin.base import (
    DONE,
    Result,
    Task,
    TaskRefusedError,
    argument_parser,
    perform,
    run_command,
    write_line,
)
from sel_backend.backend import Backend
from sel_backend.services import frozen_links
from sel_backend.settings import Settings
from sel_backend.storage import audit
from sel_contract import Reference, canonical_reference
from sel_contract.base import Request


class UnfreezeRequest(Request):
    """Which link, by its own reference or by its disavowal's; `end`: the disavowal was right, so end the link."""

    reference: Reference
    end: bool = False


async def unfreeze(backend: Backend, request: UnfreezeRequest) -> Result:
    """Free an account's links to a file, or end its active one; then the account cannot link that file again.

    Raises:
        TaskRefusedError: the reference names nothing that is frozen.
    """

    def work(tx: Connection) -> Result:
        now = backend.core.clock()
        link = frozen_links.named(tx, request.reference)
        if link is None:
            raise TaskRefusedError("this reference names nothing that is frozen")
        result = {"freed": 0, "ended": 0}
        if request.end:
            result["ended"] = int(frozen_links.end(tx, link, now))
        else:
            result["freed"] = frozen_links.free(tx, link)
        audit.record(
            tx,
            now,
            audit.OPERATOR,
            "unfreeze",
            outcome="ended" if request.end else "freed",
            account_id=link.account_id,
            file_id=link.file_id,
            link_id=link.id,
            reference=request.reference,
        )
        return result

    return await backend.core.database.run(work)


UNFREEZE = Task("unfreeze", UnfreezeRequest, unfreeze)


def main(arguments: Sequence[str]) -> int:
    """Free or end a frozen link; return 0, or 1 when the reference names nothing that is frozen."""
    parser = argument_parser("unfreeze", "After « this was not me »: free a link, or end it.")
    parser.add_argument("reference", metavar="REFERENCE", help="the link's own, or the one in the mail that told of it")
    parser.add_argument("--end", action="store_true", help="it was rightly disowned: others may link the file again")
    chosen = parser.parse_args(arguments)
    return run_command(chosen, lambda settings: _unfreeze(settings, chosen))


def _unfreeze(settings: Settings, chosen: argparse.Namespace) -> int:
    try:
        request = UnfreezeRequest(reference=canonical_reference(chosen.reference), end=chosen.end)
    except ValueError as error:
        raise TaskRefusedError("this is not a reference") from error
    result = perform(settings, UNFREEZE, request)
    write_line(f"links freed: {result['freed']}, links ended: {result['ended']}")
    return DONE
