"""What the login step and the second proof say and offer. Pure."""

from __future__ import annotations

from sel_tui.journey.events import Do
from sel_tui.journey.page import Button, Item, Prose
from sel_tui.journey.pages.parts import entries
from sel_tui.journey.state import State
from sel_tui.journey.words import msg, public, published


def login(state: State) -> tuple[Item, ...]:
    """The login step: who operates the server is said before anything is typed."""
    items: list[Item] = [*entries(state), Button("submit", msg("button.log_in"), Do.SUBMIT, main=True)]
    items.append(Button("forgot_password", msg("button.forgot_password"), Do.FORGOT_PASSWORD))
    items.append(Button("create_account", msg("button.create_account"), Do.CREATE_ACCOUNT))
    service = state.service
    if service is None:
        if state.busy is None:
            items.append(Button("reload", msg("button.reload"), Do.RELOAD))
    else:
        items += [
            Prose(f"notice.{notice.id}", msg("service.notice", text=published(notice.text)))
            for notice in service.notices
        ]
        items.append(Prose("operator", msg("login.operator", operator=published(service.operator)), quiet=True))
    items.append(Prose("server", msg("login.server", address=public(state.server)), quiet=True))
    items.append(Prose("independent", msg("login.independent"), quiet=True))
    return tuple(items)


def step_up(state: State) -> tuple[Item, ...]:
    """The password once more, before a file is linked or unlinked long after the login."""
    return (
        Prose("why", msg("step_up.why")),
        *entries(state),
        Button("submit", msg("button.confirm"), Do.SUBMIT, main=True),
    )
