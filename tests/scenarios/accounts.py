"""Scenarios: an account from nothing, a forgotten password, disavowing, the receipt, the history, unlinking."""

from __future__ import annotations

from datetime import date
from typing import Final

from sel_contract import (
    AccountEvent,
    Category,
    EventKind,
    Events,
    LinkMethod,
    Links,
    PasswordResetStarted,
    Receipt,
    RegistrationStarted,
    Terms,
    TermsText,
)
from sel_tui.journey.core.events import Answered
from sel_tui.journey.registry import Overlay
from tests.scenarios import models, records
from tests.scenarios.logging_in import login
from tests.scenarios.overlays import contact
from tests.scenarios.profiles import client_file, profiles
from tests.scenarios.walk import Walk, scenario

NEW_PASSWORD: Final = "Nouveau-2026!"
CODE: Final = "482 913"
REGISTRATION: Final = RegistrationStarted(id="registration-1", expires_at=models.ENDS_AT, ask_again_after_seconds=60)
RESET: Final = PasswordResetStarted(id="reset-1", expires_at=models.ENDS_AT, ask_again_after_seconds=60)
TERMS: Final = Terms(
    version="2026-01",
    effective_on=date(2026, 1, 12),
    texts={
        "fr-CA": TermsText(
            title="Conditions d’utilisation",
            paragraphs=(
                "Ce service est une démonstration. Les personnes et les dossiers sont fictifs.",
                "Votre compte est pour vous seulement. Ne donnez votre mot de passe à personne, même au téléphone.",
            ),
        ),
        "en-CA": TermsText(
            title="Conditions of use",
            paragraphs=(
                "This service is a demonstration. People and files are fictitious.",
                "Your account is for you only. Give your password to nobody, even by phone.",
            ),
        ),
    },
)
HISTORY: Final = Events(
    events=(
        # Of a file whose link is frozen the reference alone is said.
        AccountEvent(id="event-3", kind=EventKind.LINK_FROZEN, at=models.NOW, reference=models.REFERENCE),
        AccountEvent(id="event-2", kind=EventKind.LINKED, at=models.NOW, display_name="Maïka Côté-L’Heureux"),
        AccountEvent(id="event-1", kind=EventKind.LOGGED_IN, at=models.NOW),
    )
)


def receipt_of(language: str) -> Receipt:
    undo = {
        "fr": "Délier le dossier dans le programme, ou appeler le Service à la clientèle.",
        "en": "Unlink the file.",
    }
    return Receipt(
        reference=models.REFERENCE,
        link_id=records.LINK.id,
        category=Category.WORKER,
        identifier="ci1234567",
        display_name="Maïka Côté-L’Heureux",
        method=LinkMethod.LEGACY_ACCESS,
        linked_at=models.NOW,
        undo=undo[language],
        check_code="4T8W2-NRQ6T-7K3M9-QTDHX",
    )


@scenario
def account(start: Walk) -> Walk:
    return login(start).does("create_account")


@scenario
def account_weak_password(start: Walk) -> Walk:
    return account(start).types(email=models.EMAIL, new_password="abc")


@scenario
def account_weak_password_refused(start: Walk) -> Walk:
    return account_weak_password(start).submits()


@scenario
def account_name(start: Walk) -> Walk:
    return account(start).types(email=models.EMAIL, new_password=NEW_PASSWORD).submits()


@scenario
def terms_loading(start: Walk) -> Walk:
    return account_name(start).types(first_name="Maïka", last_name="Côté-L’Heureux").submits()


@scenario
def terms(start: Walk) -> Walk:
    return terms_loading(start).gets(TERMS)


@scenario
def terms_unreachable(start: Walk) -> Walk:
    return terms_loading(start).fails("unreachable")


@scenario
def account_common_password(start: Walk) -> Walk:
    return terms(start).submits().fails("validation", codes=(("/password", "too-common"),))


@scenario
def account_name_too_long(start: Walk) -> Walk:
    return terms(start).submits().fails("validation", codes=(("/last_name", "too-long"),))


@scenario
def terms_changed(start: Walk) -> Walk:
    newer = TERMS.model_copy(update={"version": "2026-02"})
    return terms(start).submits().fails("validation", codes=(("/terms_version", "outdated"),)).gets(newer)


@scenario
def account_code(start: Walk) -> Walk:
    return terms(start).submits().gets(REGISTRATION)


@scenario
def account_code_by_a_server_without_a_clock(start: Walk) -> Walk:
    asked = terms(start).submits()
    assert asked.state.busy is not None
    return asked.after(Answered(asked.state.busy.id, REGISTRATION))


@scenario
def account_code_wrong(start: Walk) -> Walk:
    return account_code(start).types(single_use_code=CODE).submits().fails("invalid-code")


@scenario
def welcome(start: Walk) -> Walk:
    return account_code(start).types(single_use_code=CODE).submits().gets().gets(models.session())


@scenario
def account_ready_log_in_by_hand(start: Walk) -> Walk:
    return account_code(start).types(single_use_code=CODE).submits().gets().fails("unavailable")


@scenario
def reset(start: Walk) -> Walk:
    return login(start).does("forgot_password")


@scenario
def reset_code(start: Walk) -> Walk:
    return reset(start).types(email=models.EMAIL).submits().gets(RESET)


@scenario
def disavow(start: Walk) -> Walk:
    return contact(start).does("disavow")


@scenario
def disavowed(start: Walk) -> Walk:
    return disavow(start).types(token="4T8W2-NRQ6T-7K3M9-QTDHX-2B6WZ").submits().gets()


@scenario
def receipt(start: Walk) -> Walk:
    return client_file(start).does("show_receipt", records.LINK.id).gets(receipt_of)


@scenario
def receipt_saved(start: Walk) -> Walk:
    return receipt(start).does("save_receipt").gets("/home/maika/Documents/sel-4T8W-2NRQ-6T.txt")


@scenario
def receipt_printed(start: Walk) -> Walk:
    return receipt(start).does("print_receipt", "80").gets("")


@scenario
def receipt_not_printed(start: Walk) -> Walk:
    return receipt(start).does("print_receipt", "42").fails("no-printer")


@scenario
def receipt_paper_missing(start: Walk) -> Walk:
    return receipt(start).does("print_receipt", "42").fails("printer-paper")


@scenario
def receipt_paper_missing_at_a_kiosk(start: Walk) -> Walk:
    return receipt(start.at_kiosk()).does("print_receipt", "42").fails("printer-paper")


@scenario
def history(start: Walk) -> Walk:
    return profiles(start).does("show_history").gets(HISTORY)


@scenario
def password_changed(start: Walk) -> Walk:
    walk = reset_code(start).types(single_use_code="123456", new_password=NEW_PASSWORD).submits().gets()
    return walk.gets(models.session(linked=1)).gets(Links(links=(records.EMPLOYER,)))


@scenario
def unlink(start: Walk) -> Walk:
    return client_file(start).does("unlink")


@scenario
def unlink_wrong_password(start: Walk) -> Walk:
    return unlink(start).types(password="faux").submits().fails("invalid-credentials")


@scenario
def unlinked(start: Walk) -> Walk:
    walk = unlink(start).types(password=NEW_PASSWORD).submits().gets(models.session(linked=3)).gets()
    return walk.gets(Links(links=(records.EMPLOYER,)))


@scenario
def help_with_the_new_password(start: Walk) -> Walk:
    return account(start).opens(Overlay.HELP)
