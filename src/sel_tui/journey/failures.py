"""What follows when a call gives no result: each has its own words and a next action; none is a dead end. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sel_tui.journey import accounts
from sel_tui.journey.actions import (
    WRITES,
    CodeProof,
    FetchDemo,
    FetchMethods,
    FetchProfiles,
    FetchReceipt,
    FetchService,
    FinishReset,
    LegacyProof,
    LinkFile,
    LogIn,
    LogOut,
    OpenProfile,
    QuestionsProof,
    Request,
    StayLoggedIn,
    StepUp,
    Unlink,
    VerifyFile,
)
from sel_tui.journey.answers import logged_out, next_person
from sel_tui.journey.events import Failure
from sel_tui.journey.forms import EMAIL
from sel_tui.journey.state import (
    Notice,
    State,
    Tone,
    begin,
    calm,
    draft,
    erase,
    erase_secrets,
    fields_of,
    focus,
    go,
    refuse,
    start_at,
)
from sel_tui.journey.steps import METHOD_KEYS, METHOD_OF, PRIVATE, Step
from sel_tui.journey.words import Msg, from_hour, msg, public

# The last part of the JSON pointer of a refused field, and the field's name here.
_FIELDS: Final = {
    "username": "identifier",
    "identifier": "identifier",
    "email": "email",
    "note": "note",
    "new_password": "new_password",
    "first_name": "first_name",
    "last_name": "last_name",
    "token": "token",
}

_CODES: Final = frozenset({"missing", "too-short", "too-long", "bad-format", "bad-email", "prefix-missing"})


def failed(state: State, request: Request, failure: Failure) -> State:
    """Return what follows when `request` ended in `failure`."""
    action = request.action
    if isinstance(action, LogOut):
        if state.session is None:
            return state
        notice = Notice(Tone.WARNING, msg("notice.logged_out_alone"), (msg("notice.logged_out_alone.next"),))
        return replace(logged_out(state), notice=notice)
    if isinstance(action, FetchDemo) or (isinstance(action, FetchMethods) and state.notice is not None):
        return state  # what stands on the screen already matters more than this
    match failure.kind:
        case "session-ended" | "unauthenticated" if state.session is not None and not isinstance(action, LogIn):
            return session_over(state)
        case "invalid-credentials" if isinstance(action, StepUp):
            return refuse(
                replace(erase(state, "password"), unfinished=state.unfinished), {"password": msg("step_up.wrong")}
            )
        case "unknown-outcome" if isinstance(action, FinishReset):
            return accounts.try_new_password(state)
        case "invalid-credentials" if isinstance(action, LogIn) and state.reset is not None:
            return accounts.invalid_code(state)
        case _ if isinstance(action, LogIn) and state.step is not Step.LOGIN:
            return accounts.log_in_by_hand(state)
        case "invalid-credentials":
            return _wrong_login(state)
        case "invalid-code":
            return accounts.invalid_code(state)
        case "no-printer" | "cannot-save":
            return _told(state, Tone.WARNING, f"notice.{failure.kind.replace('-', '_')}", failure, request)
        case "step-up-required":
            return replace(go(state, Step.STEP_UP), unfinished=request)
        case "validation" | "malformed-request":
            return _not_valid(state, request, failure)
        case "not-recognized" if isinstance(action, LinkFile):
            return _not_recognized(state, action, failure)
        case "method-locked" | "method-off":
            return _method_closed(state, failure)
        case "challenge-expired":
            return _challenge_over(state)
        case "already-linked":
            return _already_linked(state)
        case "held-elsewhere":
            why = msg("notice.held_elsewhere.why")
            return _to_customer_service(state, failure, "notice.held_elsewhere", Tone.ERROR, why)
        case "too-many-requests":
            return _told(erase_secrets(state, answers=False), Tone.WARNING, "notice.too_many", failure, request)
        case "unknown-outcome" | "idempotency-in-progress" if isinstance(action, WRITES):
            return unknown_outcome(state, request)
        case "not-found" if isinstance(action, (VerifyFile, Unlink, OpenProfile, FetchReceipt)):
            return begin(start_at(state, Step.PROFILES), FetchProfiles())
        case "link-frozen" if isinstance(action, LinkFile):
            return _to_customer_service(state, failure, "notice.link_frozen", Tone.WARNING)
        case "link-frozen":
            return _told(state, Tone.WARNING, "notice.link_frozen", failure, request)
        case "unreachable" | "too-old" | "not-understood" | "unavailable":
            return _told(state, Tone.ERROR, f"notice.{failure.kind.replace('-', '_')}", failure, request)
        case "unknown-outcome":
            return _told(state, Tone.ERROR, "notice.slow", failure, request)
        case _:
            return _told(state, Tone.ERROR, "notice.unexpected", failure, request)


def session_over(state: State) -> State:
    """Return the login step, from which the person comes back to the same step with what was typed, secrets excepted.

    At a shared machine nobody comes back: whoever sits there now may be somebody else; nor does who was logging out.
    """
    account = state.session.account if state.session is not None else None
    busy = state.busy
    if account is None:
        return replace(erase_secrets(state, answers=True), unfinished=None)
    if busy is not None and isinstance(busy.action, LogOut):
        return replace(logged_out(state), busy=busy)
    if state.shared:
        return replace(_gone(state), language=state.language)
    lines = [msg("notice.session_over.next")]
    if busy is not None and isinstance(busy.action, WRITES):  # given up: it may have been done
        lines.insert(0, msg("notice.unknown"))
    way = [step for step in (*state.trail, state.step) if step in PRIVATE and step is not Step.STEP_UP]
    state = erase_secrets(calm(state), answers=True)
    state = replace(
        state,
        session=None,
        busy=None,
        unfinished=None,
        overlay=None,
        ends_at=None,
        drafts={**state.drafts, EMAIL.name: account.email},
        notice=Notice(Tone.WARNING, msg("notice.session_over"), tuple(lines)),
        resume=way[-1] if way else None,
        resume_trail=tuple(way[:-1]),
        resume_for=account.id,
    )
    if state.step not in PRIVATE:  # « this was not me » was open: it needs no session; no way back leads into one
        return focus(replace(state, trail=(Step.LOGIN,)), "")
    return focus(replace(state, step=Step.LOGIN, trail=()), "password")


def abandoned(state: State) -> State:
    """Return the first page for the next person; whoever was there is logged out."""
    if state.session is None:
        again = FetchService() if state.service is None else None
        fresh = next_person(state)
        return begin(fresh, again) if again else fresh
    return begin(_gone(state), LogOut())


def _gone(state: State) -> State:
    notice = Notice(Tone.WARNING, msg("notice.session_over"), (msg("notice.nothing_stays"),))
    return replace(next_person(state), notice=notice)


def unknown_outcome(state: State, request: Request) -> State:
    """Return a state that says so: the answer was lost, checking again is safe."""
    lines = (msg("notice.unknown.safe"), msg("notice.unknown.next"))
    state = replace(calm(state), notice=Notice(Tone.WARNING, msg("notice.unknown"), lines), unfinished=request)
    return focus(state, "check_again")


def _told(state: State, tone: Tone, key: str, failure: Failure, request: Request) -> State:
    lines: list[Msg] = [msg(f"{key}.next")]
    if failure.retry_at is not None:
        lines = [msg("notice.retry_at", at=from_hour(failure.retry_at))]
        if isinstance(request.action, LogIn):
            lines.append(msg("notice.too_many.login"))
    typed = any(len(draft(state, field)) for field in fields_of(state))
    if typed and not isinstance(request.action, (LogIn, StepUp, StayLoggedIn)):
        lines.append(msg("notice.kept"))
    notice = Notice(tone, msg(key), tuple(lines), failure.reference)
    state = replace(calm(state), notice=notice, reference=failure.reference or state.reference)
    again = isinstance(request.action, WRITES) and tone is Tone.ERROR
    if again:
        state = replace(state, unfinished=request)
    reload = isinstance(request.action, (FetchService, FetchMethods, FetchProfiles))
    if isinstance(request.action, LogIn):
        state = erase(state, "password")
        return focus(state, "password")
    return focus(state, "check_again" if again else "reload" if reload else "")


def _wrong_login(state: State) -> State:
    lines = (msg("notice.wrong_login.new"), msg("notice.wrong_login.next"))
    notice = Notice(Tone.ERROR, msg("notice.wrong_login"), lines)
    return focus(replace(calm(erase(state, "password")), notice=notice), "password")


def _not_valid(state: State, request: Request, failure: Failure) -> State:
    errors = {}
    names = [field.name for field in fields_of(state)]
    for pointer, code in failure.codes:
        part = pointer.rsplit("/", 1)[-1]
        own = _FIELDS.get(part, part)
        if part == "password":
            own = next((name for name in ("old_password", "new_password", "password") if name in names), part)
        if part == "code":
            own = next((name for name in ("link_code", "single_use_code") if name in names), part)
        if state.step is Step.LINK_CODE and part == "username":
            own = "link_username"
        if own in names:
            errors[own] = msg(f"code.{code.replace('-', '_')}" if code in _CODES else "code.other")
    if errors:
        return refuse(state, errors)
    answers = isinstance(request.action, LinkFile) and isinstance(request.action.proof, QuestionsProof)
    key = "notice.answer_format" if answers else "notice.unexpected"
    notice = Notice(Tone.ERROR, msg(key), (msg(f"{key}.next"),), failure.reference)
    return focus(replace(calm(state), notice=notice), "")


def _not_recognized(state: State, action: LinkFile, failure: Failure) -> State:
    match action.proof:
        case LegacyProof():
            check, focus_on = msg("notice.not_recognized.legacy_access"), "old_password"
        case QuestionsProof():
            check, focus_on = msg("notice.not_recognized.questions"), "answer.0"
        case CodeProof():
            check, focus_on = msg("notice.not_recognized.link_code"), "link_code"
    open_methods = failure.methods if failure.methods is not None else tuple(METHOD_KEYS)
    others = [METHOD_KEYS[method] for method in open_methods if method != METHOD_OF.get(state.step)]
    lines = [check]
    again = METHOD_OF.get(state.step) in open_methods
    if not again:
        until = failure.retry_at
        lines = [msg("notice.last_try_until", at=from_hour(until)) if until else msg("notice.last_try")]
        focus_on = next((f"other.{method}" for method in open_methods), "")
    lines += (
        [msg("notice.others_open" if again else "notice.others_only", keys=public(", ".join(others)))] if others else []
    )
    lines += [] if others else [msg("notice.contact_us")]
    notice = Notice(Tone.ERROR, msg("notice.not_recognized"), tuple(lines), failure.reference)
    # Answers stay: one of them may need one letter changed; the set of questions does not change either.
    state = replace(erase_secrets(state, answers=False), reference=failure.reference or state.reference)
    return begin(focus(replace(calm(state), notice=notice), focus_on), FetchMethods())


def _method_closed(state: State, failure: Failure) -> State:
    method = msg(f"method.{METHOD_OF.get(state.step, 'legacy_access')}")
    state = erase_secrets(state, answers=True)
    title = msg("notice.method_waits", method=method)
    if failure.kind == "method-off":
        title = msg("notice.method_off", method=method)
    elif failure.retry_at is not None:
        title = msg("notice.method_waits_until", method=method, at=from_hour(failure.retry_at))
    next_line = msg("notice.others_stay") if failure.methods or failure.methods is None else msg("notice.contact_us")
    state = go(state, Step.METHODS)
    notice = Notice(Tone.WARNING, title, (next_line,), failure.reference)
    return begin(replace(state, notice=notice, challenge=None), FetchMethods())


def _challenge_over(state: State) -> State:
    state = go(erase_secrets(state, answers=True), Step.QUESTIONS_FILE)
    notice = Notice(Tone.WARNING, msg("notice.challenge_over"), (msg("notice.challenge_over.next"),))
    return replace(state, challenge=None, question=0, notice=notice)


def _already_linked(state: State) -> State:
    state = start_at(erase_secrets(state, answers=True), Step.PROFILES)
    notice = Notice(Tone.INFO, msg("notice.already_linked"), (msg("notice.already_linked.next"),))
    return begin(replace(state, notice=notice, challenge=None), FetchProfiles())


def _to_customer_service(state: State, failure: Failure, key: str, tone: Tone, *why: Msg) -> State:
    """The proof was right, and the file still cannot be linked here: the other methods stand open for other files."""
    state = go(erase_secrets(state, answers=True), Step.METHODS)
    notice = Notice(tone, msg(key), (*why, msg(f"{key}.next")), failure.reference)
    state = replace(state, notice=notice, challenge=None, reference=failure.reference or state.reference)
    return begin(focus(state, ""), FetchMethods())
