"""What each step says and offers: `page(state)`, `overlay_page(state)`. Pure; a file for each part of the journey."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sel_tui.journey.actions import WRITES, FetchService, LogIn, LogOut
from sel_tui.journey.page import Item, Page
from sel_tui.journey.pages import accounts, linking, login, overlays, profiles, records
from sel_tui.journey.pages.parts import told
from sel_tui.journey.state import State
from sel_tui.journey.steps import LAST_STAGE, STAGES, Overlay, Step
from sel_tui.journey.words import Msg, msg

_ITEMS: Final[dict[Step, Callable[[State], tuple[Item, ...]]]] = {
    Step.LOGIN: login.login,
    Step.STEP_UP: login.step_up,
    Step.METHODS: linking.methods,
    Step.LEGACY_ACCESS: linking.legacy_access,
    Step.QUESTIONS_FILE: linking.questions_file,
    Step.QUESTION: linking.question,
    Step.QUESTIONS_REVIEW: linking.questions_review,
    Step.LINK_CODE: linking.link_code,
    Step.LINK_CODE_REQUEST: linking.link_code_request,
    Step.LINKED: profiles.linked,
    Step.PROFILES: profiles.profiles,
    Step.CLIENT_FILE: profiles.client_file,
    Step.REPORT: profiles.report,
    Step.REPORTED: profiles.reported,
    Step.ACCOUNT: accounts.account,
    Step.ACCOUNT_NAME: accounts.account_name,
    Step.TERMS: accounts.terms,
    Step.ACCOUNT_CODE: accounts.account_code,
    Step.WELCOME: accounts.welcome,
    Step.RESET: accounts.reset,
    Step.RESET_CODE: accounts.reset_code,
    Step.DISAVOW: accounts.disavow,
    Step.RECEIPT: records.receipt,
    Step.HISTORY: records.history,
    Step.UNLINK: records.unlink,
}

_OVERLAYS: Final[dict[Overlay, Callable[[State], tuple[Item, ...]]]] = {
    Overlay.HELP: overlays.help_page,
    Overlay.CONTACT: overlays.contact,
    Overlay.LEAVE: overlays.leave,
    Overlay.DEMO: overlays.demo,
    Overlay.EXPIRING: overlays.expiring,
}


def page(state: State) -> Page:
    """Return what the step of `state` says and offers."""
    stage = STAGES.get(state.step)
    items = (*told(state), *_ITEMS[state.step](state))
    title = msg(f"{state.step.value}.title")
    if state.step is Step.QUESTION and state.challenge is not None:
        title = msg("question.title", number=state.question + 1, count=len(state.challenge.questions))
    return Page(
        where=state.step,
        title=title,
        items=items,
        stage=(stage, LAST_STAGE) if stage else None,
        status=status(state),
        focus=state.focus.item,
        simulation=_is_simulation(state),
    )


def overlay_page(state: State, focused: str = "") -> Page | None:
    """Return what lies over the step, or None.

    Args:
        state: The state.
        focused: The item that has the focus on the step below, which the help is about.
    """
    if state.overlay is None:
        return None
    items = _OVERLAYS[state.overlay](state)
    if state.overlay is Overlay.HELP:
        items = overlays.help_page(state, focused)
    # What came from the server is read from its start; the other overlays begin at what can be done.
    begin = "mails" if state.overlay is Overlay.DEMO and state.demo is not None else ""
    title = msg(f"{state.overlay.value}.title")
    return Page(where=state.overlay, title=title, items=items, focus=begin, simulation=_is_simulation(state))


def status(state: State) -> Msg | None:
    """Return the one line that says what is going on, or None when nothing is."""
    if state.busy is None:
        return None
    if state.slow == state.busy.id:
        return msg("status.slow")
    match state.busy.action:
        case LogIn():
            return msg("status.logging_in")
        case LogOut():
            return msg("status.logging_out")
        case FetchService():
            return msg("status.connecting")
        case action if isinstance(action, WRITES):
            return msg("status.sending")
        case _:
            return msg("status.loading")


def _is_simulation(state: State) -> bool:
    return state.service is not None and state.service.simulation


__all__ = ["overlay_page", "page", "status"]
