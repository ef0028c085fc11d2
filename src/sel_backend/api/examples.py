"""Whole answers as examples, for the OpenAPI document alone: made of the contract's models, fictitious data and the
server's own texts, so that nothing is said twice. Loaded only when the document is built.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sel_backend.api import desk_examples
from sel_backend.demo.files import DEMO_FILES, DemoRecord
from sel_backend.questions import QuestionCatalogue
from sel_backend.services.problems import ProblemError
from sel_backend.services.profiles import UNDO
from sel_backend.services.service import ServiceCard
from sel_backend.services.terms import TermsFile
from sel_backend.settings import Settings
from sel_contract import (
    Accepted,
    Account,
    AccountConfirmed,
    AccountEvent,
    Category,
    Challenge,
    EventKind,
    Events,
    FieldCode,
    FieldProblem,
    FrozenLink,
    Handoff,
    HandoffOpened,
    HandoffStep,
    Health,
    HealthStatus,
    HeartbeatTaken,
    Language,
    Link,
    LinkDetail,
    LinkMethod,
    LinkMethods,
    LinkMethodState,
    Links,
    LinkState,
    PasswordChanged,
    PasswordResetStarted,
    ProblemType,
    Receipt,
    ReceiptCheck,
    RegistrationStarted,
    Service,
    Session,
    SessionOpened,
    Terms,
    Unavailable,
    Verification,
    VerificationState,
)
from sel_contract.base import Response

_NOW: Final = datetime(2026, 11, 24, 19, 5, tzinfo=UTC)
_REFERENCE: Final = "4T8W-2NRQ-6T"
_CHECK_CODE: Final = "4T8W2-NRQ6T-7K3M9-QTDHX"
_SETTINGS: Final = Settings()
_BY_CATEGORY: Final[Mapping[Category, DemoRecord]] = {one.contents.category: one for one in reversed(DEMO_FILES)}
_WORKER: Final = _BY_CATEGORY[Category.WORKER]
_ACCOUNT: Final = Account(
    id="9f2c", email="nouvelle@exemple.test", first_name="Maïka", last_name="Côté-L’Heureux", language=Language.FRENCH
)
_ASK_AGAIN: Final = _SETTINGS.limits.single_use_spacing.window_seconds


def _link(record: DemoRecord) -> Link:
    return Link(
        id=f"link-{record.identifier}",
        category=record.contents.category,
        identifier=record.identifier,
        display_name=record.display_name,
        method=LinkMethod.LEGACY_ACCESS,
        linked_at=_NOW,
        state=LinkState.ACTIVE,
        verification=Verification(state=VerificationState.TO_VERIFY),
        reference=_REFERENCE,
    )


def _session(selected: str | None = None) -> Session:
    limits = _SETTINGS.session
    return Session(
        account=_ACCOUNT,
        now=_NOW,
        authenticated_at=_NOW,
        step_up_due_at=_NOW + timedelta(seconds=limits.step_up_after_seconds),
        idle_expires_at=_NOW + timedelta(seconds=limits.idle_seconds),
        absolute_expires_at=_NOW + timedelta(seconds=limits.absolute_seconds),
        linked_files=2 if selected else 0,
        selected=selected,
    )


def _methods() -> LinkMethods:
    limits = _SETTINGS.limits
    rules = (limits.legacy_account, limits.questions_account, limits.code_account)
    locked = LinkMethod.LEGACY_ACCESS
    return LinkMethods(
        methods=tuple(
            LinkMethodState(
                method=method,
                available=method is not locked,
                unavailable_because=Unavailable.LOCKED if method is locked else None,
                tries_left=0 if method is locked else rule.tries,
                tries_allowed=rule.tries,
                waits_seconds=rule.wait_seconds or rule.window_seconds,
                open_again_at=_NOW + timedelta(seconds=rule.wait_seconds or 0) if method is locked else None,
            )
            for method, rule in zip(LinkMethod, rules, strict=True)
        )
    )


def _challenge(language: Language) -> Challenge:
    catalogue = QuestionCatalogue()
    chosen = catalogue.choose(Category.WORKER, _WORKER.answers, "", _SETTINGS.linking.questions_asked)
    return Challenge(
        id="challenge-7K3M",
        identifier=_WORKER.identifier,
        questions=tuple(catalogue.entries[name].asked_in(language) for name in chosen),
        expires_at=_NOW + timedelta(hours=_SETTINGS.codes.challenge_hours),
    )


def _receipt(language: Language) -> Receipt:
    link = _link(_WORKER)
    shared = {name: getattr(link, name) for name in Receipt.model_fields if name in Link.model_fields}
    return Receipt(**shared, link_id=link.id, undo=UNDO[language], check_code=_CHECK_CODE)


def _events() -> Events:
    about: dict[str, Any] = {"category": Category.WORKER, "identifier": _WORKER.identifier, "reference": _REFERENCE}
    linked = AccountEvent(id="event-2", kind=EventKind.LINKED, at=_NOW, method=LinkMethod.QUESTIONS, **about)
    return Events(events=(linked, AccountEvent(id="event-1", kind=EventKind.LOGGED_IN, at=_NOW)), next="event-1")


def answers() -> dict[type[Response], dict[str, Response]]:
    """Return every model that answers, with its examples by name; a language is the name where the texts differ."""
    links = tuple(_link(record) for record in _BY_CATEGORY.values())
    frozen = FrozenLink(id=f"link-{_WORKER.identifier}", state=LinkState.FROZEN, reference=_REFERENCE)
    wrong = Verification(state=VerificationState.ERROR, at=_NOW, reference=_REFERENCE, note="Le numéro a changé.")
    well = HealthStatus.OK
    return {
        Accepted: {"accepted": Accepted(ask_again_after_seconds=_ASK_AGAIN)},
        AccountConfirmed: {"confirmed": AccountConfirmed(account=_ACCOUNT)},
        Challenge: {language.value: _challenge(language) for language in Language},
        Events: {"page": _events(), "nothing-yet": Events(events=())},
        Health: {
            "alive": Health(status=well),
            "ready": Health(status=well, database=well),
            "stopping": Health(status=HealthStatus.UNAVAILABLE),
            "ready-and-sending": Health(status=well, database=well, background=well),
            "background-failing": Health(
                status=HealthStatus.UNAVAILABLE, database=well, background=HealthStatus.UNAVAILABLE
            ),
            "no-database": Health(status=HealthStatus.UNAVAILABLE, database=HealthStatus.UNAVAILABLE),
        },
        Link: {"linked": links[0]},
        LinkDetail: {
            category.value: LinkDetail(link=_link(record), file=record.contents)
            for category, record in _BY_CATEGORY.items()
        },
        LinkMethods: {"one-locked": _methods()},
        Links: {"three": Links(links=links, selected=links[0].id), "frozen": Links(links=(frozen,))},
        PasswordChanged: {"changed": PasswordChanged(changed_at=_NOW)},
        PasswordResetStarted: {
            "started": PasswordResetStarted(
                id="reset-7K3M",
                expires_at=_NOW + timedelta(minutes=_SETTINGS.codes.single_use_minutes),
                ask_again_after_seconds=_ASK_AGAIN,
            )
        },
        RegistrationStarted: {
            "started": RegistrationStarted(
                id="registration-7K3M",
                expires_at=_NOW + timedelta(minutes=_SETTINGS.codes.single_use_minutes),
                ask_again_after_seconds=_ASK_AGAIN,
            )
        },
        Receipt: {language.value: _receipt(language) for language in Language},
        ReceiptCheck: {
            "genuine": ReceiptCheck(
                reference=_REFERENCE,
                category=Category.WORKER,
                method=LinkMethod.LEGACY_ACCESS,
                linked_at=_NOW,
                still_linked=True,
            )
        },
        Handoff: {
            "awaiting-coordinates": Handoff(step=HandoffStep.LINK_CODE, drafts={"link_username": "L-48291357"}),
            "reporting": Handoff(
                step=HandoffStep.REPORT, link_id=links[0].id, drafts={"note": "Mon numéro de téléphone a changé."}
            ),
        },
        HandoffOpened: {
            "opened": HandoffOpened(
                code="4T8W-7K31", expires_at=_NOW + timedelta(minutes=_SETTINGS.codes.handoff_minutes)
            )
        },
        HeartbeatTaken: {"taken": HeartbeatTaken(next_seconds=_SETTINGS.kiosks.heartbeat_seconds)},
        Service: {"service": ServiceCard(_SETTINGS, lambda: _NOW).show()},
        Session: {"nothing-linked": _session(), "profile-selected": _session(links[0].id)},
        SessionOpened: {"opened": SessionOpened.model_validate({"token": "x" * 43, "session": _session()})},
        Terms: {"terms": TermsFile().current},
        **desk_examples.answers(),
        Verification: {"accurate": Verification(state=VerificationState.ACCURATE, at=_NOW), "error": wrong},
    }


# Which of a model's examples an answer can be, where it is not all of them.
SOME: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("/health/live", "200"): ("alive",),
    ("/health/ready", "200"): ("ready", "ready-and-sending"),
    ("/health/ready", "503"): ("stopping", "no-database", "background-failing"),
}

_OPEN: Final = (LinkMethod.QUESTIONS, LinkMethod.LINK_CODE)
_LATER: Final = _NOW + timedelta(hours=2)
_FIELDS: Final[Mapping[ProblemType, dict[str, Any]]] = {
    ProblemType.STEP_UP_REQUIRED: {"max_age": _SETTINGS.session.step_up_after_seconds},
    ProblemType.LINK_FROZEN: {"reference": _REFERENCE},
    ProblemType.ALREADY_LINKED: {
        "reference": _REFERENCE,
        "method": LinkMethod.LEGACY_ACCESS,
        "link_id": _link(_WORKER).id,
    },
    ProblemType.HELD_ELSEWHERE: {"reference": _REFERENCE, "method": LinkMethod.LEGACY_ACCESS},
    ProblemType.METHOD_OFF: {
        "method": LinkMethod.QUESTIONS,
        "methods": (LinkMethod.LEGACY_ACCESS, LinkMethod.LINK_CODE),
    },
    ProblemType.IDEMPOTENCY_IN_PROGRESS: {"retry_at": _NOW},
    ProblemType.VALIDATION: {"errors": (FieldProblem(pointer="/email", code=FieldCode.BAD_EMAIL),)},
    ProblemType.NOT_RECOGNIZED: {
        "reference": _REFERENCE,
        "method": LinkMethod.LEGACY_ACCESS,
        "methods": tuple(LinkMethod),
        "tries_left": 4,
    },
    ProblemType.METHOD_LOCKED: {
        "retry_at": _LATER,
        "method": LinkMethod.LEGACY_ACCESS,
        "methods": _OPEN,
        "tries_left": 0,
    },
    ProblemType.TOO_MANY_REQUESTS: {"retry_at": _NOW + timedelta(seconds=60)},
    ProblemType.ACT_NOT_POSSIBLE: {"errors": (FieldProblem(pointer="/act", code="no-address"),)},
    ProblemType.CASE_HELD: {"retry_at": _NOW + timedelta(minutes=9)},
    ProblemType.INTERNAL: {"reference": _REFERENCE},
}


def problems(kind: ProblemType) -> dict[str, Response]:
    """Return a problem as it is said in each language."""
    error = ProblemError(kind, **_FIELDS.get(kind, {}))
    return {language.value: error.problem(language) for language in Language}


def shown(message: Response) -> dict[str, Any]:
    """Return a message as an example in the document: what crosses the wire."""
    return {"value": json.loads(message.wire())}
