"""Whole answers of the desk as examples for the OpenAPI document, fictitious as `examples` are."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sel_backend.desk_settings import CHECKLIST, DeskSettings
from sel_contract import Category, Language, LinkMethod, LinkMethodState, Unavailable
from sel_contract.base import Response
from sel_contract.desk import (
    DeskAgent,
    DeskCheck,
    DeskNeed,
    DeskRole,
    DeskSession,
    DeskSessionOpened,
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
    QueueTaken,
)
from sel_contract.desk_case import (
    AttemptOutcome,
    CoordinatesState,
    DeskAccount,
    DeskActKind,
    DeskAttempt,
    DeskCase,
    DeskCoordinates,
    DeskFile,
    DeskFileMethod,
    DeskProposal,
    MailState,
    ProposalCode,
)

_NOW: Final = datetime(2026, 11, 24, 19, 5, tzinfo=UTC)
_REFERENCE: Final = "4T8W-2NRQ-6T"
_SETTINGS: Final = DeskSettings()
_ADDRESS: Final = "b•••@t•••.test"


def _session(*needs: DeskNeed) -> DeskSession:
    agent = DeskAgent(id="7c1f", first_name="Alex", last_name="Gagné", role=DeskRole.AGENT, language=Language.FRENCH)
    return DeskSession(
        agent=agent,
        now=_NOW,
        idle_expires_at=_NOW + timedelta(seconds=_SETTINGS.idle_seconds),
        absolute_expires_at=_NOW + timedelta(seconds=_SETTINGS.absolute_seconds),
        warning_seconds=_SETTINGS.warning_seconds,
        needs=needs,
        checklist=tuple(DeskCheck(id=name, text=text) for name, text in CHECKLIST.items()),
        hold_minutes=_SETTINGS.hold_minutes,
    )


def _method(method: LinkMethod, *, locked: bool) -> LinkMethodState:
    return LinkMethodState(
        method=method,
        available=not locked,
        unavailable_because=Unavailable.LOCKED if locked else None,
        tries_left=0 if locked else 3,
        tries_allowed=5,
        waits_seconds=7200,
        open_again_at=_NOW + timedelta(hours=2) if locked else None,
    )


def _case() -> DeskCase:
    left = (LinkMethod.QUESTIONS, LinkMethod.LINK_CODE)
    refused = DeskAttempt(
        at=_NOW - timedelta(minutes=4),
        outcome=AttemptOutcome.REFUSED,
        reason=RefusalReason.CODE_EXPIRED,
        method=LinkMethod.LINK_CODE,
        terminal=TerminalKind.SCREEN,
        number="er123456",
        reference=_REFERENCE,
    )
    file = DeskFile(
        number="er123456",
        category=Category.EMPLOYER,
        display_name="Toitures Exemple inc.",
        address=_ADDRESS,
        holders=(),
        methods=tuple(DeskFileMethod(method=one, available=True) for one in (LinkMethod.LEGACY_ACCESS, left[0])),
    )
    sent = DeskCoordinates(
        at=_NOW - timedelta(days=2),
        state=CoordinatesState.EXPIRED,
        expires_at=_NOW - timedelta(days=1),
        address=_ADDRESS,
        mail=MailState.SENT,
        mail_at=_NOW - timedelta(days=2),
    )
    return DeskCase(
        id="case-7K3M",
        now=_NOW,
        found_by=FoundBy.REFERENCE,
        reference=_REFERENCE,
        account=DeskAccount(address="n•••@e•••.test", language=Language.FRENCH, linked_files=0, open_sessions=1),
        file=file,
        attempts=(refused,),
        methods=tuple(_method(one, locked=one is LinkMethod.LEGACY_ACCESS) for one in LinkMethod),
        coordinates=(sent,),
        links=(),
        reports=(),
        done=(),
        proposals=(
            DeskProposal(code=ProposalCode.SEND_NEW_COORDINATES, act=DeskActKind.SEND_COORDINATES, address=_ADDRESS),
            DeskProposal(code=ProposalCode.METHODS_OPEN, methods=left),
        ),
    )


def _queued() -> QueueItems:
    item = QueueItem(
        id=_REFERENCE,
        since=_NOW - timedelta(hours=5),
        reference=_REFERENCE,
        number="er123456",
        category=Category.EMPLOYER,
        display_name="Toitures Exemple inc.",
        address="n•••@e•••.test",
    )
    return QueueItems(queue=DeskQueue.REPORTS, items=(item,), more=False)


def _figures() -> DeskFigures:
    day = _NOW.date()
    about: dict[str, Any] = {"method": LinkMethod.LEGACY_ACCESS, "reason": RefusalReason.NEQ_TYPED}
    rows = (
        FigureRow(day=day, kind=FigureKind.LINKED, method=LinkMethod.QUESTIONS, number=31),
        FigureRow(day=day, kind=FigureKind.LOOKED_UP, found_by=FoundBy.REFERENCE, number=64),
        FigureRow(day=day, kind=FigureKind.REFUSED, **about, number=12),
    )
    return DeskFigures(first=day, last=day, rows=rows, minutes_until_linked=22, calls_by_reference=64, calls=80)


def answers() -> Mapping[type[Response], dict[str, Response]]:
    """Return every model by which the desk answers, with its examples by name."""
    until = _NOW + timedelta(minutes=_SETTINGS.hold_minutes)
    correction = DeskCorrection(
        id="correction-7K3M",
        asked_at=_NOW,
        expires_at=_NOW + timedelta(hours=_SETTINGS.correction_hours),
        number="er123456",
        display_name="Toitures Exemple inc.",
        before=_ADDRESS,
        after="m•••@t•••.test",
        mine=False,
    )
    return {
        DeskSession: {"whole": _session(), "first-use": _session(DeskNeed.NEW_PASSWORD)},
        DeskSessionOpened: {"opened": DeskSessionOpened.model_validate({"token": "x" * 43, "session": _session()})},
        DeskCase: {"expired-coordinates": _case()},
        DeskActed: {
            "done": DeskActed(act=DeskActKind.SEND_COORDINATES, at=_NOW),
            "waits-for-a-second-person": DeskActed(act=DeskActKind.CORRECT_ADDRESS, at=_NOW, correction=correction.id),
        },
        DeskCorrections: {"one": DeskCorrections(corrections=(correction,))},
        QueueItems: {"one": _queued()},
        QueueTaken: {"taken": QueueTaken(case_id="case-7K3M", held_until=until), "nothing-waits": QueueTaken()},
        DeskFigures: {"a-day": _figures()},
    }
