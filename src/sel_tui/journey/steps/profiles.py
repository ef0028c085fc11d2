"""The linked files, with a search when there are many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sel_contract.rules.text import fold
from sel_tui.journey.core import commands
from sel_tui.journey.core.drafts import draft
from sel_tui.journey.core.effects import FetchProfiles, Request
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import Msg, msg, personal
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.parts import entry
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State, focus, send, with_account
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.files import (
    SEARCH_FROM,
    VERIFIED,
    is_frozen,
    is_to_verify,
    row_of,
    say_what_is_left,
    standing,
)
from sel_tui.journey.steps.navigation import (
    LINK_PROFILE,
    OPEN_PROFILE,
    SELECT_PROFILE,
    SHOW_HISTORY,
    link_profile,
    open_profile,
    select_profile,
    show_history,
)

if TYPE_CHECKING:
    from sel_contract import ListedLink


@dataclass(frozen=True, slots=True)
class Browsing(Task):
    """Going through the linked files."""


SEARCH: Final = Field("search", Kind.SEARCH, "field.search", Browsing, required=False)
_NEXT_UNVERIFIED: Final = "next_unverified"


def _fields(state: State) -> tuple[Field, ...]:
    return (SEARCH,) if len(state.account.profiles or ()) >= SEARCH_FROM else ()


def _items(state: State) -> tuple[Item, ...]:
    known = state.account.profiles
    if known is None:
        return () if state.busy else (Button("reload", msg("button.reload"), commands.RELOAD),)
    items: list[Item] = []
    if not known:
        items.append(Prose("none", msg("profiles.none")))
    wanted = known
    searched = bool(_fields(state))
    if searched:
        items.append(entry(state, SEARCH))
        words = fold(clear(draft(state, SEARCH))).split()
        wanted = tuple(link for link in known if all(word in _searchable(link) for word in words))
        count = msg("profiles.count", count=len(wanted), all=len(known))
        to_verify = sum(is_to_verify(link) for link in known)
        if to_verify:
            count = msg("list.and_more", first=count, more=msg("profiles.left", count=to_verify))
        items.append(Prose("count", count, quiet=True))
    if not wanted and known:
        items.append(Prose("fewer", msg("profiles.fewer")))
    items += [
        Button(
            row_of(link.id),
            _row(link),
            OPEN_PROFILE,
            link.id,
            state=standing(link),
            key="" if searched else str(number),  # in a long list a digit begins the number to search for
            row=True,
        )
        for number, link in enumerate(wanted, start=1)
    ]
    if state.notice is None and any(link.state == "frozen" for link in wanted):
        items.append(Prose("suspended", msg("profiles.suspended")))
    if any(is_to_verify(link) for link in known):
        items.append(Button("next_unverified", msg("button.next_unverified"), _NEXT_UNVERIFIED, key="f12"))
    items.append(Button("link_profile", msg("button.link_profile"), LINK_PROFILE))
    items.append(Button("history", msg("button.history"), SHOW_HISTORY))
    items.append(Button("log_out", msg("button.log_out"), commands.LOG_OUT))
    return tuple(items)


def _row(link: ListedLink) -> Msg:
    if is_frozen(link):
        return msg("profiles.row.frozen", reference=personal(link.reference))
    return personal(msg("profiles.row", name=personal(link.display_name), identifier=personal(link.identifier)))


def _searchable(link: ListedLink) -> str:
    return fold(link.reference if is_frozen(link) else f"{link.display_name} {link.identifier}")


def _next_unverified(state: State, _: str) -> State:
    following = next((link for link in state.account.profiles or () if is_to_verify(link)), None)
    return open_profile(state, following.id) if following is not None else state


def _enter(state: State) -> State:
    return send(state, FetchProfiles()) if state.account.profiles is None else state


def _on_result(state: State, _: Request, result: Any, __: datetime | None) -> State:
    state = with_account(state, profiles=result.links)
    if state.notice is not None and state.notice.title.key == VERIFIED and not state.notice.lines:
        return say_what_is_left(state, result.links)
    return focus(state, state.focus.item)


STEPS: Final = {
    Step.PROFILES: StepSpec(
        items=_items,
        fields=_fields,
        tasks=(Browsing,),
        commands={
            OPEN_PROFILE: open_profile,
            _NEXT_UNVERIFIED: _next_unverified,
            LINK_PROFILE: link_profile,
            SELECT_PROFILE: select_profile,
            SHOW_HISTORY: show_history,
        },
        enter=_enter,
        on_result=_on_result,
    )
}
