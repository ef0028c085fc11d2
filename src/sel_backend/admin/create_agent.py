"""`create-agent`: create an account for an agent of Customer Service."""

import argparse
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

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
from sel_backend.settings import Settings
from sel_backend.storage import accounts, audit, desk_sessions
from sel_contract import EmailAddress, Language, Password, PersonName
from sel_contract.base import Request
from sel_contract.desk import DeskRole
from sel_contract.rules.passwords import password_faults

_GENERATED_BYTES = 15


class CreateAgentRequest(Request):
    """Who the agent is, and what they may do.

    `password` None: one is generated and shown once. `again`: the account is there, and its password was forgotten.
    """

    email: EmailAddress
    first_name: PersonName
    last_name: PersonName
    language: Language = Language.FRENCH
    password: Password | None = None
    role: DeskRole = DeskRole.AGENT
    again: bool = False


async def create(backend: Backend, request: CreateAgentRequest) -> Result:
    """Create an agent's account, or give one another password; return its address, and a password generated here.

    Whoever logs in with it chooses another one first.

    Raises:
        TaskRefusedError: the address has an account, or with `again` none of the desk's; the password breaks the rule.
    """
    core = backend.core
    # The password rule asks for one character of each kind, which random letters may lack.
    made = None if request.password else f"Aa1!{secrets.token_urlsafe(_GENERATED_BYTES)}"
    password = request.password.get_secret_value() if request.password else made or ""
    wrong = password_faults(core.settings.password, password)
    if wrong:
        raise TaskRefusedError(f"the password is not good enough: {', '.join(wrong)}")
    hashed = await core.hasher.hash(password)

    def work(tx: Connection) -> None:
        now = core.clock()
        if request.again:
            known = desk_sessions.agent_by_email(tx, request.email)
            if known is None:
                raise TaskRefusedError("no agent has this address")
            accounts.set_password(tx, known.id, hashed, now)
            accounts.set_role(tx, known.id, request.role)
            desk_sessions.ask_for_password(tx, known.id)
            audit.record(tx, now, audit.OPERATOR, "create_agent", outcome="again", account_id=known.id)
            return
        account_id = accounts.add(
            tx,
            email=request.email,
            password_hash=hashed,
            first_name=request.first_name,
            last_name=request.last_name,
            language=request.language,
            role=request.role,
            now=now,
        )
        if account_id is None:
            raise TaskRefusedError("there is an account with this address already")
        audit.record(tx, now, audit.OPERATOR, "create_agent", outcome=request.role, account_id=account_id)

    await core.database.run(work)
    return {"email": request.email} | ({"password": made} if made else {})


CREATE_AGENT = Task("create-agent", CreateAgentRequest, create)


PASSWORD_VARIABLE = "SEL_AGENT_PASSWORD"  # noqa: S105 - a name


def main(arguments: Sequence[str]) -> int:
    """Create the account; return 0, or 1 when it cannot be created."""
    parser = argument_parser("create-agent", "Create an account for somebody at Customer Service.")
    parser.add_argument("email")
    parser.add_argument("first_name")
    parser.add_argument("last_name")
    parser.add_argument("--language", choices=("fr-CA", "en-CA"), default="fr-CA")
    parser.add_argument("--role", choices=tuple(DeskRole), default=DeskRole.AGENT, help="what the account may do")
    parser.add_argument("--again", action="store_true", help="the account is there: another password, and this role")
    parser.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help=f"its first line (or the variable {PASSWORD_VARIABLE}); without one a password is made and shown once",
    )
    chosen = parser.parse_args(arguments)
    return run_command(chosen, lambda settings: _create(settings, chosen))


def _create(settings: Settings, chosen: argparse.Namespace) -> int:
    names = ("email", "first_name", "last_name", "language", "role", "again")
    fields = {name: getattr(chosen, name) for name in names}
    try:
        password = os.environ.get(PASSWORD_VARIABLE)
        if chosen.password_file:
            password = chosen.password_file.read_text("utf-8").splitlines()[0]
        request = CreateAgentRequest.model_validate(fields | {"password": password or None})
    except ValidationError as error:
        wrong = ", ".join(str(item["loc"][0]) for item in error.errors())
        raise TaskRefusedError(f"not as it should be: {wrong}") from error
    except (OSError, IndexError) as error:
        raise TaskRefusedError("the password file cannot be read or is empty") from error
    result = perform(settings, CREATE_AGENT, request)
    write_line(f"account   {result['email']}")
    if "password" in result:
        write_line(f"password  {result['password']}   (shown this once; changed at the first log-in)")
    return DONE
