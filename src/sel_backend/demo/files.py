"""The demonstration's client files: what they say, and everything that proves them to be one's own. All fictitious."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sel_contract import (
    AssociationFile,
    AssociationSide,
    Certificate,
    EmployerFile,
    PensionStatus,
    PostalAddress,
    WorkerFile,
)

ACCOUNTANT_FIRST: Final = 301
ACCOUNTANT_COUNT: Final = 40


@dataclass(frozen=True)
class Coordinates:
    """Linking coordinates that exist from the start."""

    username: str
    code: str
    expired: bool = False


@dataclass(frozen=True)
class DemoRecord:
    """One fictitious file.

    Attributes:
        contents: what it says.
        display_name: its line in the list of profiles.
        answers: the right answer by question.
        other_names: further old usernames.
    """

    identifier: str
    display_name: str
    contents: WorkerFile | EmployerFile | AssociationFile
    old_password: str
    answers: Mapping[str, str]
    note_fr: str
    note_en: str
    other_names: tuple[str, ...] = ()
    coordinates: tuple[Coordinates, ...] = ()


def address(street: str, city: str, postal_code: str) -> PostalAddress:
    """Return an address in Québec."""
    return PostalAddress(street=street, city=city, province="QC", postal_code=postal_code, country="Canada")


def worker_answers(birth: str, postal_code: str, trade: str, **year: str) -> dict[str, str]:
    """Return what a worker's file answers to the authentication questions."""
    return {"birth_date": birth, "worker_postal_code": postal_code, "trade": trade, **year}


def employer_answers(neq: str, postal_code: str, licence: str, year: str) -> dict[str, str]:
    """Return what an employer's file answers to the authentication questions."""
    return {"neq": neq, "employer_postal_code": postal_code, "rbq_licence": licence, "employer_registration_year": year}


def _association_answers(year: str, postal_code: str, president: str, members: str) -> dict[str, str]:
    return {
        "foundation_year": year,
        "association_postal_code": postal_code,
        "president_family_name": president,
        "members": members,
    }


def _accountant_file(number: int) -> DemoRecord:
    trades = ("Maçonnerie", "Toitures", "Plomberie", "Électricité", "Charpentes", "Peinture", "Excavation", "Vitrerie")
    places = ("Laval", "Gaspé", "Rimouski", "Saguenay", "Sherbrooke")
    place = number - ACCOUNTANT_FIRST
    name = f"{trades[place % len(trades)]} {places[place // len(trades)]} inc."
    postal_code = f"G{place % 10}A {place % 9 + 1}B{(place + 3) % 10}"
    neq, licence = f"11400{number:05d}", f"8000-0{number}-01"
    year = str(1980 + place)
    return DemoRecord(
        identifier=f"er000{number}",
        display_name=name,
        contents=EmployerFile(
            legal_name=name,
            employer_number=f"er000{number}",
            neq=neq,
            rbq_licence=licence,
            address=address(f"{100 + place}, rue du Chantier", places[place // len(trades)], postal_code),
            phone="1 418 555-0199",
            email=f"er000{number}@exemple.test",
            contact_person="Dominique Tremblay",
        ),
        old_password="Comptable-40!",  # noqa: S106
        answers=employer_answers(neq, postal_code, licence, year),
        note_fr="Lié au compte comptable@exemple.test.",
        note_en="Linked to the account comptable@exemple.test.",
    )


DEMO_FILES: Final = (
    DemoRecord(
        identifier="ci1234567",
        other_names=("maika.cote@exemple.test",),
        display_name="Maïka Côté-L’Heureux",
        contents=WorkerFile(
            name="Maïka Côté-L’Heureux",
            client_number="ci1234567",
            address=address("1234, rue Ontario Est, app. 5", "Montréal", "H2X 1Y4"),
            phone="1 514 555-0117",
            email="maika.cote@exemple.test",
            trade="Charpentier-menuisier, charpentière-menuisière",
            certificate=Certificate(number="CC-1234567-09", expires_on=date(2027, 5, 31)),
            pension_status=PensionStatus.CONTRIBUTING,
        ),
        old_password="Ancien-1234!",  # noqa: S106 - printed on purpose, as all below
        answers=worker_answers("1988-04-17", "H2X 1Y4", "charpentier-menuisier", first_certificate_year="2009"),
        note_fr="L’ancien identifiant peut aussi être l’adresse courriel.",
        note_en="The old username may also be the email address.",
    ),
    DemoRecord(
        identifier="ci0000077",
        display_name="Réjean St-Onge",
        contents=WorkerFile(
            name="Réjean St-Onge",
            client_number="ci0000077",
            address=address("77, rue Saint-Jean", "Québec", "G1R 2S5"),
            phone="1 418 555-0177",
            email="rejean.st-onge@exemple.test",
            trade="Plâtrier, plâtrière",
            certificate=Certificate(number="CC-0000077-71", expires_on=date(2013, 6, 30)),
            pension_status=PensionStatus.RECEIVING,
        ),
        old_password="Retraite-77!",  # noqa: S106
        answers=worker_answers("1951-12-03", "G1R 2S5", "plâtrier", retirement_year="2013"),
        coordinates=(Coordinates("L-482912", "2B6WZ-8RNEK", expired=True), Coordinates("L-482913", "7K3M9-QTDHX")),
        note_fr="Ses coordonnées de liaison sont dans la boîte courriel, avec d’autres qui ont expiré.",
        note_en="The linking coordinates are in the mailbox, with older ones that have expired.",
    ),
    DemoRecord(
        identifier="er123456",
        display_name="Toitures Exemple inc.",
        contents=EmployerFile(
            legal_name="Toitures Exemple inc.",
            employer_number="er123456",
            neq="1140000001",
            rbq_licence="8000-0001-01",
            # Wrong on purpose, so that there is something to report: the answer to the question is J4K 5E7.
            address=address("500, chemin de Chambly", "Longueuil", "J4K 5E8"),
            phone="1 450 555-0123",
            email="bureau@toitures.exemple.test",
            contact_person="Maïka Côté-L’Heureux",
        ),
        old_password="Toiture-99!",  # noqa: S106
        answers=employer_answers("1140000001", "J4K 5E7", "8000-0001-01", "1999"),
        note_fr="Le code postal affiché est faux, exprès : J4K 5E8 au lieu de J4K 5E7.",
        note_en="The postal code shown is wrong on purpose: J4K 5E8 instead of J4K 5E7.",
    ),
    DemoRecord(
        identifier="asexemple",
        display_name="Syndicat Exemple",
        contents=AssociationFile(
            name="Syndicat Exemple",
            acronym="EXEMPLE",
            side=AssociationSide.UNION,
            address=address("64, boulevard Langelier", "Montréal", "H1M 3N7"),
            phone="1 514 555-0164",
            email="bureau@syndicat.exemple.test",
            contact_person="Dominique Lévesque",
        ),
        old_password="Syndicat-1!",  # noqa: S106
        answers=_association_answers("1964", "H1M 3N7", "Lévesque", "1200"),
        note_fr="Association syndicale.",
        note_en="Union side.",
    ),
    DemoRecord(
        identifier="apexemple",
        display_name="Association patronale Exemple",
        contents=AssociationFile(
            name="Association patronale Exemple",
            acronym="EXEMPLE",
            side=AssociationSide.EMPLOYERS,
            address=address("71, rue Bouvier", "Québec", "G2K 1N2"),
            phone="1 418 555-0171",
            email="bureau@patronale.exemple.test",
            contact_person="Claude D’Amours",
        ),
        old_password="Patronale-1!",  # noqa: S106
        answers=_association_answers("1971", "G2K 1N2", "D’Amours", "310"),
        note_fr="Association patronale.",
        note_en="Employer side.",
    ),
    DemoRecord(
        identifier="ci0000021",
        display_name="Camille Bouchard",
        contents=WorkerFile(
            name="Camille Bouchard",
            client_number="ci0000021",
            address=address("21, rue Racine Est", "Saguenay", "G7H 1P8"),
            phone="1 418 555-0121",
            email="camille.bouchard@exemple.test",
            trade="Électricien, électricienne",
            certificate=Certificate(number="CC-0000021-15", expires_on=date(2027, 9, 30)),
            pension_status=PensionStatus.CONTRIBUTING,
        ),
        old_password="Chantier-21!",  # noqa: S106
        answers=worker_answers("1994-08-21", "G7H 1P8", "électricien", first_certificate_year="2015"),
        note_fr="Lié au compte camille@ seulement : un autre compte apprend, après la preuve, qu’il est déjà pris.",
        note_en="Linked to camille@ alone: another account learns, after the proof, that it is held.",
    ),
    DemoRecord(
        identifier="er000021",
        display_name="Électricité Bouchard inc.",
        contents=EmployerFile(
            legal_name="Électricité Bouchard inc.",
            employer_number="er000021",
            neq="1140000021",
            rbq_licence="8000-0021-01",
            address=address("23, rue Racine Est", "Saguenay", "G7H 1P8"),
            phone="1 418 555-0122",
            email="bureau@bouchard.exemple.test",
            contact_person="Camille Bouchard",
        ),
        old_password="Courant-21!",  # noqa: S106
        answers=employer_answers("1140000021", "G7H 1P8", "8000-0021-01", "2016"),
        note_fr="Lié au compte camille@; un employeur peut être lié à plusieurs comptes.",
        note_en="Linked to camille@; an employer may be linked to several accounts.",
    ),
    DemoRecord(
        identifier="ci0000099",
        display_name="Sacha Gagnon",
        contents=WorkerFile(
            name="Sacha Gagnon",
            client_number="ci0000099",
            address=address("99, avenue de la Cathédrale", "Rimouski", "G5L 5H7"),
            phone="1 418 555-0199",
            trade="Peintre",
            certificate=Certificate(number="CC-0000099-03", expires_on=date(2026, 12, 31)),
            pension_status=PensionStatus.DEFERRED,
        ),
        old_password="Sansmail-9!",  # noqa: S106
        answers=worker_answers("1979-02-09", "G5L 5H7", "peintre", first_certificate_year="2003"),
        note_fr="Aucune adresse courriel au dossier : aucun code ne peut être envoyé, et rien ne le dit.",
        note_en="No email on file: no code can be sent, and nothing says so.",
    ),
    *(_accountant_file(number) for number in range(ACCOUNTANT_FIRST, ACCOUNTANT_FIRST + ACCOUNTANT_COUNT)),
)
