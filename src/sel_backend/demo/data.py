"""The demonstration's accounts and files as people see them. Fictitious; domains end in `.test` (RFC 2606)."""

from typing import Final

from sel_backend.demo.files import DEMO_FILES, DemoRecord
from sel_contract import Category, DemoAccount, DemoAccounts, DemoAnswer, DemoCoordinates, DemoFile

PASSWORD: Final = "Chantier-2026!"  # noqa: S105 - printed on purpose


def _note(french: str, english: str) -> dict[str, str]:
    return {"fr-CA": french, "en-CA": english}


_ACCOUNTS: Final = (
    DemoAccount(
        email="nouvelle@exemple.test",
        password=PASSWORD,
        name="Maïka Côté-L’Heureux",
        note=_note(
            "Travaille sur les chantiers et possède Toitures Exemple. Rien n’est lié.",
            "Works on sites and owns Toitures Exemple. Nothing is linked.",
        ),
    ),
    DemoAccount(
        email="rejean@exemple.test",
        password=PASSWORD,
        name="Réjean St-Onge",
        note=_note(
            "À la retraite. Rien n’est lié; ses coordonnées de liaison sont dans la boîte courriel.",
            "Retired. Nothing is linked; the linking coordinates are in the mailbox.",
        ),
    ),
    DemoAccount(
        email="association@exemple.test",
        password=PASSWORD,
        name="Dominique Lévesque",
        note=_note(
            "Représente les deux associations. Rien n’est lié.",
            "Speaks for both associations. Nothing is linked.",
        ),
    ),
    DemoAccount(
        email="camille@exemple.test",
        password=PASSWORD,
        name="Camille Bouchard",
        note=_note(
            "Deux dossiers sont liés : l’écran des profils s’ouvre.",
            "Two files are linked: the profiles open.",
        ),
    ),
    DemoAccount(
        email="comptable@exemple.test",
        password=PASSWORD,
        name="Dominique Tremblay",
        note=_note("Fait la comptabilité de 40 employeurs, tous liés.", "Keeps the books of 40 employers, all linked."),
    ),
    DemoAccount(
        email="agent@exemple.test",
        password=PASSWORD,
        name="Compte d’agent",
        note=_note("Pour le poste du Service à la clientèle.", "For the Customer Service desk."),
    ),
    DemoAccount(
        email="superviseure@exemple.test",
        password=PASSWORD,
        name="Compte de superviseure",
        note=_note(
            "Pour le poste du Service à la clientèle; superviseur@exemple.test confirme.",
            "For the Customer Service desk; superviseur@exemple.test confirms.",
        ),
    ),
)


def _file(record: DemoRecord) -> DemoFile:
    from sel_backend.questions import QuestionCatalogue

    entries = QuestionCatalogue().entries
    return DemoFile(
        identifier=record.identifier,
        category=Category(record.contents.category),
        name=record.display_name,
        old_usernames=(record.identifier, *record.other_names),
        old_password=record.old_password,
        answers=tuple(
            DemoAnswer(question=dict(entries[question].texts), answer=answer)
            for question, answer in record.answers.items()
        ),
        coordinates=tuple(
            DemoCoordinates(
                username=one.username,
                code=one.code,
                note=_note("Expirées.", "Expired.") if one.expired else _note("Valides.", "Valid."),
            )
            for one in record.coordinates
        ),
        note=_note(record.note_fr, record.note_en),
    )


def demo_accounts() -> DemoAccounts:
    """Return what the demonstration panel shows."""
    return DemoAccounts(accounts=_ACCOUNTS, files=tuple(_file(record) for record in DEMO_FILES))
