"""The desk of the contract: an agent's session, look-ups, cases, acts, queues, corrections and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sel_contract import API_PREFIX, Account, Session
from sel_contract.desk import DeskLogin, DeskPasswordChange, DeskSession, DeskSessionOpened, Lookup
from sel_contract.desk_acts import (
    CorrectionDecision,
    DeskAct,
    DeskActed,
    DeskCorrections,
    DeskFigures,
    DeskQueue,
    NextRequest,
    QueueItems,
    QueueRequest,
    QueueTaken,
)
from sel_contract.desk_case import DeskCase
from sel_tui.api.client import DESK_SESSIONS
from sel_tui.api.transport import Call, Transport

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from sel_contract import Message
    from sel_tui.api.sessions import Sessions

_DESK: Final = f"{API_PREFIX}/desk"
_CURRENT: Final = f"{DESK_SESSIONS}/current"


class AgentSession(Session):
    """An agent's session, as every other for the clock and the log-out, with what it says of the desk."""

    desk: DeskSession


class Desk:
    """`/v1/desk`.

    Args:
        transport: Sends the calls.
        sessions: Keeps the token; its sessions are those of the desk.
    """

    def __init__(self, transport: Transport, sessions: Sessions) -> None:
        self._transport = transport
        self._sessions = sessions

    async def log_in(self, email: str, password: str) -> AgentSession:
        """Log an agent in; any session before is forgotten. It is never sent again once it may have left.

        Args:
            email: The agent's e-mail address.
            password: The password.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = DeskLogin.model_validate({"email": email, "password": password})
        self._sessions.forget()
        return await self._prove(Call("POST", DESK_SESSIONS, body, retried=False, success=201), email)

    async def choose_password(self, password: str, new: str, email: str) -> AgentSession:
        """Choose a password of one's own.

        Args:
            password: The one that the session was opened with.
            new: The one that is chosen.
            email: The agent's e-mail address.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = DeskPasswordChange.model_validate({"password": password, "new_password": new})
        return await self._prove(Call("POST", f"{_CURRENT}/password", body, retried=False, success=201), email)

    async def extend(self, email: str) -> AgentSession:
        """Extend the session of the agent whose address is `email`.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return _agent(await self._transport.send(Call("PUT", _CURRENT), DeskSession), email)

    async def find(self, lookup: dict[str, str]) -> DeskCase:
        """Look somebody up. Each look is in the audit, so it is never sent again once it may have left.

        Args:
            lookup: The body, as `Lookup`: by a reference, a file or an account.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = _read(Lookup, lookup)
        call = Call("POST", f"{_DESK}/lookups", body, retried=False, success=201)
        return await self._transport.send(call, DeskCase)

    async def case(self, case_id: str) -> DeskCase:
        """Return a case as it is now.

        Args:
            case_id: Its id, good for this session.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{_DESK}/cases/{case_id}"), DeskCase)

    async def let_go(self, case_id: str) -> None:
        """Let go what was taken from a queue with a case.

        Args:
            case_id: The case's id.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        await self._transport.send_without_result(Call("DELETE", f"{_DESK}/cases/{case_id}/hold", success=204))

    async def act(self, case_id: str, act: dict[str, Any], key: str) -> DeskActed:
        """Do something for a caller.

        Args:
            case_id: The case's id.
            act: The body, as `DeskAct`.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = _read(DeskAct, act)
        call = Call("POST", f"{_DESK}/cases/{case_id}/acts", body, key, success=201)
        return await self._transport.send(call, DeskActed)

    async def queue(self, name: str, text: str) -> QueueItems:
        """Return what waits, the oldest first.

        Args:
            name: The queue, as `DeskQueue`.
            text: What must be in an item's number, name or reference; "" for all.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = QueueRequest.model_validate({"text": text or None})
        return await self._transport.send(Call("POST", f"{_DESK}/queues/{DeskQueue(name).value}", body), QueueItems)

    async def take_next(self, name: str, text: str, item: str, key: str) -> QueueTaken:
        """Take an item, which is held for a while: the oldest that the text fits, or the one that is named.

        Args:
            name: The queue, as `DeskQueue`.
            text: As for `queue`.
            item: The id of the item; "" for the oldest.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = NextRequest.model_validate({"text": text or None, "item": item or None})
        path = f"{_DESK}/queues/{DeskQueue(name).value}/next"
        return await self._transport.send(Call("POST", path, body, key), QueueTaken)

    async def corrections(self) -> DeskCorrections:
        """Return the corrections of addresses that wait for a second supervisor.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{_DESK}/corrections"), DeskCorrections)

    async def decide(self, correction_id: str, email: str, key: str) -> DeskActed:
        """Confirm a correction, or refuse it.

        Args:
            correction_id: Its id.
            email: The address, typed again; "" refuses it.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = CorrectionDecision.model_validate({"confirm": bool(email), "email": email or None})
        path = f"{_DESK}/corrections/{correction_id}/decision"
        return await self._transport.send(Call("POST", path, body, key, success=201), DeskActed)

    async def figures(self, days: int) -> DeskFigures:
        """Return the counts of the last `days` days, without anybody's name; for supervisors.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{_DESK}/figures?days={days}"), DeskFigures)

    async def _prove(self, call: Call, email: str) -> AgentSession:
        own = self._transport.credentials
        opened = await self._transport.send(call, DeskSessionOpened)
        session = opened.session
        self._sessions.keep(own, opened.token.get_secret_value(), session.absolute_expires_at - session.now)
        return _agent(session, email)


def _agent(session: DeskSession, email: str) -> AgentSession:
    """Return `session`, of the agent whose address is `email`, as the rest of the client knows sessions."""
    agent = session.agent
    return AgentSession(
        account=Account(
            id=agent.id,
            email=email,
            first_name=agent.first_name,
            last_name=agent.last_name,
            language=agent.language,
        ),
        now=session.now,
        authenticated_at=session.now,
        step_up_due_at=session.absolute_expires_at,
        idle_expires_at=session.idle_expires_at,
        absolute_expires_at=session.absolute_expires_at,
        linked_files=0,
        desk=session,
    )


def _read(kind: Any, given: dict[str, Any]) -> Message:
    """Return `given` as one of the models of a union.

    Raises:
        ValidationError: It is none of them.
    """
    from pydantic import TypeAdapter

    adapter: TypeAdapter[Message] = TypeAdapter(kind)
    return adapter.validate_python(given)
