"""`unlock`: forget the counted tries of an account, a file or a network."""

from typing import Annotated

from sqlalchemy import Connection, delete

from sel_backend.backend import Backend
from sel_backend.operations.task import Task, TaskRefusedError, Told
from sel_backend.security.networks import network_of
from sel_backend.services.tries import Scope
from sel_backend.storage import accounts, audit, files
from sel_backend.storage.tables import limits
from sel_contract import EmailAddress, FileIdentifier, LinkMethod
from sel_contract.base import Request
from sel_contract.text import SHORT, Typed

_NETWORK_SCOPES = (Scope.LOGIN_NETWORK, Scope.METHOD_NETWORK, Scope.ASKING_NETWORK, Scope.SINGLE_USE_NETWORK)
_SPACED = (Scope.SINGLE_USE_SPACING, Scope.SINGLE_USE_HOUR, Scope.SINGLE_USE_DAY)
_ASKING = (Scope.CHALLENGES_ACCOUNT, Scope.CODE_REQUESTS_ACCOUNT)
_CODES = (Scope.CODE_REQUEST_SPACING, Scope.CODE_REQUEST_HOUR, Scope.CODE_REQUEST_DAY)


class Unlocking(Request):
    """Whose counters. With an account, the network says where its log-ins or codes were refused."""

    account: EmailAddress | None = None
    identifier: FileIdentifier | None = None
    network: Annotated[str, Typed(SHORT)] | None = None


async def unlock(backend: Backend, request: Unlocking) -> Told:
    """Forget the counted tries.

    Raises:
        TaskRefusedError: nothing was named, or no account has this address.
    """
    if not (request.account or request.identifier or request.network):
        raise TaskRefusedError("say what to unlock: --account, --file or --network")
    subject = backend.tries.subject

    def work(tx: Connection) -> Told:
        keys: list[tuple[str, str]] = []
        about: dict[str, str | None] = {}
        if request.account:
            account = accounts.by_email(tx, request.account)
            if account is None:
                raise TaskRefusedError("no account has this address")
            about["account_id"] = account.id
            keys += [(f"{method.value}:account", subject(account.id)) for method in LinkMethod]
            keys += [(scope, subject(account.id)) for scope in _ASKING]
            asked = [f"{purpose}:{request.account}" for purpose in ("account", "password")]
            keys += [(Scope.SINGLE_USE_ADDRESS, subject(one)) for one in asked]
            if request.network:
                network = network_of(request.network)
                keys.append((Scope.LOGIN, subject(f"{request.account}|{network}")))
                keys += [(scope, subject(f"{one}|{network}")) for one in asked for scope in _SPACED]
        elif request.network:
            keys += [(scope, subject(network_of(request.network))) for scope in _NETWORK_SCOPES]
        if request.identifier:
            file = files.by_name(tx, request.identifier)
            about["file_id"] = file.id if file else None
            claimed = subject(backend.proofs.subject_of(file, request.identifier))
            keys += [(f"{method.value}:file", claimed) for method in LinkMethod]
            keys += [(scope, claimed) for scope in _CODES]
        gone = [
            row
            for scope, key in keys
            for row in tx.execute(
                delete(limits).where(limits.c.scope == scope, limits.c.key == key).returning(limits.c.scope)
            ).all()
        ]
        now = backend.core.clock()
        audit.record(tx, now, audit.OPERATOR, "unlock", detail=f"counters {len(gone)}", **about)
        return {"forgotten": len(gone)}

    return await backend.core.database.run(work)


UNLOCK = Task("unlock", Unlocking, unlock)
