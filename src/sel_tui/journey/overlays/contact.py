"""Customer Service: the way out for somebody who cannot link."""

from __future__ import annotations

from typing import Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.messages import msg, personal, public
from sel_tui.journey.core.opening_hours import opening_hours
from sel_tui.journey.core.page import Button, Fact, Item, Prose
from sel_tui.journey.core.spec import OverlaySpec, StepSpec
from sel_tui.journey.core.state import State, go
from sel_tui.journey.registry import HANDED_OFF_AS, Overlay, Step

CLOSE: Final = Button("close", msg("button.close"), commands.BACK, main=True)
_DISAVOW: Final = "disavow"


def _items(state: State, _: StepSpec, __: str) -> tuple[Item, ...]:
    items: list[Item] = [Prose("intro", msg("contact.intro")), *phone(state)]
    if state.account.reference:
        items.append(Fact("reference", msg("fact.reference"), personal(state.account.reference)))
        items.append(Prose("read_it", msg("contact.read_reference")))
    items.append(Prose("never", msg("contact.never_say"), quiet=True))
    later = (Button("later", msg("button.continue_later"), commands.HAND_OFF),) if _can_hand_off(state) else ()
    disavow = () if state.app.desk else (Button("disavow", msg("button.disavow_ask"), _DISAVOW),)
    return (*items, CLOSE, *disavow, *later)


def _can_hand_off(state: State) -> bool:
    return state.account.session is not None and state.step in HANDED_OFF_AS


def phone(state: State) -> list[Item]:
    """Return how Customer Service is reached."""
    service = state.app.service
    if service is None:
        return [Prose("phone", msg("contact.unknown"))]
    contact = service.contact
    return [
        Fact("phone", msg("fact.phone"), public(contact.phone)),
        *opening_hours(state),
        Prose(
            "verified",
            msg("contact.verified_on", date=public(contact.verified_on)),
            quiet=True,
        ),
    ]


OVERLAYS: Final = {
    Overlay.CONTACT: OverlaySpec(
        items=_items,
        commands={
            _DISAVOW: lambda state, _: state if state.app.desk else go(state, Step.DISAVOW),
            commands.HAND_OFF: lambda state, _: go(state, Step.HANDOFF) if _can_hand_off(state) else state,
        },
    )
}
