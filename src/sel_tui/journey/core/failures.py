"""What follows when a call gives no result: each has its own words and a next action; none is a dead end. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sel_tui.journey.core import sessions
from sel_tui.journey.core.drafts import draft, erase_secrets
from sel_tui.journey.core.effects import (
    QUIET,
    WRITES,
    FetchDemo,
    FetchMethods,
    FetchProfiles,
    FetchService,
    LogIn,
    LogOut,
    Request,
    StayLoggedIn,
    StepUp,
)
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import Field
from sel_tui.journey.core.messages import Msg, from_hour, msg
from sel_tui.journey.core.spec import Registry, StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, clear_messages, focus, go, refuse, with_account
from sel_tui.journey.registry import PROOF

_CODES: Final = frozenset(
    {"missing", "too-short", "too-long", "bad-format", "bad-email", "prefix-missing", "too-common", "personal-word"}
)


# Proofs that may be tried again without a word of how many tries are left.
_MISSES: Final = frozenset({"invalid-credentials", "invalid-code"})


def failed(state: State, request: Request, failure: Failure, registry: Registry) -> State:
    """Return what follows when `request` ended in `failure`: its owner is asked first."""
    effect = request.effect
    if isinstance(effect, LogOut):
        if state.account.session is None:
            return state
        notice = Notice(Tone.WARNING, msg("notice.logged_out_alone"), (msg("notice.logged_out_alone.next"),))
        return replace(sessions.logged_out(state), notice=notice)
    if isinstance(effect, FetchDemo) or (isinstance(effect, FetchMethods) and state.notice is not None):
        return state  # what stands on the screen already matters more than this
    ended = failure.kind in {"session-ended", "unauthenticated"} and not isinstance(effect, LogIn)
    if ended and state.account.session is not None:
        return sessions.session_over(state, registry)
    own = registry.step(request.owner).on_failure(state, request, failure)
    stays = own is not None and own.step is state.step and own.busy is None
    if own is not None and stays and failure.kind in _MISSES:
        return _counted(replace(own, misses=state.misses + 1))
    return own if own is not None else common(state, request, failure, registry.step(state.step))


def _counted(state: State) -> State:
    """Say from the second miss on how many there were: the screen would be the same as after the first."""
    if state.misses == 1:
        return state

    def again(said: Msg) -> Msg:
        return msg("error.again", what=said, count=state.misses)

    notice = replace(state.notice, title=again(state.notice.title)) if state.notice is not None else None
    return replace(state, notice=notice, errors={name: again(error) for name, error in state.errors.items()})


def common(state: State, request: Request, failure: Failure, spec: StepSpec) -> State:
    """Return what follows from a failure that needs nothing of its owner; `spec` is the step that is open."""
    effect = request.effect
    match failure.kind:
        case "step-up-required" if state.account.session is not None:
            return replace(go(state, PROOF), unfinished=request)
        case "validation" | "malformed-request":
            return not_valid(state, failure, spec)
        case "too-many-requests":
            kept = state if isinstance(effect, QUIET) else erase_secrets(state)
            return tell(kept, failure, request, spec, key="notice.too_many", tone=Tone.WARNING)
        case "login-guarded":
            return tell(erase_secrets(state), failure, request, spec, key="notice.login_guarded", tone=Tone.WARNING)
        case "unknown-outcome" | "not-understood" | "idempotency-in-progress" if isinstance(effect, WRITES):
            return unknown_outcome(state, request)
        case "unreachable" | "untrusted" | "proxy-refused" | "too-old" | "not-understood" | "unavailable":
            return tell(state, failure, request, spec, key=f"notice.{failure.kind.replace('-', '_')}")
        case "unknown-outcome":
            return tell(state, failure, request, spec, key="notice.slow")
        case _:
            return tell(state, failure, request, spec, key="notice.unexpected")


def unknown_outcome(state: State, request: Request) -> State:
    """Return a state that says so: the answer was lost, checking again is safe."""
    lines = (msg("notice.unknown.safe"), msg("notice.unknown.next"))
    notice = Notice(Tone.WARNING, msg("notice.unknown"), lines)
    return focus(replace(clear_messages(state), notice=notice, unfinished=request), "check_again")


def tell(
    state: State, failure: Failure, request: Request, spec: StepSpec, *, key: str, tone: Tone = Tone.ERROR
) -> State:
    """Return a state that tells of a failure, with what can be done.

    Args:
        state: What is so.
        failure: Why there is no result.
        request: What was asked.
        spec: The step that is open.
        key: The catalogue key of its title; `<key>.next` is what to do.
        tone: How grave it is.
    """
    effect = request.effect
    lines: list[Msg] = [msg(f"{key}.next")]
    if failure.retry_at is not None:
        lines = [msg("notice.retry_at", at=from_hour(failure.retry_at))]
        if failure.kind == "login-guarded":
            lines.append(msg(f"{key}.next"))
        elif isinstance(effect, LogIn) and key == "notice.too_many":
            lines.append(msg("notice.too_many.login"))
    kiosk = state.app.kiosk and isinstance(effect, FetchService)
    if kiosk:
        lines = [msg("notice.kiosk_looks_again"), msg("notice.kiosk_looks_again.other")]
    typed = any(len(draft(state, field)) for field in spec.fields(state))
    if typed and not kiosk and not isinstance(effect, (LogIn, StepUp, StayLoggedIn)):
        lines.append(msg("notice.kept"))
    notice = Notice(tone, msg(key), tuple(lines), failure.reference)
    if kiosk and state.notice is not None:  # said before, and somebody may be typing
        return replace(state, notice=notice)
    if isinstance(effect, FetchProfiles) and state.notice is not None:  # what was done is said, whatever comes after
        notice = replace(state.notice, lines=(*state.notice.lines, msg(key)))
    state = refer_to(replace(clear_messages(state), notice=notice), failure)
    again = isinstance(effect, WRITES) and tone is Tone.ERROR
    if again:
        state = replace(state, unfinished=request)
    reload = isinstance(effect, (FetchService, FetchMethods, FetchProfiles))
    item = "check_again" if again else "reload" if reload else ""
    return focus(state, item, gently=isinstance(effect, QUIET))


def refer_to(state: State, failure: Failure) -> State:
    """Return `state` with the reference of `failure` for Customer Service, when it has one."""
    return with_account(state, reference=failure.reference) if failure.reference else state


def field_errors(fields: Iterable[Field], failure: Failure) -> dict[str, Msg]:
    """Return, by the names of `fields`, what the server refused at each."""
    errors = {}
    for pointer, code in failure.codes:
        part = pointer.rsplit("/", 1)[-1]
        own = next((field for field in fields if part and part in {field.name, field.pointer}), None)
        if own is not None:
            errors[own.name] = msg(f"code.{code.replace('-', '_')}" if code in _CODES else "code.other")
    return errors


def not_valid(state: State, failure: Failure, spec: StepSpec, key: str = "notice.unexpected") -> State:
    """Return a state that shows what the server refused at its fields, or says `key` when it named none of them."""
    errors = field_errors(spec.fields(state), failure)
    if errors:
        return refuse(state, errors)
    notice = Notice(Tone.ERROR, msg(key), (msg(f"{key}.next"),), failure.reference)
    return focus(replace(clear_messages(state), notice=notice), "")
