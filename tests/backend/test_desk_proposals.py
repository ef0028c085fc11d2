"""What is proposed follows from what a case shows, by pure rules: each reason leads somewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sel_backend.services.desk.proposals import Shown, propose
from sel_contract import Category, Language, LinkMethod, LinkMethodState, Unavailable
from sel_contract.desk import RefusalReason
from sel_contract.desk_case import (
    AttemptOutcome,
    CoordinatesState,
    DeskAccount,
    DeskAttempt,
    DeskCoordinates,
    DeskFile,
    DeskFileMethod,
    DeskHolder,
    DeskProposal,
    DeskReport,
    MailReason,
    MailState,
    ProposalCode,
    ReportState,
)

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
ACCOUNT = DeskAccount(address="n•••@e•••.test", language=Language.FRENCH, linked_files=0, open_sessions=1)
FILE = DeskFile(
    number="er123456",
    category=Category.EMPLOYER,
    display_name="Toitures Exemple inc.",
    address="b•••@t•••.test",
    holders=(),
    methods=tuple(
        DeskFileMethod(method=one, available=True) for one in (LinkMethod.LEGACY_ACCESS, LinkMethod.QUESTIONS)
    ),
)


def refused(reason: RefusalReason, method: LinkMethod = LinkMethod.LEGACY_ACCESS) -> DeskAttempt:
    return DeskAttempt(at=NOW, outcome=AttemptOutcome.REFUSED, reason=reason, method=method)


def state(method: LinkMethod, *, until: datetime | None = None, offered: bool = True) -> LinkMethodState:
    closed = Unavailable.LOCKED if until else None if offered else Unavailable.SWITCHED_OFF
    return LinkMethodState(
        method=method,
        available=closed is None,
        unavailable_because=closed,
        tries_left=0 if closed else 3,
        tries_allowed=5,
        waits_seconds=7200,
        open_again_at=until,
    )


def sent(mail: MailState | None, state: CoordinatesState = CoordinatesState.GOOD) -> DeskCoordinates:
    return DeskCoordinates(at=NOW, state=state, expires_at=NOW, address="b•••@t•••.test", mail=mail, mail_at=NOW)


def proposed(**shown: Any) -> tuple[DeskProposal, ...]:
    nothing: dict[str, Any] = dict.fromkeys(("attempts", "methods", "coordinates", "links", "reports"), ())
    return propose(Shown(**nothing | {"account": ACCOUNT, "file": None} | shown))


def codes(**shown: Any) -> list[ProposalCode]:
    return [one.code for one in proposed(**shown)]


@pytest.mark.parametrize("reason", [one for one in RefusalReason if one is not RefusalReason.NOT_KEPT])
def test_each_true_reason_leads_somewhere(reason: RefusalReason) -> None:
    held = DeskHolder(address="c•••@e•••.test", since=NOW, method=LinkMethod.QUESTIONS, frozen=False, caller=False)
    until = NOW + timedelta(hours=3)
    waits = DeskFileMethod(method=LinkMethod.QUESTIONS, available=False, open_again_at=until)
    file = FILE.model_copy(update={"holders": (held,), "methods": (waits,)})
    from_reason = codes(file=file, attempts=(refused(reason),))
    without = codes(file=file.model_copy(update={"holders": ()}), attempts=())
    if reason is RefusalReason.LINK_FROZEN:  # the frozen link says it
        return
    if reason is RefusalReason.FILE_EXHAUSTED:
        assert ProposalCode.FILE_WAITS in from_reason
        return
    assert set(from_reason) - set(without), reason


def test_what_got_further_since_is_not_proposed_again() -> None:
    linked = DeskAttempt(at=NOW, outcome=AttemptOutcome.LINKED, method=LinkMethod.QUESTIONS)
    assert codes(file=FILE, attempts=(linked, refused(RefusalReason.NEQ_TYPED))) == []
    own = DeskHolder(address=ACCOUNT.address, since=NOW, method=LinkMethod.QUESTIONS, frozen=False, caller=True)
    held = FILE.model_copy(update={"holders": (own,)})
    assert codes(file=held, methods=(state(LinkMethod.QUESTIONS),), attempts=(linked,)) == [ProposalCode.ALREADY_LINKED]


@pytest.mark.parametrize("reason", [RefusalReason.CODE_EXPIRED, RefusalReason.CODE_USED])
@pytest.mark.parametrize("mail", [MailState.SENT, MailState.WAITING, None])
def test_new_coordinates_are_not_proposed_once_they_were_sent(reason: RefusalReason, mail: MailState | None) -> None:
    before = refused(reason).model_copy(update={"at": NOW - timedelta(minutes=5)})
    proposal = ProposalCode.SEND_NEW_COORDINATES
    assert proposal not in codes(file=FILE, attempts=(before,), coordinates=(sent(mail),))
    for useless in (
        sent(MailState.BOUNCED),
        sent(MailState.RETURNED),
        sent(mail, CoordinatesState.EXPIRED),
        sent(mail, CoordinatesState.USED),
    ):
        assert proposal in codes(file=FILE, attempts=(before,), coordinates=(useless,))
    since = before.model_copy(update={"at": NOW + timedelta(minutes=5)})
    assert proposal in codes(file=FILE, attempts=(since,), coordinates=(sent(mail),))


@pytest.mark.parametrize(
    ("mail", "code"),
    [
        (MailState.SENT, ProposalCode.MAIL_WENT_OUT),
        (MailState.WAITING, ProposalCode.MAIL_WAITS),
        (MailState.BOUNCED, ProposalCode.MAIL_BOUNCED),
        (MailState.RETURNED, ProposalCode.MAIL_RETURNED),
        (MailState.DELAYED, ProposalCode.MAIL_DELAYED),
    ],
)
def test_the_newest_coordinates_say_what_became_of_their_mail(mail: MailState, code: ProposalCode) -> None:
    older = sent(MailState.SENT, CoordinatesState.REPLACED)
    assert codes(file=FILE, coordinates=(sent(mail), older)) == [code]
    assert codes(file=FILE, coordinates=(sent(mail, CoordinatesState.USED), older)) == []


@pytest.mark.parametrize("reason", list(MailReason))
def test_what_came_back_is_sent_again_where_that_may_help_and_else_its_address_is_wrong(reason: MailReason) -> None:
    (one,) = proposed(file=FILE, coordinates=(sent(MailState.RETURNED).model_copy(update={"mail_reason": reason}),))
    passing = reason in (MailReason.MAILBOX_FULL, MailReason.NOT_REACHED)
    assert (one.act, one.mail_reason) == ("send_coordinates" if passing else "correct_address", reason)


def test_expired_coordinates_are_sent_anew_where_there_is_an_address() -> None:
    expired = (sent(MailState.SENT, CoordinatesState.EXPIRED),)
    (once,) = proposed(file=FILE, coordinates=expired, attempts=(refused(RefusalReason.CODE_EXPIRED),))
    assert (once.code, once.act) == (ProposalCode.SEND_NEW_COORDINATES, "send_coordinates")
    bare = FILE.model_copy(update={"address": None})
    assert codes(file=bare, coordinates=expired) == [ProposalCode.NO_ADDRESS_ON_FILE]


def test_methods_are_open_that_neither_wait_nor_are_used_up_nor_lack_an_address() -> None:
    until = NOW + timedelta(hours=2)
    methods = (state(LinkMethod.LEGACY_ACCESS, until=until), *map(state, (LinkMethod.QUESTIONS, LinkMethod.LINK_CODE)))
    attempts = (refused(RefusalReason.WRONG_PASSWORD),)
    left = proposed(file=FILE, methods=methods, attempts=attempts)[-1]
    assert left.methods == (LinkMethod.QUESTIONS, LinkMethod.LINK_CODE)
    used_up = DeskFileMethod(method=LinkMethod.QUESTIONS, available=False, open_again_at=until)
    bare = FILE.model_copy(update={"address": None, "methods": (used_up,)})
    assert ProposalCode.METHODS_OPEN not in codes(file=bare, methods=methods, attempts=attempts)
    off = (state(LinkMethod.QUESTIONS, offered=False),)
    assert codes(methods=off, attempts=(refused(RefusalReason.NOT_KEPT),)) == []


def test_the_refusal_that_is_read_aloud_comes_before_a_newer_one() -> None:
    older = refused(RefusalReason.NEQ_TYPED).model_copy(update={"reference": "4T8W-2NRQ-6T"})
    attempts = (refused(RefusalReason.WRONG_ANSWERS), older)
    assert codes(attempts=attempts, reference="4T8W-2NRQ-6T") == [
        ProposalCode.NEQ_INSTEAD_OF_NUMBER,
        ProposalCode.ANSWERS_AS_ON_FILE,
    ]
    assert codes(attempts=attempts) == [ProposalCode.ANSWERS_AS_ON_FILE]


def test_a_report_comes_first_only_where_it_is_what_the_caller_reads_aloud() -> None:
    waits = DeskReport(reference="4T8W-2NRQ-6T", at=NOW, state=ReportState.NEW)
    attempts = (refused(RefusalReason.NEQ_TYPED),)
    order = [ProposalCode.NEQ_INSTEAD_OF_NUMBER, ProposalCode.REPORT_WAITS]
    assert codes(attempts=attempts, reports=(waits,)) == order
    assert codes(attempts=attempts, reports=(waits,), reference=waits.reference) == order[::-1]


def test_a_disowned_password_comes_first_and_nothing_is_said_twice() -> None:
    attempts = (refused(RefusalReason.NO_SUCH_FILE), refused(RefusalReason.NO_SUCH_FILE))
    found = codes(attempts=attempts, password_disowned=True)
    assert found == [ProposalCode.CHOOSE_NEW_PASSWORD, ProposalCode.SPELL_THE_NUMBER]
