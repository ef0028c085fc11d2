"""Linked files, what they say, and the demonstration's panel: all fictitious and fixed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sel_contract import (
    AssociationFile,
    AssociationSide,
    Category,
    Certificate,
    DemoAccount,
    DemoAccounts,
    DemoAnswer,
    DemoCoordinates,
    DemoFile,
    DemoMail,
    DemoMailbox,
    EmployerFile,
    FrozenLink,
    Link,
    LinkDetail,
    LinkMethod,
    Links,
    LinkState,
    PensionStatus,
    PostalAddress,
    Verification,
    VerificationState,
    WorkerFile,
)
from sel_tui.journey.core.scopes import Demo
from tests.scenarios.models import NOW, REFERENCE, both

RIGHT_ANSWERS: Final = ("17 avril 1988", "h2x1y4", "Charpentiere menuisiere", "2009")


def link(
    identifier: str = "ci1234567",
    name: str = "Maïka Côté-L’Heureux",
    state: str = "to_verify",
    method: LinkMethod = LinkMethod.LEGACY_ACCESS,
) -> Link:
    category = {"ci": Category.WORKER, "er": Category.EMPLOYER}.get(identifier[:2], Category.ASSOCIATION)
    return Link(
        id=f"link-{identifier}",
        category=category,
        identifier=identifier,
        display_name=name,
        method=method,
        linked_at=NOW,
        state=LinkState.ACTIVE,
        verification=Verification(state=VerificationState(state)),
        reference=REFERENCE,
    )


LINK: Final = link()
EMPLOYER: Final = link("er123456", "Toitures Exemple inc.")
ASSOCIATION: Final = link("asexemple", "Syndicat Exemple", "error")


def many_links(count: int = 40) -> Links:
    trades = ("Maçonnerie", "Toitures", "Plomberie", "Électricité", "Charpentes", "Peinture", "Excavation", "Vitrerie")
    places = ("Laval", "Gaspé", "Rimouski", "Saguenay", "Sherbrooke")
    return Links(
        links=tuple(
            link(
                f"er000{301 + place}",
                f"{trades[place % len(trades)]} {places[place // len(trades) % len(places)]} inc.",
                "accurate" if place % 3 == 0 else "to_verify",
            )
            for place in range(count)
        )
    )


def _address(street: str, city: str, postal_code: str) -> PostalAddress:
    return PostalAddress(street=street, city=city, province="QC", postal_code=postal_code, country="Canada")


WORKER_FILE: Final = WorkerFile(
    name="Maïka Côté-L’Heureux",
    client_number="ci1234567",
    address=_address("1234, rue Ontario Est, app. 5", "Montréal", "H2X 1Y4"),
    phone="1\u00a0514\u00a0555-0117",
    email="maika.cote@exemple.test",
    trade="Charpentier-menuisier, charpentière-menuisière",
    certificate=Certificate(number="CC-1234567-09", expires_on=date(2027, 5, 1)),
    pension_status=PensionStatus.CONTRIBUTING,
)
EMPLOYER_FILE: Final = EmployerFile(
    legal_name="Toitures Exemple inc.",
    employer_number="er123456",
    neq="1140000001",
    rbq_licence="8000-0001-01",
    address=_address("500, chemin de Chambly", "Longueuil", "J4K 5E8"),
    phone="1\u00a0450\u00a0555-0123",
    email="bureau@toitures.exemple.test",
    contact_person="Maïka Côté-L’Heureux",
)
ASSOCIATION_FILE: Final = AssociationFile(
    name="Syndicat Exemple",
    acronym="EXEMPLE",
    side=AssociationSide.UNION,
    address=_address("64, boulevard Langelier", "Montréal", "H1M 3N7"),
    phone="1\u00a0514\u00a0555-0164",
    contact_person="Dominique Lévesque",
)
DETAIL: Final = LinkDetail(link=LINK, file=WORKER_FILE)
EMPLOYER_DETAIL: Final = LinkDetail(link=EMPLOYER, file=EMPLOYER_FILE)
ASSOCIATION_DETAIL: Final = LinkDetail(link=ASSOCIATION, file=ASSOCIATION_FILE)
ACCURATE: Final = Verification(state=VerificationState.ACCURATE, at=NOW)
REPORTED: Final = Verification(state=VerificationState.ERROR, at=NOW, reference=REFERENCE)

_MAIL: Final = """Voici vos coordonnées de liaison pour lier votre dossier client à votre compte utilisateur.

Identifiant de liaison\u00a0: L-482913
Code de liaison\u00a0: 7K3M9-QTDHX

Ce code sert une seule fois, pendant 48 heures. Seul le plus récent est valide.

----------------------------------------

Here are your linking coordinates.

Linking username: L-482913
Linking code: 7K3M9-QTDHX
"""


def demo(mails: int = 2) -> Demo:
    people = (("nouvelle@exemple.test", "Maïka Côté-L’Heureux", both("Aucun dossier lié.", "No file linked.")),)
    return Demo(
        DemoAccounts(
            accounts=tuple(
                DemoAccount(email=email, password="Chantier-2026!", name=name, note=note)
                for email, name, note in people
            ),
            files=(
                DemoFile(
                    identifier="ci0000077",
                    category=Category.WORKER,
                    name="Réjean St-Onge",
                    old_usernames=("ci0000077",),
                    old_password="Retraite-77!",
                    answers=tuple(
                        DemoAnswer(question=both("question", "question"), answer=answer)
                        for answer in ("1951-12-03", "G1R 2S5", "plâtrier", "2013")
                    ),
                    coordinates=(
                        DemoCoordinates(username="L-482913", code="7K3M9-QTDHX", note=both("Valides.", "Valid.")),
                    ),
                    note=both("Coordonnées de liaison dans la boîte courriel.", "Linking coordinates in the mailbox."),
                ),
            ),
        ),
        DemoMailbox(
            mails=tuple(
                DemoMail(
                    id=f"mail-{number}",
                    to="rejean.st-onge@exemple.test",
                    subject="Vos coordonnées de liaison / Your linking coordinates",
                    text=_MAIL,
                    sent_at=NOW - timedelta(minutes=number),
                )
                for number in range(mails)
            )
        ),
    )


FROZEN: Final = Links(links=(FrozenLink(id=LINK.id, state=LinkState.FROZEN, reference=REFERENCE), EMPLOYER))
