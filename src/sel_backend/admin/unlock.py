"""`unlock`: reset the rate limits of an account, a file or a network."""

import argparse
from collections.abc import Sequence
from typing import Annotated

from pydantic import ValidationError
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
from sel_backend.security.networks import network_of, site_of
from sel_backend.services.desk.sessions import BESIDE_PERSONS
from sel_backend.services.rate_limits import Scope
from sel_backend.settings import Settings
from sel_backend.storage import accounts, audit, files, limits
from sel_contract import EmailAddress, FileIdentifier, LinkMethod
from sel_contract.base import Request
from sel_contract.text import SHORT, Typed

_NETWORK_SCOPES = (
    Scope.LOGIN_NETWORK,
    Scope.LOGIN_SITE,
    Scope.METHOD_NETWORK,
    Scope.ASKING_NETWORK,
    Scope.SINGLE_USE_NETWORK,
)
_SPACED = (Scope.SINGLE_USE_SPACING, Scope.SINGLE_USE_HOUR, Scope.SINGLE_USE_DAY)
_ASKING = (
    Scope.LOGIN_RIGHT,
    Scope.METHOD_RIGHT,
    Scope.CHALLENGES_ACCOUNT,
    Scope.CODE_REQUESTS_ACCOUNT,
    Scope.UNLINK_ACCOUNT,
)


class UnlockRequest(Request):
    """Whose counters to reset. With an account, `network` is where its log-ins or codes were refused."""

    account: EmailAddress | None = None
    identifier: FileIdentifier | None = None
    network: Annotated[str, Typed(SHORT)] | None = None


async def unlock(backend: Backend, request: UnlockRequest) -> Result:
    """Reset the counters and return how many there were.

    Raises:
        TaskRefusedError: nothing was named, or no account has this address.
    """
    if not (request.account or request.identifier or request.network):
        raise TaskRefusedError("say what to unlock: --account, --file or --network")
    subject = backend.rate_limits.subject

    def work(tx: Connection) -> Result:
        keys: list[tuple[str, str]] = []
        claimed = None
        about: dict[str, str | None] = {}
        if request.account:
            account = accounts.by_email(tx, request.account)
            if account is None:
                raise TaskRefusedError("no account has this address")
            about["account_id"] = account.id
            keys += [(f"{method.value}:account", subject(account.id)) for method in LinkMethod]
            keys += [(scope, subject(account.id)) for scope in _ASKING]
            for side in ("", f"{BESIDE_PERSONS}|"):
                keys.append((Scope.LOGIN_EVERYWHERE, subject(f"{side}everywhere|{request.account}")))
            subjects = [f"{purpose}:{request.account}" for purpose in ("account", "password")]
            keys += [(Scope.SINGLE_USE_ADDRESS, subject(one)) for one in subjects]
            if request.network:
                network = network_of(request.network)
                for side in ("", f"{BESIDE_PERSONS}|"):
                    keys.append((Scope.LOGIN, subject(f"{side}{request.account}|{network}")))
                places = {network, site_of(network) or network}
                keys += [(scope, subject(f"{one}|{at}")) for one in subjects for at in places for scope in _SPACED]
        elif request.network:
            network = network_of(request.network)
            places = {network, site_of(network) or network}
            keys += [(scope, subject(at)) for at in places for scope in _NETWORK_SCOPES]
        if request.identifier:
            file = files.by_name(tx, request.identifier)
            about["file_id"] = file.id if file else None
            claimed = subject(backend.proofs.subject_of(file, request.identifier))
        gone = limits.forget(tx, keys, of_key=claimed)
        now = backend.core.clock()
        audit.record(tx, now, audit.OPERATOR, "unlock", detail=f"counters {gone}", **about)
        return {"forgotten": gone}

    return await backend.core.database.run(work)


UNLOCK = Task("unlock", UnlockRequest, unlock)


def main(arguments: Sequence[str]) -> int:
    """Reset counters; return 0, or 1 when nothing was named or no account has the address."""
    parser = argument_parser("unlock", "Forget the counted tries of an account, a file or a network.")
    parser.add_argument(
        "--account", metavar="EMAIL", help="its methods; with --network its log-ins and single-use codes from there"
    )
    parser.add_argument("--file", metavar="IDENTIFIER", help="every method's tries of this file")
    parser.add_argument("--network", metavar="ADDRESS", help="as the server sees it")
    chosen = parser.parse_args(arguments)
    return run_command(chosen, lambda settings: _unlock(settings, chosen))


def _unlock(settings: Settings, chosen: argparse.Namespace) -> int:
    try:
        request = UnlockRequest(account=chosen.account, identifier=chosen.file, network=chosen.network)
    except ValidationError as error:
        raise TaskRefusedError("an address or an identifier is not one") from error
    write_line(f"counters forgotten: {perform(settings, UNLOCK, request)['forgotten']}")
    return DONE
