"""What follows from the server's answers. Part of the machine; pure.

The results are the contract's models, imported for their types only: pydantic stays out of the first paint.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from sel_tui.journey import accounts, records
from sel_tui.journey.actions import (
    Action,
    ConfirmAccount,
    CreateAccount,
    Disavow,
    FetchDemo,
    FetchHistory,
    FetchMethods,
    FetchProfiles,
    FetchQuestions,
    FetchReceipt,
    FetchService,
    FetchTerms,
    FinishReset,
    KeepReceipt,
    LinkFile,
    LogIn,
    LogOut,
    OpenProfile,
    RequestCode,
    ResendCode,
    StartReset,
    StayLoggedIn,
    StepUp,
    Unlink,
    VerifyFile,
)
from sel_tui.journey.state import (
    Demo,
    Notice,
    State,
    Tone,
    answer_fields,
    begin,
    calm,
    draft,
    erase,
    erase_secrets,
    fields_of,
    focus,
    go,
    is_to_verify,
    start_at,
)
from sel_tui.journey.steps import Step
from sel_tui.journey.words import from_hour, msg, personal

if TYPE_CHECKING:
    from datetime import datetime

    from sel_contract import (
        Accepted,
        Challenge,
        Link,
        LinkDetail,
        Links,
        PasswordResetStarted,
        RegistrationStarted,
        Session,
        Verification,
    )

# What a person typed about one file; it goes once that file is linked.
_FILE_DRAFTS = ("identifier", "old_password", "link_username", "link_code", "note")


def answered(state: State, action: Action, result: Any, at: datetime | None = None) -> State:
    """Return what follows when `action` was answered by `result`, at the moment `at`."""
    match action:
        case FetchService():
            return replace(state, service=result)
        case LogIn():
            return _logged_in(state, cast("Session", result))
        case LogOut():
            return logged_out(state) if state.session is not None else state
        case StayLoggedIn():
            return replace(state, session=result, overlay=None)
        case StepUp():
            return _stepped_up(state, cast("Session", result))
        case FetchMethods():
            return focus(replace(state, methods=result), state.focus.item)
        case FetchQuestions():
            return _questions(state, cast("Challenge", result))
        case LinkFile():
            return _linked(state, cast("Link", result))
        case RequestCode():
            return _code_requested(state, action.identifier, cast("Accepted", result), at)
        case FetchProfiles():
            return focus(replace(state, profiles=cast("Links", result).links), state.focus.item)
        case OpenProfile():
            return _profile_opened(state, cast("LinkDetail", result))
        case VerifyFile():
            return _verified(state, action, cast("Verification", result))
        case FetchTerms():
            return focus(replace(state, terms=result), state.focus.item)
        case CreateAccount():
            return accounts.account_asked(state, cast("RegistrationStarted", result), at)
        case ResendCode():
            return accounts.code_again(state, cast("Accepted", result).ask_again_after_seconds, at)
        case ConfirmAccount():
            return accounts.account_confirmed(state)
        case StartReset():
            return accounts.reset_started(state, cast("PasswordResetStarted", result), at)
        case FinishReset():
            return accounts.reset_finished(state)
        case Disavow():
            return accounts.disavowed(state)
        case FetchReceipt():
            return replace(go(state, Step.RECEIPT), receipt=result)
        case KeepReceipt():
            return records.receipt_kept(state, cast("str", result))
        case FetchHistory():
            return replace(go(state, Step.HISTORY), history=result)
        case Unlink():
            return records.unlinked(state)
        case FetchDemo():
            return replace(state, demo=cast("Demo", result))


def logged_out(state: State) -> State:
    """Return the state for the next person: nothing of this one stays, and French comes first again."""
    notice = Notice(Tone.SUCCESS, msg("notice.logged_out"), (msg("notice.nothing_stays"),))
    return replace(next_person(state), notice=notice)


def next_person(state: State) -> State:
    """Return the first page as it comes, in French: nothing of the person before stays."""
    fresh = State(service=state.service, server=state.server, requests=state.requests, shared=state.shared)
    return replace(fresh, person=state.person + 1, focus=focus(state, "").focus)


def _logged_in(state: State, session: Session) -> State:
    welcome = state.step in {Step.ACCOUNT_CODE, Step.RESET_CODE}
    notice = Notice(Tone.SUCCESS, msg("notice.password_changed")) if state.step is Step.RESET_CODE else None
    if state.resume_for not in {"", session.account.id}:  # another person than the one whose session has ended
        state = replace(next_person(state), language=state.language)
    back_to, trail = state.resume, state.resume_trail
    state = replace(erase_secrets(state, answers=True), session=session, resume=None, resume_trail=(), resume_for="")
    state = replace(state, registration=None, reset=None, reset_for="")
    if welcome and not session.linked_files:
        return start_at(state, Step.WELCOME)
    if back_to is not None and (back_to is not Step.QUESTION or state.challenge is not None):
        state = replace(calm(state), step=back_to, trail=trail)
        empty = next((field.name for field in fields_of(state) if not len(draft(state, field))), "")
        return focus(state, empty)
    if session.linked_files:
        return replace(begin(start_at(state, Step.PROFILES), FetchProfiles()), notice=notice)
    return replace(begin(start_at(state, Step.METHODS), FetchMethods()), notice=notice)


def _stepped_up(state: State, session: Session) -> State:
    waiting = state.unfinished
    state = replace(erase(state, "password"), session=session)
    if state.trail:
        state = focus(replace(calm(state), step=state.trail[-1], trail=state.trail[:-1]), "")
    return begin(state, waiting.action, again=waiting) if waiting else state


def _questions(state: State, challenge: Challenge) -> State:
    same = state.challenge is not None and state.challenge.id == challenge.id
    if same and state.step in {Step.QUESTION, Step.QUESTIONS_REVIEW}:
        return replace(state, challenge=challenge)
    if not same:
        state = erase(state, *(field.name for field in answer_fields(state)))
    return replace(go(state, Step.QUESTION), challenge=challenge, question=0)


def _linked(state: State, link: Link) -> State:
    state = erase(state, *_FILE_DRAFTS, *(field.name for field in answer_fields(state)))
    state = replace(start_at(state, Step.LINKED), linked=link, challenge=None, category=None, methods=None)
    return replace(state, reference=link.reference)


def _code_requested(state: State, identifier: str, accepted: Accepted, at: datetime | None) -> State:
    # What stood in the form belongs to coordinates that are no longer the newest.
    state = go(erase(state, "link_username", "link_code"), Step.LINK_CODE)
    asked = state.asked
    if asked is not None and at is not None and asked[0] == identifier and at < asked[1]:
        lines = (msg("notice.code_requested.where"), msg("notice.ask_again_from", at=from_hour(asked[1])))
        return replace(state, notice=Notice(Tone.INFO, msg("notice.code_already_requested"), lines))
    seconds = accepted.ask_again_after_seconds
    lines = (msg("notice.code_requested.where"), accounts.ask_again(seconds, at))
    until = (identifier, at + timedelta(seconds=seconds)) if at is not None else None
    return replace(state, notice=Notice(Tone.SUCCESS, msg("notice.code_requested"), lines), asked=until)


def _profile_opened(state: State, detail: LinkDetail) -> State:
    return replace(go(state, Step.CLIENT_FILE), opened=detail, verification=None)


def _verified(state: State, action: VerifyFile, verification: Verification) -> State:
    def told(link: Link) -> Link:
        return link.model_copy(update={"verification": verification}) if link.id == action.link_id else link

    profiles = tuple(told(link) for link in state.profiles) if state.profiles is not None else None
    opened = told(state.opened.link) if state.opened is not None else None
    state = replace(erase(state, "note"), profiles=profiles, verification=verification)
    if verification.state == "error":
        state = replace(state, linked=opened, reference=verification.reference or "")
        return start_at(state, Step.REPORTED)
    left = sum(is_to_verify(known) for known in profiles or ())
    line = msg("notice.verified.left", count=left) if left else msg("notice.verified.all")
    name = personal(opened.display_name) if opened is not None else msg("fact.file")
    state = start_at(state, Step.PROFILES)
    state = replace(state, notice=Notice(Tone.SUCCESS, msg("notice.verified", name=name), (line,)))
    if profiles is None:
        return begin(state, FetchProfiles())
    return focus(state, "next_unverified" if left else "link_profile")
