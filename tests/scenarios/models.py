"""Contract models as a server sends them, all fictitious and fixed; what the scenarios are made of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sel_contract import (
    Accepted,
    Account,
    Challenge,
    CodeRules,
    Contact,
    Language,
    LinkMethod,
    LinkMethods,
    LinkMethodState,
    Notice,
    NoticeKind,
    OpeningHours,
    PasswordRule,
    Question,
    QuestionKind,
    Service,
    Session,
    SessionLimits,
    Unavailable,
)

SERVER: Final = "https://sel.exemple.test"
MONTREAL: Final = ZoneInfo("America/Toronto")
NOW: Final = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10 h 00 in Montréal
ENDS_AT: Final = NOW + timedelta(minutes=15)
OPEN_AGAIN: Final = NOW + timedelta(hours=2)
REFERENCE: Final = "4T8W-2NRQ-6T"
EMAIL: Final = "nouvelle@exemple.test"
ACCEPTED: Final = Accepted(ask_again_after_seconds=60)


def both(french: str, english: str) -> dict[str, str]:
    return {"fr-CA": french, "en-CA": english}


def service(**changes: Any) -> Service:
    given: dict[str, Any] = {
        "name": both("Services en ligne (SEL)", "Online services (SEL)"),
        "operator": both("Démonstration sel-tui, données fictives", "sel-tui demonstration, fictitious data"),
        "languages": ("fr-CA", "en-CA"),
        "simulation": True,
        "contact": Contact(
            phone="1\u00a0888\u00a0555-0142",
            hours=both(
                "du lundi au vendredi, de 8\u00a0h\u00a030 à 16\u00a0h\u00a030",
                "Monday to Friday, 8:30\u00a0a.m. to 4:30\u00a0p.m.",
            ),
            opening=tuple(OpeningHours(weekday=day, opens="08:30", closes="16:30") for day in range(1, 6)),
            verified_on=date(2026, 1, 12),
        ),
        "notices": (),
        "minimum_client_version": "0.1.0",
        "contract_version": "1.0",
        "session": SessionLimits(
            idle_seconds=900, absolute_seconds=43_200, warning_seconds=150, step_up_after_seconds=1_200
        ),
        "password_rule": PasswordRule(
            min_length=8, max_length=128, upper=True, lower=True, digit=True, special=True, passphrase_length=20
        ),
        "codes": CodeRules(
            linking_code_hours=48, single_use_minutes=10, single_use_digits=6, ask_again_after_seconds=60
        ),
        "now": NOW,
    }
    return Service(**(given | changes))


SERVICE: Final = service()
MAINTENANCE: Final = Notice(
    id="entretien",
    kind=NoticeKind.WARNING,
    text=both(
        "Entretien samedi de 22\u00a0h à minuit. Le service sera interrompu.",
        "Maintenance on Saturday from 10\u00a0p.m. to midnight. The service will be interrupted.",
    ),
)


def session(linked: int = 0, *, waiting: bool = False) -> Session:
    return Session(
        account=Account(
            id="account-maika", email=EMAIL, first_name="Maïka", last_name="Côté-L’Heureux", language=Language.FRENCH
        ),
        now=NOW,
        authenticated_at=NOW,
        step_up_due_at=NOW + timedelta(minutes=20),
        idle_expires_at=NOW + timedelta(minutes=15),
        absolute_expires_at=NOW + timedelta(hours=12),
        linked_files=linked,
        handoff_waiting=waiting,
    )


def methods(*, left: int = 5, locked: tuple[str, ...] = (), off: tuple[str, ...] = ()) -> LinkMethods:
    def why(method: LinkMethod) -> Unavailable | None:
        if method.value in off:
            return Unavailable.SWITCHED_OFF
        return Unavailable.LOCKED if method.value in locked else None

    return LinkMethods(
        methods=tuple(
            LinkMethodState(
                method=method,
                available=why(method) is None,
                unavailable_because=why(method),
                tries_left=0 if method.value in locked else left,
                tries_allowed=5,
                waits_seconds=7_200,
                open_again_at=OPEN_AGAIN if method.value in locked else None,
            )
            for method in LinkMethod
        )
    )


METHODS: Final = methods()


_ASKED: Final = (
    ("birth_date", QuestionKind.DATE, "1988-04-17"),
    ("postal_code", QuestionKind.POSTAL_CODE, "H2X 1Y4"),
    ("trade", QuestionKind.TEXT, "plombier"),
    ("year", QuestionKind.YEAR, "2001"),
)
_ASKED_IN: Final = {
    "fr": (
        "Quelle est votre date de naissance?",
        "Quel est le code postal inscrit au dossier?",
        "Quel est le métier inscrit au dossier?",
        "En quelle année avez-vous obtenu votre premier certificat?",
    ),
    "en": (
        "What is your date of birth?",
        "What is the postal code on the file?",
        "What is the trade on the file?",
        "In what year did you get your first certificate?",
    ),
}


def challenge(language: str) -> Challenge:
    return Challenge(
        id="challenge-1",
        identifier="ci1234567",
        questions=tuple(
            Question(id=name, kind=kind, example=example, text=text)
            for (name, kind, example), text in zip(_ASKED, _ASKED_IN[language], strict=True)
        ),
        expires_at=NOW + timedelta(hours=1),
    )
