"""`mails`: what waits in the outbox, or was given up; with `--retry` it is sent now."""

import argparse
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from sel_backend.admin.base import DONE, Result, Task, argument_parser, perform, run_command, write_line
from sel_backend.backend import Backend
from sel_backend.mail import overview
from sel_backend.mail.overview import Which
from sel_backend.settings import Settings
from sel_backend.storage import audit
from sel_contract.base import Request

MOST_SHOWN: Final = 50


class MailsRequest(Request):
    """`dead`: those that were given up, not those that wait; `bounced`: that came back; `retry`: send them now."""

    dead: bool = False
    bounced: bool = False
    retry: bool = False


async def look(backend: Backend, request: MailsRequest) -> Result:
    """Return how the outbox is and its newest mails, or how many will be tried again."""
    core = backend.core

    def work(tx: Connection) -> Result:
        now = core.clock()
        retried = None
        if request.retry:
            retried = overview.retry(tx, now, dead=request.dead)
            detail = f"retried={retried} dead={request.dead}"
            audit.record(tx, now, audit.OPERATOR, "mails", detail=detail)
        found, settled = overview.waiting(tx), overview.settled(tx)
        which = Which.BOUNCED if request.bounced else Which.DEAD if request.dead else Which.WAITING
        zone = core.settings.service.zone
        return {
            "retried": retried,
            "waiting": found.number,
            "refused": found.refused,
            "dead": settled.given_up,
            "bounced": settled.bounced,
            "delayed": settled.delayed,
            "mails": [
                {
                    "kind": row.kind,
                    "domain": row.domain,
                    "written": f"{row.created_at.astimezone(zone):%Y-%m-%d %H:%M}",
                    "tries": row.tries,
                    "error": row.last_error or "",
                    "back": f"{row.back_at.astimezone(zone):%Y-%m-%d %H:%M}" if row.back_at else "",
                    "status": row.report_status or "",
                }
                for row in overview.newest(tx, which, MOST_SHOWN)
            ],
        }

    return await core.database.run(work)


MAILS = Task("mails", MailsRequest, look)


def main(arguments: Sequence[str]) -> int:
    """Show mails, or have them sent now; return 0."""
    parser = argument_parser("mails", "Show mails that wait; never what they say.")
    parser.add_argument("--dead", action="store_true", help="those that were given up")
    parser.add_argument("--bounced", action="store_true", help="those that came back, or are delayed")
    parser.add_argument("--retry", action="store_true", help="send them now, with all their tries")
    chosen = parser.parse_args(arguments)
    return run_command(chosen, lambda settings: _mails(settings, chosen))


def _mails(settings: Settings, chosen: argparse.Namespace) -> int:
    request = MailsRequest(dead=chosen.dead, bounced=chosen.bounced, retry=chosen.retry)
    found = perform(settings, MAILS, request)
    if found["retried"] is not None:
        write_line(f"will be sent now: {found['retried']}")
        return DONE
    write_line(
        f"waiting {found['waiting']} (the server takes none: {found['refused']}), given up {found['dead']}, "
        f"came back {found['bounced']}, delayed {found['delayed']}"
    )
    for mail in found["mails"]:
        if mail["back"]:
            how = "came back" if mail["error"] else "delayed"
            write_line(
                f"{mail['written']}  {mail['kind']:<16} …@{mail['domain']}  {how} {mail['back']}  {mail['status']}"
            )
            continue
        tried = f"{mail['tries']} tries" if mail["tries"] else "not tried"
        write_line(f"{mail['written']}  {mail['kind']:<16} …@{mail['domain']}  {tried}  {mail['error']}".rstrip())
    return DONE
