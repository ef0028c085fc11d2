"""The demonstration's mailbox and accounts."""

from __future__ import annotations

from typing import Final

from sel_contract.rules.text import fold
from sel_tui.journey.core.fields import EMAIL
from sel_tui.journey.core.messages import msg, personal, published
from sel_tui.journey.core.page import Fact, Item, Prose
from sel_tui.journey.core.scopes import Demo
from sel_tui.journey.core.spec import OverlaySpec, StepSpec
from sel_tui.journey.core.state import State
from sel_tui.journey.overlays.contact import CLOSE
from sel_tui.journey.registry import ENTRANCE, Overlay


def _items(state: State, _: StepSpec, __: str) -> tuple[Item, ...]:
    items: list[Item] = [Prose("intro", msg("demo.intro"))]
    shown = state.app.demo
    if shown is None:
        loading = msg("status.cancellable", status=msg("status.loading"))
        items.append(Prose("waiting", loading if state.busy else msg("demo.unavailable")))
        return (*items, CLOSE)
    mine = _in_hand(state)
    mails = _mails(shown, mine)
    accounts = _accounts(shown, mine)
    # Before a log-in one looks for an account; further on, for a code.
    items += [*accounts, *mails] if state.step in ENTRANCE else [*mails, *accounts]
    return (*items, CLOSE)


def _in_hand(state: State) -> str:
    """Return the address of the account that one is working with: what is about it comes first; "" for none."""
    if state.account.session is not None:
        return state.account.session.account.email
    return fold(state.person.drafts.get(EMAIL.name, ""))


def _mails(shown: Demo, mine: str) -> list[Item]:
    """Return the newest mail, whoever it is to: one looks for it; then what the account in hand has received."""
    mails = sorted(shown.mailbox.mails, key=lambda mail: mail.sent_at, reverse=True)
    mails[1:] = sorted(mails[1:], key=lambda mail: fold(mail.to) != mine)
    return [
        Fact("mails", msg("demo.mailbox"), msg("demo.mails", count=len(shown.mailbox.mails))),
        *(
            Fact(
                f"mail.{mail.id}",
                msg("demo.mail", at=mail.sent_at, to=personal(mail.to)),
                personal(f"{mail.subject}\n{mail.text}"),
            )
            for mail in mails
        ),
    ]


def _accounts(shown: Demo, mine: str) -> list[Item]:
    items: list[Item] = []
    items.append(Fact("accounts", msg("demo.accounts"), msg("demo.accounts.what")))
    for account in sorted(shown.accounts.accounts, key=lambda account: fold(account.email) != mine):
        value = msg("demo.account", name=personal(account.name), note=published(account.note))
        items.append(Fact(f"account.{account.email}", personal(account.email), value))
        items.append(Fact(f"password.{account.email}", msg("field.password"), personal(account.password)))
    items.append(Fact("files", msg("demo.files"), msg("demo.files.what")))
    for file in shown.accounts.files:
        said = (
            ("file", personal(f"{file.identifier} – {file.name}"), published(file.note)),
            ("username", msg("field.old_username"), personal(", ".join(file.old_usernames))),
            ("secret", msg("field.old_password"), personal(file.old_password)),
            ("answers", msg("demo.answers"), personal(" · ".join(answer.answer for answer in file.answers))),
        )
        items += [Fact(f"{name}.{file.identifier}", label, value) for name, label, value in said]
        for coordinates in file.coordinates:
            value = msg("demo.coordinates", code=personal(coordinates.code), note=published(coordinates.note))
            items.append(Fact(f"code.{coordinates.username}", personal(coordinates.username), value))
    return items


def _begins_at(state: State) -> str:
    """What came from the server is read from its start; the other overlays begin at what can be done."""
    first = "accounts" if state.step in ENTRANCE else "mails"
    return first if state.app.demo is not None else ""


OVERLAYS: Final = {Overlay.DEMO: OverlaySpec(items=_items, begins_at=_begins_at)}
