"""After linking: the receipt, the account's history, unlinking. Part of the machine; pure."""

from __future__ import annotations

from dataclasses import replace

from sel_tui.journey.actions import FetchHistory, FetchProfiles, FetchReceipt, KeepReceipt, Request, StepUp, Unlink
from sel_tui.journey.secret import Secret
from sel_tui.journey.state import Notice, State, Tone, begin, calm, erase, go, start_at
from sel_tui.journey.steps import Step
from sel_tui.journey.words import msg, personal


def show_receipt(state: State, link_id: str) -> State:
    """Fetch the receipt of a link."""
    return begin(calm(state), FetchReceipt(link_id)) if link_id else state


def save_receipt(state: State, _: str = "") -> State:
    """Save the receipt as a text file."""
    return begin(calm(state), KeepReceipt()) if state.receipt and not state.shared else state


def print_receipt(state: State, columns: str) -> State:
    """Print the receipt, in as many columns as the paper has."""
    return begin(calm(state), KeepReceipt(int(columns))) if state.receipt else state


def show_history(state: State, _: str = "") -> State:
    """Fetch what happened to the account."""
    return begin(calm(state), FetchHistory())


def ask_unlink(state: State, _: str = "") -> State:
    """Go to the question whether to unlink the open file."""
    return go(erase(state, "password"), Step.UNLINK) if state.opened else state


def submit_unlink(state: State, sent: dict[str, str]) -> State:
    """Prove oneself with the password, then unlink."""
    if state.opened is None:
        return state
    waiting = Request(0, state.requests + 1, Unlink(state.opened.link.id))
    return replace(begin(state, StepUp(Secret(sent["password"]))), unfinished=waiting)


def receipt_kept(state: State, where: str) -> State:
    """Say where the receipt is: a file's path, or nothing when it was printed."""
    done = msg("notice.receipt_saved", path=personal(where)) if where else msg("notice.receipt_printed")
    return replace(state, notice=Notice(Tone.SUCCESS, done))


def unlinked(state: State) -> State:
    """The file is no longer linked: back to the profiles."""
    name = personal(state.opened.link.display_name) if state.opened else msg("fact.file")
    state = replace(start_at(state, Step.PROFILES), opened=None, profiles=None)
    notice = Notice(Tone.SUCCESS, msg("notice.unlinked", name=name), (msg("notice.unlinked.next"),))
    return begin(replace(state, notice=notice), FetchProfiles())
