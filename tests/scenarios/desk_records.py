"""What a back end answers at the desk, all fictitious and fixed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from sel_contract import Account, Category, Language, LinkMethod
from sel_contract.desk import (
    DeskAgent,
    DeskCheck,
    DeskNeed,
    DeskRole,
    DeskSession,
    FoundBy,
    RefusalReason,
    TerminalKind,
)
from sel_contract.desk_acts import (
    DeskActed,
    DeskCorrection,
    DeskCorrections,
    DeskFigures,
    DeskQueue,
    FigureKind,
    FigureRow,
    QueueItem,
    QueueItems,
)
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
    DeskProposal,
    DeskReport,
    MailState,
    ProposalCode,
    ReportState,
)
from sel_tui.api.desk import AgentSession
from tests.scenarios import models
from tests.scenarios.models import NOW, OPEN_AGAIN, REFERENCE, both

AGENT: Final = "agente@exemple.test"
CHECKLIST: Final = (
    DeskCheck(
        id="identity",
        text=both("Nom complet et date de naissance : comme au dossier", "Full name and date of birth: as on file"),
    ),
    DeskCheck(id="address", text=both("Adresse postale : comme au dossier", "Postal address: as on file")),
    DeskCheck(
        id="right",
        text=both("La personne peut agir pour le dossier", "The person may act for the file"),
    ),
)
EARLIER: Final = NOW - timedelta(minutes=12)
REPORT: Final = "7K3M-9QTD-H5"


def agent_session(role: str = "agent", *, needs: tuple[str, ...] = (), who: str = "agente") -> AgentSession:
    agent = DeskAgent(
        id=f"account-{who}",
        first_name="Dominique",
        last_name="Lévesque",
        role=DeskRole(role),
        language=Language.FRENCH,
    )
    desk = DeskSession(
        agent=agent,
        now=NOW,
        idle_expires_at=NOW + timedelta(minutes=30),
        absolute_expires_at=NOW + timedelta(hours=10),
        warning_seconds=120,
        needs=tuple(DeskNeed(need) for need in needs),
        checklist=CHECKLIST,
        hold_minutes=15,
    )
    return AgentSession(
        account=Account(
            id=agent.id,
            email=AGENT,
            first_name=agent.first_name,
            last_name=agent.last_name,
            language=agent.language,
        ),
        now=NOW,
        authenticated_at=NOW,
        step_up_due_at=desk.absolute_expires_at,
        idle_expires_at=desk.idle_expires_at,
        absolute_expires_at=desk.absolute_expires_at,
        linked_files=0,
        desk=desk,
    )


def attempt(reason: str, method: str = "link_code", **changes: Any) -> DeskAttempt:
    given: dict[str, Any] = {
        "at": EARLIER,
        "outcome": AttemptOutcome.REFUSED,
        "reason": RefusalReason(reason),
        "method": LinkMethod(method),
        "terminal": TerminalKind.KIOSK,
        "number": "ci1234567",
        "reference": REFERENCE,
    }
    return DeskAttempt(**(given | changes))


FILE: Final = DeskFile(
    number="ci1234567",
    category=Category.WORKER,
    display_name="Maïka Côté-L’Heureux",
    address="m•••@e•••.test",
    holders=(),
    methods=(),
)


def case(**changes: Any) -> DeskCase:
    """A caller whose linking code has expired."""
    given: dict[str, Any] = {
        "id": "case-1",
        "now": NOW,
        "found_by": FoundBy.REFERENCE,
        "reference": REFERENCE,
        "account": DeskAccount(address="n•••@e•••.test", language=Language.FRENCH, linked_files=0, open_sessions=1),
        "file": FILE,
        "attempts": (attempt("code_expired"), attempt("wrong_answers", "questions")),
        "methods": models.METHODS.methods,
        "coordinates": (
            DeskCoordinates(
                at=NOW - timedelta(days=3),
                state=CoordinatesState.EXPIRED,
                expires_at=NOW - timedelta(days=1),
                address="m•••@e•••.test",
                mail=MailState.SENT,
                mail_at=NOW - timedelta(days=3),
            ),
        ),
        "links": (),
        "reports": (),
        "done": (),
        "proposals": (
            DeskProposal(
                code=ProposalCode.SEND_NEW_COORDINATES,
                act=DeskActKind.SEND_COORDINATES,
                address="m•••@e•••.test",
            ),
            DeskProposal(code=ProposalCode.METHODS_OPEN, methods=tuple(LinkMethod)),
        ),
    }
    return DeskCase(**(given | changes))


CASE: Final = case()
LOCKED: Final = case(
    attempts=(attempt("neq_typed", "questions", number=None),),
    file=FILE.model_copy(
        update={"methods": (DeskFileMethod(method=LinkMethod.QUESTIONS, available=False, open_again_at=OPEN_AGAIN),)}
    ),
    methods=models.methods(locked=("legacy_access",)).methods,
    proposals=(
        DeskProposal(code=ProposalCode.NEQ_INSTEAD_OF_NUMBER, at=EARLIER, method=LinkMethod.QUESTIONS),
        DeskProposal(
            code=ProposalCode.METHOD_WAITS,
            act=DeskActKind.OPEN_METHOD,
            at=OPEN_AGAIN,
            method=LinkMethod.LEGACY_ACCESS,
        ),
    ),
)
FROZEN: Final = case(
    busy_until=NOW + timedelta(minutes=9),
    account=DeskAccount(address="n•••@e•••.test", language=Language.ENGLISH, linked_files=1, open_sessions=0),
    attempts=(attempt("link_frozen", "legacy_access"),),
    links=(
        DeskLink(
            id="link-1",
            reference=REFERENCE,
            number="ci1234567",
            display_name="Maïka Côté-L’Heureux",
            method=LinkMethod.LEGACY_ACCESS,
            linked_at=EARLIER,
            state=DeskLinkState.FROZEN,
        ),
    ),
    file=FILE.model_copy(
        update={
            "holders": (
                DeskHolder(
                    address="n•••@e•••.test",
                    since=EARLIER,
                    method=LinkMethod.LEGACY_ACCESS,
                    frozen=True,
                    caller=True,
                ),
            )
        }
    ),
    done=(DeskDone(at=EARLIER, act=DeskActKind.END_SESSIONS, mine=True),),
    proposals=(
        DeskProposal(
            code=ProposalCode.LINK_IS_FROZEN,
            act=DeskActKind.FREE_LINK,
            link_id="link-1",
            reference=REFERENCE,
        ),
    ),
)
REPORTED: Final = case(
    attempts=(DeskAttempt(at=EARLIER, outcome=AttemptOutcome.ERROR_REPORTED, reference=REPORT),),
    reports=(
        DeskReport(
            reference=REPORT,
            at=EARLIER,
            state=ReportState.TAKEN,
            mine=True,
            number="ci1234567",
            note="L’adresse n’est plus la bonne.",
        ),
    ),
    found_by=FoundBy.QUEUE,
    held_until=NOW + timedelta(minutes=15),
    proposals=(
        DeskProposal(code=ProposalCode.REPORT_WAITS, act=DeskActKind.ANSWER_REPORT, at=EARLIER, reference=REPORT),
    ),
)
UNKNOWN: Final = case(
    account=None, file=None, attempts=(), methods=(), coordinates=(), proposals=(), found_by=FoundBy.ACCOUNT
)
QUEUE: Final = QueueItems(
    queue=DeskQueue.REPORTS,
    items=(
        QueueItem(
            id="item-1",
            since=NOW - timedelta(days=2),
            reference=REPORT,
            number="ci1234567",
            category=Category.WORKER,
            display_name="Maïka Côté-L’Heureux",
            held_until=NOW + timedelta(minutes=15),
        ),
        QueueItem(
            id="item-2",
            since=EARLIER,
            reference=REFERENCE,
            number="er123456",
            category=Category.EMPLOYER,
            display_name="Toitures Exemple inc.",
            address="b•••@t•••.test",
        ),
    ),
    more=False,
)
LONG_QUEUE: Final = QUEUE.model_copy(
    update={
        "items": tuple(
            QUEUE.items[1].model_copy(update={"id": f"item-{place}", "number": f"er000{301 + place}"})
            for place in range(12)
        )
    }
)
_FIRST: Final = date(2026, 2, 1)
FIGURES: Final = DeskFigures(
    first=_FIRST,
    last=date(2026, 3, 2),
    rows=(
        *(
            FigureRow(
                day=_FIRST,
                kind=FigureKind.REFUSED,
                method=LinkMethod(method),
                reason=RefusalReason(reason),
                number=number,
            )
            for method, reason, number in (
                ("legacy_access", "wrong_password", 75),
                ("legacy_access", "neq_typed", 42),
                ("questions", "wrong_answers", 28),
                ("link_code", "code_expired", 14),
            )
        ),
        FigureRow(day=_FIRST, kind=FigureKind.LINKED, number=310),
        FigureRow(day=_FIRST, kind=FigureKind.REPORTED, number=6),
        FigureRow(day=_FIRST, kind=FigureKind.LOOKED_UP, found_by=FoundBy.REFERENCE, number=40),
        FigureRow(day=_FIRST, kind=FigureKind.ACTED, act=DeskActKind.SEND_COORDINATES, number=22),
    ),
    minutes_until_linked=18,
    calls_by_reference=40,
    calls=56,
)
CORRECTIONS: Final = DeskCorrections(
    corrections=tuple(
        DeskCorrection(
            id=f"correction-{place}",
            asked_at=EARLIER,
            expires_at=NOW + timedelta(hours=23),
            number="ci1234567",
            display_name="Maïka Côté-L’Heureux",
            before="m•••@e•••.test",
            after="m•••@n•••.test",
            mine=mine,
        )
        for place, mine in enumerate((False, True))
    )
)
CONFIRMED: Final = DeskActed(act=DeskActKind.CONFIRM_ADDRESS, at=NOW)
NOTHING_WAITS: Final = QueueItems(queue=DeskQueue.MAILS, items=(), more=False)
SENT: Final = DeskActed(act=DeskActKind.SEND_COORDINATES, at=NOW)
