"""What several steps say of a linked file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sel_tui.journey.core import failures
from sel_tui.journey.core.effects import FetchProfiles, OpenProfile, Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.messages import Msg, msg, personal
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State, Tone, focus, send, start_at
from sel_tui.journey.registry import Step

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from sel_contract import FrozenLink, Link, ListedLink, Receipt


# From so many profiles on, a search field stands above them.
SEARCH_FROM: Final = 9
# What the notice is called that confirms a verification.
VERIFIED: Final = "notice.verified"


@dataclass(frozen=True, slots=True)
class Reporting(Task):
    """The report of an error in a file; it is there again as long as that file is open."""


def is_frozen(link: ListedLink) -> TypeIs[FrozenLink]:
    """Tell whether a link is suspended: then nothing is known of its file."""
    return link.state.value == "frozen"


def row_of(link_id: str) -> str:
    """Return the id of a file's row in the list."""
    return f"profile.{link_id}"


def standing(link: ListedLink) -> Msg:
    """Return how a file stands: to verify, verified, reported, suspended."""
    return msg("link.frozen" if is_frozen(link) else f"verification.{link.verification.state.value}")


def file_of(link: Link | Receipt) -> Msg:
    """Return what a file is called in full: name, identifier and whose it is."""
    whose = msg(f"category.{link.category.value}")
    name, identifier = personal(link.display_name), personal(link.identifier)
    return personal(msg("fact.file.value", name=name, identifier=identifier, category=whose))


def fetch_opened(state: State) -> State:
    """Fetch the file that was open when the session ended; without one, go to the linked files."""
    if state.account.opened is not None:
        return state
    back_to = state.person.return_to
    if back_to is None or not back_to.link_id:
        return start_at(state, Step.PROFILES)
    return send(state, OpenProfile(back_to.link_id))


def on_failure(state: State, request: Request, failure: Failure) -> State | None:
    """Return what follows when a file could not be read or changed; None leaves it to the core.

    A file that is gone or suspended shows so in the list, as the server knows it now.
    """
    if failure.kind == "not-found":
        return send(start_at(state, Step.PROFILES), FetchProfiles(), owner=Step.PROFILES)
    if failure.kind == "link-frozen":
        state = start_at(state, Step.PROFILES)
        told = failures.tell(
            state, failure, request, StepSpec(items=lambda _: ()), key="notice.link_frozen", tone=Tone.WARNING
        )
        return send(replace(told, unfinished=None), FetchProfiles(), owner=Step.PROFILES)
    return None


def say_what_is_left(state: State, profiles: Sequence[ListedLink]) -> State:
    """Return `state`, whose notice says that a file is verified, with how many are left, or that it is over.

    The focus goes to what comes next, but not below a long list: the confirmation would be out of sight.
    """
    notice = state.notice
    if notice is None:
        return state
    left = sum(is_to_verify(known) for known in profiles)
    line = msg("notice.verified.left", count=left) if left else msg(f"notice.verified.{_all_said(profiles)}")
    state = replace(state, notice=replace(notice, lines=(line,)))
    return state if len(profiles) >= SEARCH_FROM else focus(state, "next_unverified" if left else "log_out")


def _all_said(profiles: Sequence[ListedLink]) -> str:
    """Return `all` where every file is verified, `none_left` where some are not, though none waits for a word."""
    verified_ones = (not is_frozen(link) and link.verification.state == "accurate" for link in profiles)
    return "all" if all(verified_ones) else "none_left"


def is_to_verify(link: ListedLink) -> bool:
    """Tell whether a person has still to say if a file is exact; a suspended one cannot be opened."""
    return not is_frozen(link) and link.verification.state == "to_verify"
