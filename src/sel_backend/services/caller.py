"""Who calls: the session behind a token, and what the request says about language, network and key."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from sel_backend.security.networks import site_of
from sel_backend.security.tokens import token_digest
from sel_backend.services.problems import ProblemError
from sel_backend.settings import SessionSettings
from sel_backend.storage import accounts
from sel_backend.storage.accounts import AccountRow, SessionRow
from sel_contract import Language, ProblemType
from sel_contract.desk import TerminalKind


@dataclass(frozen=True)
class Caller:
    """One request as the services see it.

    Attributes:
        language: the language of server-owned texts in the answer.
        network: the address it came from.
        trusted_network: a network such as a call centre's, which has no limits of its own.
        key: the Idempotency-Key, or empty.
        token: the bearer token, or empty.
        terminal: what kind of terminal the client says that it has; None: it does not say, or nothing known.
    """

    language: Language
    network: str
    trusted_network: bool
    key: str = ""
    token: str = field(default="", repr=False)
    terminal: TerminalKind | None = None

    @property
    def site(self) -> str:
        """The /48 around an IPv6 network, an IPv4 address itself: where one person has one only."""
        return site_of(self.network) or self.network


@dataclass(frozen=True)
class Principal:
    """A live session and its account."""

    account: AccountRow
    session: SessionRow


class SessionLengths(Protocol):
    """What the settings of every kind of session say."""

    @property
    def idle_seconds(self) -> int:
        """How long a session lasts that is not used; 0: no limit."""

    @property
    def touch_every_seconds(self) -> int:
        """How often its use is stored."""


def idle_end(session: SessionRow, settings: SessionLengths) -> datetime:
    """Return when the session ends unless it is used; without an idle limit, when it ends at all."""
    if settings.idle_seconds == 0:
        return session.expires_at
    return min(session.last_seen_at + timedelta(seconds=settings.idle_seconds), session.expires_at)


def insist_alive(session: SessionRow, settings: SessionLengths, now: datetime) -> None:
    """Check that a session has not ended.

    Raises:
        ProblemError: `session-ended`.
    """
    if session.ended_at is not None or idle_end(session, settings) <= now:
        raise ProblemError(ProblemType.SESSION_ENDED)


def touch_due(session: SessionRow, settings: SessionLengths, now: datetime) -> bool:
    """Return whether the time of the session's last use must be stored again."""
    return now - session.last_seen_at >= timedelta(seconds=settings.touch_every_seconds)


def identify(
    tx: Connection, caller: Caller, settings: SessionSettings, now: datetime, *, stay: bool = True, fresh: bool = False
) -> Principal:
    """Return the live session behind the caller's token.

    Args:
        tx: a transaction.
        caller: the request.
        settings: the limits of sessions.
        now: the current time.
        stay: this use keeps the session alive (stored at most once a minute).
        fresh: the operation requires a login that is not older than the step-up limit (RFC 9470).

    Raises:
        ProblemError: no token, an unknown or ended one, or a login that is too old.
    """
    if not caller.token:
        raise ProblemError(ProblemType.UNAUTHENTICATED)
    found = accounts.by_token(tx, token_digest(caller.token))
    if found is None:
        raise ProblemError(ProblemType.SESSION_ENDED)
    account, session = found
    if account.role != accounts.PERSON:  # the desk has sessions of its own
        raise ProblemError(ProblemType.SESSION_ENDED)
    insist_alive(session, settings, now)
    if fresh and now - session.authenticated_at > timedelta(seconds=settings.step_up_after_seconds):
        raise ProblemError(ProblemType.STEP_UP_REQUIRED, max_age=settings.step_up_after_seconds)
    if stay and touch_due(session, settings, now):
        accounts.touch(tx, session.id, now)
    return Principal(account, session)
