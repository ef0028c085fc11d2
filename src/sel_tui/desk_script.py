"""`sel-tui desk case REFERENCE`: one case as JSON, for scripts. No Textual.

An agent's address and password are the first two lines of a file descriptor: nobody else on the machine sees them.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from sel_contract.rules.codes import canonical_reference
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.runtime.calls import failure_of, open_client
from sel_tui.terminal.endings import Exit

if TYPE_CHECKING:
    from sel_tui.settings import Settings

_LONGEST: Final = 1_000
_REFUSED: Final = frozenset({"invalid-credentials", "login-guarded", "too-many-requests", "desk-session-incomplete"})


class Found(NamedTuple):
    """What a script gets.

    Attributes:
        code: The exit code.
        json: The contract's `DeskCase`; "" where there is none.
        why: Why there is none.
    """

    code: Exit
    json: str = ""
    why: Msg = msg("script.unavailable")


def print_case(settings: Settings, reference: str, descriptor: int) -> Found:
    """Find a case and print it as JSON; return how it went.

    Args:
        settings: The settings; the server's address is one of them.
        reference: A reference, as it is heard.
        descriptor: The file descriptor with the agent's address and password.
    """
    try:
        with open(descriptor, encoding="utf-8", closefd=False) as given:
            email, password = (given.readline(_LONGEST).rstrip("\r\n") for _ in range(2))
    except (OSError, UnicodeDecodeError):
        email = password = ""
    if not (email and password):
        return Found(Exit.USAGE, why=msg("script.no_credentials"))
    try:
        canonical = canonical_reference(reference)
    except ValueError:
        return Found(Exit.UNFINISHED, why=msg("script.bad_reference"))
    found = asyncio.run(find_case(settings.server, settings.proxy, canonical, email, password))
    if found.json:
        sys.stdout.buffer.write(f"{found.json}\n".encode())
    return found


async def find_case(address: str, proxy: str, reference: str, email: str, password: str) -> Found:
    """Log in, look a case up by its `reference`, and log out, whatever comes of it.

    Args:
        address: The back end's address.
        proxy: The address of the proxy through which an https server is reached; "" for none.
        reference: The reference, in its canonical form.
        email: The agent's address.
        password: The agent's password.
    """
    client = open_client(address, lambda _: None, proxy, remember_device=False, terminal="script", desk=True)
    try:
        session = await client.desk.log_in(email, password)
        if session.desk.needs:
            return Found(Exit.REFUSED, why=msg("script.incomplete"))
        case = await client.desk.find({"by": "reference", "reference": reference})
        return Found(Exit.OK, case.wire().decode())
    except Exception as error:
        failure = failure_of(error)
        if failure is None:
            raise
        if failure.kind in _REFUSED:
            return Found(Exit.REFUSED, why=msg("script.refused"))
        if failure.kind == "not-found":
            return Found(Exit.NOT_FOUND, why=msg("script.not_found"))
        return Found(Exit.UNAVAILABLE)
    finally:
        with suppress(Exception):  # the session ends by itself
            await client.sessions.close()
        await client.close()
