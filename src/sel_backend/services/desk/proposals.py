"""What to say or to try next, from the true reasons: pure rules over what a case shows. The words are the client's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Final

from sel_contract import LinkMethod, LinkMethodState
from sel_contract.desk import MOST_SHOWN, RefusalReason
from sel_contract.desk_case import (
    AttemptOutcome,
    CoordinatesState,
    DeskAccount,
    DeskActKind,
    DeskAttempt,
    DeskCoordinates,
    DeskFile,
    DeskLink,
    DeskLinkState,
    DeskProposal,
    DeskReport,
    MailReason,
    MailState,
    ProposalCode,
    ReportState,
)


@dataclass(frozen=True)
class Shown:
    """What a case shows, as far as proposals follow from it.

    Attributes:
        password_disowned: the account has no password.
        reference: what the caller read aloud.
    """

    account: DeskAccount | None
    file: DeskFile | None
    attempts: Sequence[DeskAttempt]
    methods: Sequence[LinkMethodState]
    coordinates: Sequence[DeskCoordinates]
    links: Sequence[DeskLink]
    reports: Sequence[DeskReport]
    password_disowned: bool = False
    reference: str | None = None


# What follows from the reason of the last refusal alone.
_BY_REASON: Final[Mapping[RefusalReason, ProposalCode]] = {
    RefusalReason.NEQ_TYPED: ProposalCode.NEQ_INSTEAD_OF_NUMBER,
    RefusalReason.NO_SUCH_FILE: ProposalCode.SPELL_THE_NUMBER,
    RefusalReason.NO_SUCH_CODE: ProposalCode.SPELL_THE_USERNAME,
    RefusalReason.NO_OLD_ACCESS: ProposalCode.TRY_ANOTHER_METHOD,
    RefusalReason.OLD_ACCESS_EXPIRED: ProposalCode.TRY_ANOTHER_METHOD,
    RefusalReason.WRONG_PASSWORD: ProposalCode.TRY_ANOTHER_METHOD,
    RefusalReason.WRONG_ANSWERS: ProposalCode.ANSWERS_AS_ON_FILE,
    RefusalReason.CODE_REPLACED: ProposalCode.USE_NEWEST_COORDINATES,
    RefusalReason.WRONG_CODE: ProposalCode.USE_NEWEST_COORDINATES,
}
# The address may well be right: sent again, the mail may arrive.
_PASSING: Final = (MailReason.MAILBOX_FULL, MailReason.NOT_REACHED)
_CODE_IS_OVER: Final = (RefusalReason.CODE_EXPIRED, RefusalReason.CODE_USED, RefusalReason.USED_UP_MEANWHILE)


def propose(shown: Shown) -> tuple[DeskProposal, ...]:
    """Return what to try next, the best first: what is called about, what stops everything, what went wrong last."""
    found = [
        *(*_reports(shown, called_about=True), *_stops(shown), *_last_refusal(shown), *_mails(shown)),
        *(*_reports(shown, called_about=False), *_waits(shown), *_open(shown)),
    ]
    return tuple(dict.fromkeys(found))[:MOST_SHOWN]


def _stops(shown: Shown) -> Iterator[DeskProposal]:
    if shown.password_disowned:
        yield DeskProposal(code=ProposalCode.CHOOSE_NEW_PASSWORD)
    for link in shown.links:
        if link.state is DeskLinkState.FROZEN:
            yield DeskProposal(
                code=ProposalCode.LINK_IS_FROZEN,
                act=DeskActKind.FREE_LINK,
                link_id=link.id,
                reference=link.reference,
            )
    for holder in shown.file.holders if shown.file and shown.account else ():
        if holder.caller and not holder.frozen:
            yield DeskProposal(code=ProposalCode.ALREADY_LINKED, at=holder.since, method=holder.method)
        elif not holder.caller and _refused(shown, RefusalReason.HELD_ELSEWHERE):
            yield DeskProposal(code=ProposalCode.HELD_BY_ANOTHER, at=holder.since, address=holder.address)


def _reports(shown: Shown, *, called_about: bool) -> Iterator[DeskProposal]:
    for report in shown.reports:
        open_still = report.state in (ReportState.NEW, ReportState.TAKEN)
        if open_still and (report.reference == shown.reference) is called_about:
            taken = report.state is ReportState.TAKEN
            yield DeskProposal(
                code=ProposalCode.REPORT_WAITS,
                act=DeskActKind.ANSWER_REPORT if taken else DeskActKind.TAKE_REPORT,
                at=report.at,
                reference=report.reference,
            )


def _refused(shown: Shown, reason: RefusalReason) -> bool:
    return any(one.reason is reason for one in shown.attempts)


def _last_refusal(shown: Shown) -> Iterator[DeskProposal]:
    """Say what follows from the refusal that the caller reads aloud, and from the newest, unless a link came since."""
    since = takewhile(lambda one: one.outcome is not AttemptOutcome.LINKED, shown.attempts)
    refused = [one for one in since if one.outcome is AttemptOutcome.REFUSED]
    called_about = [one for one in refused if one.reference == shown.reference] if shown.reference else []
    for one in (*called_about, *refused[:1]):
        if one.reason is not None and one.reason in _BY_REASON:
            yield DeskProposal(code=_BY_REASON[one.reason], at=one.at, method=one.method)
        if one.reason in _CODE_IS_OVER and not _sent_since(shown, one.at):
            yield from _new_coordinates(shown)


def _sent_since(shown: Shown, refused_at: datetime) -> bool:
    """Tell whether coordinates that are still good were made since a refusal, and their mail was not sent back."""
    newest = next(iter(shown.coordinates), None)
    if newest is None or newest.at <= refused_at:
        return False
    return newest.state is CoordinatesState.GOOD and newest.mail not in (MailState.BOUNCED, MailState.RETURNED)


def _new_coordinates(shown: Shown) -> Iterator[DeskProposal]:
    if shown.file is None:
        return
    if shown.file.address is None:
        yield DeskProposal(code=ProposalCode.NO_ADDRESS_ON_FILE, act=DeskActKind.CORRECT_ADDRESS)
        return
    yield DeskProposal(
        code=ProposalCode.SEND_NEW_COORDINATES, act=DeskActKind.SEND_COORDINATES, address=shown.file.address
    )


def _mails(shown: Shown) -> Iterator[DeskProposal]:
    """Say what became of the newest coordinates' mail, or that none can be sent."""
    newest = next(iter(shown.coordinates), None)
    if shown.file and shown.file.address is None:
        yield DeskProposal(code=ProposalCode.NO_ADDRESS_ON_FILE, act=DeskActKind.CORRECT_ADDRESS)
    if newest is None or newest.state is CoordinatesState.USED:
        return
    mailed = {"at": newest.mail_at or newest.at, "address": newest.address}
    if newest.mail is MailState.BOUNCED:
        yield DeskProposal(code=ProposalCode.MAIL_BOUNCED, act=DeskActKind.CORRECT_ADDRESS, **mailed)
    elif newest.mail is MailState.RETURNED:
        act = DeskActKind.SEND_COORDINATES if newest.mail_reason in _PASSING else DeskActKind.CORRECT_ADDRESS
        yield DeskProposal(code=ProposalCode.MAIL_RETURNED, act=act, mail_reason=newest.mail_reason, **mailed)
    elif newest.mail is MailState.DELAYED and newest.state is CoordinatesState.GOOD:
        yield DeskProposal(code=ProposalCode.MAIL_DELAYED, mail_reason=newest.mail_reason, **mailed)
    elif newest.mail is MailState.WAITING:
        yield DeskProposal(code=ProposalCode.MAIL_WAITS, **mailed)
    elif newest.state is CoordinatesState.GOOD and newest.mail is MailState.SENT:
        yield DeskProposal(code=ProposalCode.MAIL_WENT_OUT, **mailed)
    elif newest.state is CoordinatesState.EXPIRED:
        yield from _new_coordinates(shown)


def _waits(shown: Shown) -> Iterator[DeskProposal]:
    for state in shown.methods:
        if state.open_again_at:
            yield DeskProposal(
                code=ProposalCode.METHOD_WAITS,
                act=DeskActKind.OPEN_METHOD,
                at=state.open_again_at,
                method=state.method,
            )
    for one in shown.file.methods if shown.file else ():
        if not one.available and one.open_again_at:
            yield DeskProposal(
                code=ProposalCode.FILE_WAITS, act=DeskActKind.OPEN_METHOD, at=one.open_again_at, method=one.method
            )


def _open(shown: Shown) -> Iterator[DeskProposal]:
    """Say which methods are left: open to the account, not used up on the file, with an address if it needs one."""
    linked = any(one.caller for one in shown.file.holders) if shown.file else False
    closed = {one.method for one in shown.file.methods if not one.available} if shown.file else set()
    if shown.file and shown.file.address is None:
        closed.add(LinkMethod.LINK_CODE)
    left = tuple(one.method for one in shown.methods if one.available and one.method not in closed)
    if left and not linked and any(one.outcome is AttemptOutcome.REFUSED for one in shown.attempts):
        yield DeskProposal(code=ProposalCode.METHODS_OPEN, methods=left)
