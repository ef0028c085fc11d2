"""Where the buttons of several steps lead. The steps know each other by name alone."""

from __future__ import annotations

from typing import Final

from sel_tui.journey.core.effects import FetchHistory, FetchProfiles, FetchReceipt, OpenProfile
from sel_tui.journey.core.spec import Handler
from sel_tui.journey.core.state import State, clear_messages, go, send, start_at
from sel_tui.journey.registry import Step


def to(step: Step) -> Handler:
    """Return the command that goes to `step`."""
    return lambda state, _: go(state, step)


def select_profile(state: State, _: str = "") -> State:
    """Go to the linked files, as they are now."""
    return send(start_at(state, Step.PROFILES), FetchProfiles(), owner=Step.PROFILES)


def link_profile(state: State, _: str = "") -> State:
    """Go to the choice of a method; Back leads to the linked files."""
    if state.step is Step.LINKED:
        state = start_at(state, Step.PROFILES)
    return go(state, Step.METHODS)


def open_profile(state: State, link_id: str) -> State:
    """Open a linked file."""
    return send(clear_messages(state), OpenProfile(link_id), owner=Step.CLIENT_FILE)


def show_receipt(state: State, link_id: str) -> State:
    """Fetch the receipt of a link."""
    return send(clear_messages(state), FetchReceipt(link_id), owner=Step.RECEIPT) if link_id else state


def show_history(state: State, _: str = "") -> State:
    """Fetch what happened to the account."""
    return send(clear_messages(state), FetchHistory(), owner=Step.HISTORY)


SELECT_PROFILE: Final = "select_profile"
LINK_PROFILE: Final = "link_profile"
OPEN_PROFILE: Final = "open_profile"
SHOW_RECEIPT: Final = "show_receipt"
SHOW_HISTORY: Final = "show_history"
