"""Where a session begins and ends, and with it what belongs to a person. Pure."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sel_tui.journey.core.drafts import erase_secrets
from sel_tui.journey.core.effects import WRITES, FetchDemo, FetchService, LogOut, Request, StayLoggedIn
from sel_tui.journey.core.fields import EMAIL
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.scopes import Account, Person, ReturnTo
from sel_tui.journey.core.spec import Registry, StepSpec, focus_on_empty
from sel_tui.journey.core.state import (
    Notice,
    State,
    Tone,
    clear_messages,
    focus,
    send,
    start_at,
    with_account,
    with_app,
    with_person,
)
from sel_tui.journey.registry import START, Overlay, first_page, first_step

if TYPE_CHECKING:
    from sel_contract import Session


# What a kiosk says that has begun again after a crash.
CRASHED: Final = "notice.crashed"


@cache
def crash_notice(reference: str) -> Notice:
    """Return what whoever comes to a kiosk after a crash is told; the same object each time, so it is said once."""
    return Notice(Tone.WARNING, msg("notice.crashed"), (msg("notice.crashed.next"),), reference)


def answered(state: State, request: Request, result: Any) -> State | None:
    """Return what follows from the answer to what no step owns, None for all the rest."""
    match request.effect:
        case FetchService():
            said = state.notice is not None and state.notice.title.key == CRASHED
            # Any other may say that nobody answers.
            return replace(with_app(state, service=result), notice=state.notice if said else None)
        case FetchDemo():
            return with_app(state, demo=result)
        case StayLoggedIn():
            return replace(renewed(state, result), overlay=None)
        case LogOut():
            return logged_out(state) if state.account.session is not None else state
        case _:
            return None


def logged_in(state: State, session: Session, *, welcome: bool = False, notice: Notice | None = None) -> State:
    """Begin `session`: back where the last one of the same person ended, else at the first step.

    Args:
        state: What is so.
        session: The session.
        welcome: Whether the account is new or was lost: its owner is welcomed before linking.
        notice: What to say there.
    """
    back_to = state.person.return_to
    before = back_to.account_id if back_to is not None else ""
    if state.account.session is not None:
        before = state.account.session.account.id
    if before and before != session.account.id:
        state = with_person(next_person(state), language=state.person.language)
        back_to = None
    overlay = None if state.overlay is Overlay.EXPIRING else state.overlay  # it warned of another session's end
    desk = getattr(session, "desk", None)
    state = replace(with_account(erase_secrets(state), session=session, desk=desk), ends_at=None, overlay=overlay)
    if back_to is not None and not welcome:
        return replace(clear_messages(state), step=back_to.step, trail=back_to.trail, notice=notice)
    state = with_person(state, return_to=None)
    first = first_step(
        welcome=welcome, linked=bool(session.linked_files), waiting=session.handoff_waiting, desk=state.app.desk
    )
    return replace(start_at(state, first), notice=notice)


def renewed(state: State, session: Session) -> State:
    """Go on with `session` in place of the one before; when it is another account's, nothing that waited goes on."""
    before = state.account.session
    if before is not None and before.account.id != session.account.id:
        return logged_in(state, session)
    return with_account(state, session=session)


def stay(state: State, spec: StepSpec) -> State:
    """Keep the session, or at a kiosk the page of somebody who has none."""
    if state.account.session is None or spec.public:
        return replace(state, overlay=None) if state.overlay is Overlay.EXPIRING else state
    return send(replace(state, overlay=None), StayLoggedIn())


def session_over(state: State, registry: Registry) -> State:
    """Return the step that a visit starts with, from which the person comes back to the same step with what was typed.

    At a kiosk nobody comes back: whoever is there now may be somebody else; nor does who was logging out. At the desk
    a case ends with the session.
    """
    session, busy = state.account.session, state.busy
    if session is None:
        return replace(erase_secrets(state), unfinished=None)
    if busy is not None and isinstance(busy.effect, LogOut):
        return replace(logged_out(state), busy=busy)
    given_up = busy is not None and isinstance(busy.effect, WRITES)  # it may have been done
    if state.app.kiosk or state.app.desk:
        gone = with_person(_gone(state), language=state.person.language)
        return _with_unknown(gone) if given_up and state.app.desk else gone
    lines = [msg("notice.session_over.next")]
    if given_up:
        lines.insert(0, msg("notice.unknown"))
    specs = {step: registry.step(step) for step in (*state.trail, state.step)}
    way = [step for step, spec in specs.items() if not spec.public and not spec.interrupts]
    opened = state.account.opened.link.id if state.account.opened is not None else ""
    receipt_of = state.account.receipt.link_id if state.account.receipt is not None else ""
    ended = replace(
        erase_secrets(clear_messages(state)),
        account=Account(),
        busy=None,
        unfinished=None,
        overlay=None,
        ends_at=None,
        notice=Notice(Tone.WARNING, msg("notice.session_over"), tuple(lines)),
    )
    ended = with_person(
        ended,
        drafts={**ended.person.drafts, EMAIL.name: session.account.email},
        return_to=ReturnTo(session.account.id, way[-1], tuple(way[:-1]), opened, receipt_of) if way else None,
    )
    if specs[state.step].public:  # « this was not me » was open: it needs no session; no way back leads into one
        return focus(replace(ended, trail=(START,)), "")
    return focus_on_empty(replace(ended, step=START, trail=()), registry.step(START))


def abandoned(state: State) -> State:
    """Return the first page for the next person; whoever was there is logged out."""
    if state.account.session is None:
        fresh = next_person(state)
        return send(fresh, FetchService()) if state.app.service is None else fresh
    return send(_gone(state), LogOut())


def logged_out(state: State) -> State:
    """Return the state after a log-out: nothing of the person stays but the language of the farewell.

    At a kiosk its own language comes first again once nobody is there any more, as after a session that has ended.
    """
    notice = Notice(Tone.SUCCESS, msg("notice.logged_out"), (msg("notice.nothing_stays"),))
    return with_person(replace(next_person(state), notice=notice), language=state.person.language)


def next_person(state: State) -> State:
    """Return the first page as it comes, in the machine's language: nothing of the person before stays."""
    return State(
        app=replace(state.app, demo=None),
        step=first_page(kiosk=state.app.kiosk, desk=state.app.desk),
        person=Person(state.app.language, generation=state.person.generation + 1),
        requests=state.requests,
        focus=focus(state, "").focus,
    )


def _with_unknown(state: State) -> State:
    """Say first that the outcome of what was being done is unknown."""
    assert state.notice is not None, "what is gone is said"
    return replace(state, notice=replace(state.notice, lines=(msg("notice.unknown"), *state.notice.lines)))


def _gone(state: State) -> State:
    notice = Notice(Tone.WARNING, msg("notice.session_over"), (msg("notice.nothing_stays"),))
    return replace(next_person(state), notice=notice)
