"""What may lie over a step: help, Customer Service, leaving, the demonstration's panel, the session's end. Pure."""

from __future__ import annotations

from typing import Final

from sel_tui.journey.events import Do
from sel_tui.journey.page import Button, Fact, Item, Prose
from sel_tui.journey.state import Demo, State, fields_of
from sel_tui.journey.steps import PRIVATE, Step
from sel_tui.journey.words import msg, personal, public, published

_MINUTE: Final = 60
CLOSE = Button("close", msg("button.close"), Do.BACK, main=True)


def help_page(state: State, focused: str = "") -> tuple[Item, ...]:
    """Help for the field that has the focus, for the step, and for the keys."""
    items: list[Item] = []
    items += [
        Fact("field", public(field.title) if field.title else msg(field.label), msg(f"{field.label}.help"))
        for field in fields_of(state)
        if field.name == focused
    ]
    items.append(Prose("step", msg(f"{state.step.value}.help"), stop=True))
    items.append(Prose("keys", msg("help.keys"), stop=True))
    items += _phone(state)
    return (*items, CLOSE)


def contact(state: State) -> tuple[Item, ...]:
    """Customer Service: the way out for somebody who cannot link."""
    items: list[Item] = [Prose("intro", msg("contact.intro")), *_phone(state)]
    if state.reference:
        items.append(Fact("reference", msg("fact.reference"), personal(state.reference)))
        items.append(Prose("read_it", msg("contact.read_reference")))
    items.append(Prose("never", msg("contact.never_say"), quiet=True))
    return (*items, CLOSE, Button("disavow", msg("button.disavow_ask"), Do.DISAVOW))


def leave(state: State) -> tuple[Item, ...]:
    """Leaving asks first."""
    items: list[Item] = [Prose("intro", msg("leave.intro" if state.step in PRIVATE else "leave.intro_out"))]
    items.append(Button("close", msg("button.stay_here"), Do.BACK, main=True))
    if state.step in PRIVATE:
        items.append(Button("log_out", msg("button.log_out"), Do.LOG_OUT))
    items.append(Button("leave", msg("button.leave"), Do.LEAVE))
    return tuple(items)


def expiring(state: State) -> tuple[Item, ...]:
    """The session is about to end; any key keeps it."""
    assert state.ends_at is not None
    left = state.ends_in if state.ends_in < _MINUTE else state.ends_in // _MINUTE * _MINUTE
    items: list[Item] = [Prose("when", msg("expiring.when", left=msg("duration", seconds=left), at=state.ends_at))]
    if state.shared:
        items.append(Prose("erased", msg("expiring.erased")))
    items.append(Prose("how", msg("expiring.how")))
    items.append(Button("stay", msg("button.stay"), Do.STAY, main=True))
    return tuple(items)


def demo(state: State) -> tuple[Item, ...]:
    """The demonstration's mailbox and accounts."""
    items: list[Item] = [Prose("intro", msg("demo.intro"))]
    shown = state.demo
    if shown is None:
        items.append(Prose("waiting", msg("status.loading" if state.busy else "demo.unavailable")))
        return (*items, CLOSE)
    mails = _mails(shown)
    accounts = _accounts(shown)
    # At the login step one looks for an account; further on, for a code.
    items += [*accounts, *mails] if state.step is Step.LOGIN else [*mails, *accounts]
    return (*items, CLOSE)


def _mails(shown: Demo) -> list[Item]:
    return [
        Fact("mails", msg("demo.mailbox"), msg("demo.mails", count=len(shown.mailbox.mails))),
        *(
            Fact(
                f"mail.{mail.id}",
                msg("demo.mail", at=mail.sent_at, to=personal(mail.to)),
                personal(f"{mail.subject}\n{mail.text}"),
            )
            for mail in shown.mailbox.mails
        ),
    ]


def _accounts(shown: Demo) -> list[Item]:
    items: list[Item] = []
    items.append(Fact("accounts", msg("demo.accounts"), msg("demo.accounts.what")))
    for account in shown.accounts.accounts:
        value = msg(
            "demo.account",
            password=personal(account.password),
            name=personal(account.name),
            note=published(account.note),
        )
        items.append(Fact(f"account.{account.email}", personal(account.email), value))
    items.append(Fact("files", msg("demo.files"), msg("demo.files.what")))
    for file in shown.accounts.files:
        answers = " · ".join(answer.answer for answer in file.answers)
        value = msg(
            "demo.file",
            usernames=personal(", ".join(file.old_usernames)),
            password=personal(file.old_password),
            answers=personal(answers),
            note=published(file.note),
        )
        items.append(Fact(f"file.{file.identifier}", personal(f"{file.identifier} – {file.name}"), value))
        for coordinates in file.coordinates:
            value = msg("demo.coordinates", code=personal(coordinates.code), note=published(coordinates.note))
            items.append(Fact(f"code.{coordinates.username}", personal(coordinates.username), value))
    return items


def _phone(state: State) -> list[Item]:
    service = state.service
    if service is None:
        return [Prose("phone", msg("contact.unknown"))]
    contact_data = service.contact
    return [
        Fact("phone", msg("fact.phone"), public(contact_data.phone)),
        Fact("hours", msg("fact.hours"), published(contact_data.hours)),
        Prose(
            "verified",
            msg("contact.verified_on", date=public(contact_data.verified_on)),
            quiet=True,
        ),
    ]
