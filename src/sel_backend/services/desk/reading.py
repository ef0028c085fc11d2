"""A case as it is shown: what the database says of an account and a file, addresses masked, nothing more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.mail.reasons import mail_reason
from sel_backend.services.desk.entry import Agent
from sel_backend.services.desk.proposals import Shown, propose
from sel_backend.services.methods import Methods
from sel_backend.services.proofs import Proofs
from sel_backend.services.rate_limits import RateLimits
from sel_backend.storage import accounts, desk_cases, desk_queues, desk_views, files, links
from sel_backend.storage.desk_cases import CaseRow
from sel_backend.storage.desk_views import CoordinatesRow, EventRow, SupportCaseRow
from sel_backend.storage.files import FileRow
from sel_contract import Category, Language, LinkMethod
from sel_contract.desk import MOST_ATTEMPTS, MOST_SHOWN, FoundBy, LookupReason, RefusalReason, TerminalKind
from sel_contract.desk_case import (
    AttemptOutcome,
    CoordinatesState,
    DeskAccount,
    DeskActKind,
    DeskAttempt,
    DeskCase,
    DeskCoordinates,
    DeskDone,
    DeskFile,
    DeskFileMethod,
    DeskHolder,
    DeskLink,
    DeskLinkState,
    DeskReport,
    MailState,
    ReportState,
)
from sel_contract.rules.masks import masked_address, without_addresses

_OUTCOMES: Final = {"error_reported": AttemptOutcome.ERROR_REPORTED, "disavowed": AttemptOutcome.DISAVOWED}
_EVENTS: Final = {
    "linked": AttemptOutcome.LINKED,
    "unlinked": AttemptOutcome.UNLINKED,
    "linking_code_asked": AttemptOutcome.CODE_ASKED,
    "link_refused": AttemptOutcome.REFUSED,
}
_OLDER: Final = {"exclusive_file": RefusalReason.HELD_ELSEWHERE}
"""Reasons as versions before 0010 wrote them; of the others it is not known which one it was."""


def refusal_reason(written: str) -> RefusalReason:
    """Return the reason of a refusal, as it is written in the database."""
    known = {one.value: one for one in RefusalReason} | _OLDER
    return known.get(written, RefusalReason.NOT_KEPT)


class Reading:
    """Reads cases."""

    def __init__(self, core: Core, rate_limits: RateLimits, methods: Methods, proofs: Proofs) -> None:
        self._core = core
        self._rate_limits = rate_limits
        self._methods = methods
        self._proofs = proofs

    def case(self, tx: Connection, agent: Agent, row: CaseRow, now: datetime) -> DeskCase:
        """Return what a case shows now."""
        account = accounts.by_id(tx, row.account_id) if row.account_id else None
        file = files.by_id(tx, row.file_id) if row.file_id else None
        account_id, file_id = account.id if account else None, file.id if file else None
        kept = desk_views.support_cases_about(tx, account_id, file_id, MOST_ATTEMPTS)
        account_events = desk_views.events_about(tx, account_id, MOST_ATTEMPTS) if account_id else []
        shown = Shown(
            account=self._account(tx, account_id, now),
            file=self._file(tx, file, account_id, now) if file else None,
            attempts=_attempts(kept, account_events),
            methods=self._methods.of_account(tx, account_id, now) if account_id else (),
            coordinates=_all_coordinates(tx, file_id, account_id, now) if file_id else (),
            links=_links(tx, account_id, file_id),
            reports=_reports(tx, kept, agent),
            password_disowned=account is not None and account.password_hash == self._core.hasher.nobodys_hash,
            reference=row.reference,
        )
        mine, others = _holds(tx, row, shown, now)
        acts = desk_cases.acts_about(tx, account_id, file_id, MOST_SHOWN)
        return DeskCase(
            id=row.id,
            now=now,
            found_by=FoundBy(row.found_by),
            reason=LookupReason(row.reason) if row.reason else None,
            reference=row.reference,
            account=shown.account,
            file=shown.file,
            attempts=tuple(shown.attempts),
            methods=tuple(shown.methods),
            coordinates=tuple(shown.coordinates),
            links=tuple(shown.links),
            reports=tuple(shown.reports),
            done=tuple(
                DeskDone(at=one.at, act=DeskActKind(one.act), mine=one.agent_id == agent.account.id) for one in acts
            ),
            correction=desk_cases.correction_of(tx, file_id, now) if file_id else None,
            proposals=propose(shown),
            held_until=mine,
            busy_until=others,
        )

    def _account(self, tx: Connection, account_id: str | None, now: datetime) -> DeskAccount | None:
        account = accounts.by_id(tx, account_id) if account_id else None
        if account is None:
            return None
        settings = self._core.settings.session
        idle = settings.idle_seconds or settings.absolute_seconds
        return DeskAccount(
            address=masked_address(account.email),
            language=Language(account.language),
            linked_files=desk_views.links_open(tx, account.id),
            open_sessions=desk_views.sessions_open(tx, account.id, now, now - timedelta(seconds=idle)),
        )

    def _file(self, tx: Connection, file: FileRow, account_id: str | None, now: datetime) -> DeskFile:
        holders = []
        for link in links.holders(tx, file.id)[:MOST_SHOWN]:
            holder = accounts.by_id(tx, link.account_id)
            assert holder is not None
            holders.append(
                DeskHolder(
                    address=masked_address(holder.email),
                    since=link.linked_at,
                    method=LinkMethod(link.method),
                    frozen=link.frozen_at is not None,
                    caller=link.account_id == account_id,
                )
            )
        return DeskFile(
            number=file.identifier,
            category=Category(file.category),
            display_name=without_addresses(file.display_name),
            address=masked_address(file.email) if file.email else None,
            holders=tuple(holders),
            methods=self._file_methods(tx, file, now),
        )

    def _file_methods(self, tx: Connection, file: FileRow, now: datetime) -> tuple[DeskFileMethod, ...]:
        """Return how the counters of a file stand. Coordinates are counted by their own username, not by file."""
        subject = self._proofs.subject_of(file, file.identifier)
        states = []
        for method in (LinkMethod.LEGACY_ACCESS, LinkMethod.QUESTIONS):
            standing = self._rate_limits.look(tx, self._rate_limits.file(method, subject), now)
            states.append(
                DeskFileMethod(method=method, available=standing.left > 0, open_again_at=standing.locked_until)
            )
        return tuple(states)


def _holds(tx: Connection, row: CaseRow, shown: Shown, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return until when this agent has what the case was taken for, and another one something that it shows."""
    items = [desk_queues.item(desk_queues.REPORTS, one.reference) for one in shown.reports]
    items += [desk_queues.item(desk_queues.FROZEN, one.id) for one in shown.links if one.state is DeskLinkState.FROZEN]
    held = desk_cases.holds(tx, [*items, *([row.item] if row.item else [])], now)
    own = held.get(row.item or "")
    mine = own.held_until if own and own.agent_id == row.agent_id else None
    return mine, max((one.held_until for one in held.values() if one.agent_id != row.agent_id), default=None)


def _all_coordinates(
    tx: Connection, file_id: str, account_id: str | None, now: datetime
) -> tuple[DeskCoordinates, ...]:
    return tuple(_coordinates(row, account_id, now) for row in desk_views.coordinates_of(tx, file_id, MOST_SHOWN))


def _coordinates(row: CoordinatesRow, account_id: str | None, now: datetime) -> DeskCoordinates:
    state = CoordinatesState.EXPIRED if row.expires_at <= now else CoordinatesState.GOOD
    if row.used_at:
        state = CoordinatesState.USED
    elif row.replaced_at:
        state = CoordinatesState.REPLACED
    mail, mail_at = _mail(row) if row.recipient and not row.superseded else (None, None)
    return DeskCoordinates(
        at=row.created_at,
        state=state,
        expires_at=row.expires_at,
        address=masked_address(row.recipient) if row.recipient else None,
        mail=mail,
        mail_at=mail_at,
        mail_reason=mail_reason(row.report_status) if mail and row.report_status else None,
        asked_by=masked_address(row.asked_from) if row.asked_from and row.asked_by != account_id else None,
    )


def _mail(row: CoordinatesRow) -> tuple[MailState, datetime | None]:
    """Return what became of a mail, and when."""
    if row.dead_at:
        return (MailState.RETURNED if row.sent_at else MailState.BOUNCED), row.dead_at
    if row.delayed_at:
        return MailState.DELAYED, row.delayed_at
    return (MailState.SENT, row.sent_at) if row.sent_at else (MailState.WAITING, None)


def _attempts(kept: Sequence[SupportCaseRow], account_events: Sequence[EventRow]) -> tuple[DeskAttempt, ...]:
    found = [_of_case(row) for row in kept] + [_of_event(row) for row in account_events]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:MOST_ATTEMPTS])


def _of_case(row: SupportCaseRow) -> DeskAttempt:
    outcome = _OUTCOMES.get(row.kind, AttemptOutcome.REFUSED)
    return DeskAttempt(
        at=row.at,
        outcome=outcome,
        reason=refusal_reason(row.reason) if outcome is AttemptOutcome.REFUSED else None,
        method=LinkMethod(row.method) if row.method else None,
        terminal=TerminalKind(row.terminal) if row.terminal else None,
        number=row.number,
        reference=row.reference,
    )


def _of_event(row: EventRow) -> DeskAttempt:
    outcome = _EVENTS[row.kind]
    return DeskAttempt(
        at=row.at,
        outcome=outcome,
        reason=RefusalReason.LINK_FROZEN if outcome is AttemptOutcome.REFUSED else None,
        method=LinkMethod(row.method) if row.method else None,
        # Coordinates may have been asked for by a former e-mail address.
        number=row.identifier if row.identifier and "@" not in row.identifier else None,
        reference=row.reference,
    )


def _links(tx: Connection, account_id: str | None, file_id: str | None) -> tuple[DeskLink, ...]:
    if not (account_id or file_id):
        return ()
    return tuple(
        DeskLink(
            id=row.id,
            reference=row.reference,
            number=row.identifier,
            display_name=without_addresses(row.display_name),
            method=LinkMethod(row.method),
            linked_at=row.linked_at,
            state=DeskLinkState.ENDED
            if row.ended_at
            else DeskLinkState.FROZEN
            if row.frozen_at
            else DeskLinkState.ACTIVE,
        )
        for row in desk_views.links_about(tx, account_id, file_id, MOST_ATTEMPTS)
    )


def _reports(tx: Connection, kept: Sequence[SupportCaseRow], agent: Agent) -> tuple[DeskReport, ...]:
    rows = [row for row in kept if row.kind == "error_reported"][:MOST_SHOWN]
    said = desk_views.reported(tx, [row.link_id for row in rows if row.link_id])
    return tuple(_report(row, said.get(row.link_id or "", (None, None)), agent) for row in rows)


def _report(row: SupportCaseRow, said: tuple[str | None, str | None], agent: Agent) -> DeskReport:
    reference, note = said
    stands = reference == row.reference
    state = ReportState(row.handled) if row.handled else ReportState.NEW if stands else ReportState.WITHDRAWN
    return DeskReport(
        reference=row.reference,
        at=row.at,
        state=state,
        state_at=row.handled_at,
        mine=row.handled_by == agent.account.id,
        number=row.number,
        note=without_addresses(note) if stands and note else None,
    )
