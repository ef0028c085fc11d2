"""`create-agent`: an account for somebody at Customer Service."""

import secrets

from sqlalchemy import Connection

from sel_backend.backend import Backend
from sel_backend.operations.task import Task, TaskRefusedError, Told
from sel_backend.services.passwords import faults
from sel_backend.storage import accounts, audit
from sel_contract import EmailAddress, Language, Password, PersonName
from sel_contract.base import Request

AGENT = "agent"
_GENERATED_BYTES = 15


class AgentRequest(Request):
    """Who the agent is. `password` None: one is made and told once."""

    email: EmailAddress
    first_name: PersonName
    last_name: PersonName
    language: Language = Language.FRENCH
    password: Password | None = None


async def create(backend: Backend, request: AgentRequest) -> Told:
    """Create an agent's account and return its address, and the password where it was made here.

    Raises:
        TaskRefusedError: the address has an account, or the password breaks the rule.
    """
    core = backend.core
    # The rule wants one of each kind; random letters may lack one.
    made = None if request.password else f"Aa1!{secrets.token_urlsafe(_GENERATED_BYTES)}"
    password = request.password.get_secret_value() if request.password else made or ""
    wrong = faults(core.settings.password, password)
    if wrong:
        raise TaskRefusedError(f"the password is not good enough: {', '.join(wrong)}")
    hashed = await core.hasher.hash(password)

    def work(tx: Connection) -> None:
        now = core.clock()
        account_id = accounts.add(
            tx,
            email=request.email,
            password_hash=hashed,
            first_name=request.first_name,
            last_name=request.last_name,
            language=request.language,
            role=AGENT,
            now=now,
        )
        if account_id is None:
            raise TaskRefusedError("there is an account with this address already")
        audit.record(tx, now, audit.OPERATOR, "create_agent", account_id=account_id)

    await core.database.run(work)
    return {"email": request.email} | ({"password": made} if made else {})


CREATE_AGENT = Task("create-agent", AgentRequest, create)
