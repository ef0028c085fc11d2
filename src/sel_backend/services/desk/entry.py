"""Who works at the desk: the session behind a token, and what its role may do."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from sel_backend.desk_settings import DeskSettings
from sel_backend.security.tokens import token_digest
from sel_backend.services.caller import Caller, Principal, insist_alive, touch_due
from sel_backend.services.problems import ProblemError
from sel_backend.storage import desk_sessions
from sel_contract import ProblemType
from sel_contract.desk import DeskNeed, DeskRole


@dataclass(frozen=True)
class Agent(Principal):
    """A live session of the desk and its account. `chosen`: the password is the agent's own."""

    chosen: bool

    @property
    def role(self) -> DeskRole:
        """What the account may do."""
        return DeskRole(self.account.role)

    @property
    def needs(self) -> tuple[DeskNeed, ...]:
        """What the session lacks; a second factor would stand here as well."""
        return () if self.chosen else (DeskNeed.NEW_PASSWORD,)


class Entry:
    """Lets agents in."""

    def __init__(self, settings: DeskSettings) -> None:
        self._settings = settings

    def of_session(self, tx: Connection, caller: Caller, now: datetime, *, stay: bool = False) -> Agent:
        """Return the agent behind the caller's token, whatever the session still lacks.

        Args:
            tx: a transaction.
            caller: the request.
            now: the current time.
            stay: this use keeps the session alive.

        Raises:
            ProblemError: no token, or an unknown or ended one.
        """
        if not caller.token:
            raise ProblemError(ProblemType.UNAUTHENTICATED)
        found = desk_sessions.by_token(tx, token_digest(caller.token))
        if found is None:
            raise ProblemError(ProblemType.SESSION_ENDED)
        account, session, chosen = found
        insist_alive(session, self._settings, now)
        if stay and touch_due(session, self._settings, now):
            desk_sessions.touch(tx, session.id, now)
        return Agent(account, session, chosen)

    def agent(self, tx: Connection, caller: Caller, now: datetime) -> Agent:
        """Return the agent behind the caller's token, who has all that a session needs; this use keeps it alive.

        Raises:
            ProblemError: no live session, or `desk-session-incomplete`.
        """
        agent = self.of_session(tx, caller, now, stay=True)
        if agent.needs:
            raise ProblemError(ProblemType.DESK_SESSION_INCOMPLETE)
        return agent

    def supervisor(self, tx: Connection, caller: Caller, now: datetime) -> Agent:
        """Return the supervisor behind the caller's token.

        Raises:
            ProblemError: as `agent`, or `supervisor-only`.
        """
        agent = self.agent(tx, caller, now)
        if agent.role is not DeskRole.SUPERVISOR:
            raise ProblemError(ProblemType.SUPERVISOR_ONLY)
        return agent
