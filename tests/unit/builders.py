"""Contract models as a server would send them, and the states that a journey passes through."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sel_contract import (
    Accepted,
    Account,
    AccountEvent,
    AssociationFile,
    AssociationSide,
    Category,
    Certificate,
    Challenge,
    CodeRules,
    Contact,
    DemoAccount,
    DemoAccounts,
    DemoAnswer,
    DemoCoordinates,
    DemoFile,
    DemoMail,
    DemoMailbox,
    EmployerFile,
    EventKind,
    Events,
    Handoff,
    HandoffOpened,
    HandoffStep,
    Language,
    Link,
    LinkDetail,
    LinkMethod,
    LinkMethods,
    LinkMethodState,
    Links,
    LinkState,
    Notice,
    NoticeKind,
    PasswordResetStarted,
    PasswordRule,
    PensionStatus,
    PostalAddress,
    Question,
    QuestionKind,
    Receipt,
    RegistrationStarted,
    Service,
    Session,
    SessionLimits,
    Terms,
    TermsText,
    Verification,
    VerificationState,
    WorkerFile,
)
from sel_tui.journey.core.scopes import Demo

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
REFERENCE = "4T8W-2NRQ-6T"


def full_width(text: str) -> str:
    """Return ASCII `text` as keyboards for East Asian languages type it."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


def both(french: str, english: str) -> dict[str, str]:
    return {"fr-CA": french, "en-CA": english}


def service(*, simulation: bool = True, idle: int = 900, warning: int = 150, **changes: Any) -> Service:
    given: dict[str, Any] = {
        "name": both("Services en ligne (SEL)", "Online services (SEL)"),
        "operator": both("Démonstration", "Demonstration"),
        "languages": ("fr-CA", "en-CA"),
        "simulation": simulation,
        "contact": Contact(
            phone="1 888 555-0142",
            hours=both("du lundi au vendredi, de 8 h 30 à 16 h 30", "Monday to Friday, 8:30 to 4:30"),
            verified_on=date(2026, 1, 12),
        ),
        "notices": (Notice(id="n1", kind=NoticeKind.WARNING, text=both("Entretien ce soir.", "Maintenance tonight.")),),
        "minimum_client_version": "0.0.1",
        "contract_version": "1.0",
        "session": SessionLimits(
            idle_seconds=idle, absolute_seconds=43_200, warning_seconds=warning, step_up_after_seconds=1_200
        ),
        "password_rule": PasswordRule(min_length=8, max_length=128, upper=True, lower=True, digit=True, special=True),
        "codes": CodeRules(
            linking_code_hours=24, single_use_minutes=10, single_use_digits=6, ask_again_after_seconds=60
        ),
        "now": NOW,
    }
    return Service(**(given | changes))


def account(who: str = "maika") -> Account:
    return Account(
        id=f"account-{who}", email=f"{who}@exemple.test", first_name="Maïka", last_name="Côté", language=Language.FRENCH
    )


def session(who: str = "maika", linked: int = 0, idle: int = 900, absolute: int = 43_200) -> Session:
    return Session(
        account=account(who),
        now=NOW,
        authenticated_at=NOW,
        step_up_due_at=NOW + timedelta(minutes=20),
        idle_expires_at=NOW + timedelta(seconds=idle),
        absolute_expires_at=NOW + timedelta(seconds=absolute),
        linked_files=linked,
    )


def methods(closed: str = "", *, locked: bool = True, left: int = 3) -> LinkMethods:
    return LinkMethods(
        methods=tuple(
            LinkMethodState(
                method=method,
                available=method.value != closed,
                tries_left=left,
                tries_allowed=5,
                waits_seconds=7_200,
                open_again_at=NOW + timedelta(hours=2) if method.value == closed and locked else None,
            )
            for method in LinkMethod
        )
    )


def challenge(identity: str = "c1", *kinds: QuestionKind) -> Challenge:
    return Challenge(
        id=identity,
        identifier="ci1234567",
        questions=tuple(
            Question(id=f"{identity}-{kind.value}", kind=kind, text=f"Question {kind.value} ?", example="H2X 1Y4")
            for kind in kinds or tuple(QuestionKind)
        ),
        expires_at=NOW + timedelta(hours=1),
    )


# A right answer to each kind of question.
ANSWERS = {"date": "1988-04-17", "postal_code": "H2X 1Y4", "text": "plâtrier", "year": "2009", "number": "1200"}


def link(identity: str = "l1", state: str = "to_verify", name: str = "Maïka Côté-L'Heureux") -> Link:
    return Link(
        id=identity,
        category=Category.WORKER,
        identifier="ci1234567",
        display_name=name,
        method=LinkMethod.LEGACY_ACCESS,
        linked_at=NOW,
        state=LinkState.ACTIVE,
        verification=Verification(state=VerificationState(state)),
        reference=REFERENCE,
    )


def links(*states: str) -> Links:
    return Links(links=tuple(link(f"l{number}", state) for number, state in enumerate(states or ("to_verify",), 1)))


def client_file(category: str = "worker") -> WorkerFile | EmployerFile | AssociationFile:
    address = PostalAddress(
        street="1, rue Exemple", city="Montréal", province="QC", postal_code="H2X 1Y4", country="Canada"
    )
    match category:
        case "worker":
            return WorkerFile(
                name="Maïka Côté",
                client_number="ci1234567",
                address=address,
                trade="charpentière-menuisière",
                certificate=Certificate(number="C-1", expires_on=date(2027, 5, 1)),
                pension_status=PensionStatus.CONTRIBUTING,
            )
        case "employer":
            return EmployerFile(legal_name="Toitures Exemple", employer_number="er123456", address=address)
        case _:
            return AssociationFile(
                name="Syndicat Exemple", acronym="SE", side=AssociationSide.UNION, address=address, email="a@b.test"
            )


def detail(identity: str = "l1", category: str = "worker", state: str = "to_verify") -> LinkDetail:
    return LinkDetail(link=link(identity, state), file=client_file(category))


def verification(state: str = "accurate") -> Verification:
    return Verification(state=VerificationState(state), at=NOW, reference=REFERENCE if state == "error" else None)


def demo() -> Demo:
    return Demo(
        DemoAccounts(
            accounts=(
                DemoAccount(
                    email="rejean@exemple.test",
                    password="Chantier-2026!",
                    name="Réjean St-Onge",
                    note=both("retraité", "retiree"),
                ),
            ),
            files=(
                DemoFile(
                    identifier="ci0000077",
                    category=Category.WORKER,
                    name="Réjean St-Onge",
                    old_usernames=("ci0000077",),
                    old_password="Retraite-77!",
                    answers=(DemoAnswer(question=both("Année", "Year"), answer="2013"),),
                    coordinates=(DemoCoordinates(username="L-482913", code="7K3M9-QTDHX", note=both("bon", "good")),),
                    note=both("note", "note"),
                ),
            ),
        ),
        DemoMailbox(
            mails=(
                DemoMail(
                    id="m1", to="a@b.test", subject="Votre code", text="Bonjour Maïka,\n\nVoici le code.", sent_at=NOW
                ),
            )
        ),
    )


def accepted() -> Accepted:
    return Accepted(ask_again_after_seconds=60)


def terms() -> Terms:
    french = TermsText(title="Conditions", paragraphs=("Un premier paragraphe.", "Un second."))
    english = TermsText(title="Conditions", paragraphs=("A first paragraph.", "A second."))
    return Terms(version="2026-01", effective_on=date(2026, 1, 12), texts={"fr-CA": french, "en-CA": english})


def registration_started() -> RegistrationStarted:
    return RegistrationStarted(id="g1", expires_at=NOW + timedelta(minutes=10), ask_again_after_seconds=60)


def reset_started() -> PasswordResetStarted:
    return PasswordResetStarted(id="r1", expires_at=NOW + timedelta(minutes=10), ask_again_after_seconds=60)


def handoff_opened() -> HandoffOpened:
    return HandoffOpened(code="4T8W-7K31", expires_at=NOW + timedelta(days=1))


def handoff(step: str = "link_code", link_id: str | None = None, **drafts: str) -> Handoff:
    return Handoff(step=HandoffStep(step), link_id=link_id, drafts=drafts or {"link_username": "L-482913"})


def receipt() -> Receipt:
    return Receipt(
        reference=REFERENCE,
        link_id="l1",
        category=Category.WORKER,
        identifier="ci1234567",
        display_name="Maïka Côté-L'Heureux",
        method=LinkMethod.QUESTIONS,
        linked_at=NOW,
        undo="Ouvrez le profil, puis choisissez de le délier.",
        check_code="0123A-BCDEF-GHJKM-NPQRS",
    )


def events() -> Events:
    return Events(
        events=tuple(
            AccountEvent(id=f"e{place}", kind=kind, at=NOW, display_name="Maïka" if place % 2 else None)
            for place, kind in enumerate(EventKind)
        )
    )
