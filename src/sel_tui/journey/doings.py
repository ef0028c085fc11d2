"""What follows from a person's doing: buttons, digits, keys. Part of the machine; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sel_tui.journey import accounts, records
from sel_tui.journey.actions import (
    CodeProof,
    FetchMethods,
    FetchProfiles,
    FetchQuestions,
    FetchService,
    FetchTerms,
    LegacyProof,
    LinkFile,
    LogIn,
    LogOut,
    OpenProfile,
    QuestionsProof,
    RequestCode,
    StayLoggedIn,
    StepUp,
    VerifyFile,
)
from sel_tui.journey.events import Act, Do
from sel_tui.journey.forms import CATEGORY_CHOICE, IDENTIFIER, Checked, Field, Kind
from sel_tui.journey.identifiers import Category, read
from sel_tui.journey.secret import Secret, clear
from sel_tui.journey.state import (
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
    reading,
    refuse,
    start_at,
)
from sel_tui.journey.steps import METHOD_STEPS, PRIVATE, Overlay, Step
from sel_tui.journey.words import Msg, from_hour, msg

# What is done here is done: going back means to see all the files.
_BACK_TO_PROFILES: Final = frozenset({Step.LINKED, Step.REPORTED})

# What a person may do while a call is under way.
_MEANWHILE: Final = frozenset({Do.SHOW_SECRETS, Do.LEAVE})


# What a person may do before logging in.
_ANYWHERE: Final = frozenset(
    {
        *(Do.SUBMIT, Do.BACK, Do.SHOW_SECRETS, Do.LEAVE, Do.RELOAD, Do.CHECK_AGAIN),
        *(Do.CREATE_ACCOUNT, Do.FORGOT_PASSWORD, Do.RESEND_CODE, Do.DISAVOW, Do.STAY),
    }
)


def act(state: State, event: Act) -> State:
    """Return what follows from `event`; nothing while another call is under way, so nothing is sent twice."""
    if waits(state, event.do):
        return state
    # A key may reach the page of a session that has just ended: what it shows is over.
    if state.step not in PRIVATE and event.do not in _ANYWHERE:
        return state
    return _DOINGS[event.do](state, event.arg)


def waits(state: State, do: Do) -> bool:
    """Tell whether `do` has to wait for the call under way; what lies over the step can always be closed."""
    closes = do is Do.BACK and state.overlay is not None
    return state.busy is not None and do not in _MEANWHILE and not closes


def back(state: State, _: str = "") -> State:
    """Go back one step; where there is none, offer to leave."""
    if state.overlay is not None:
        return replace(state, overlay=None)
    if state.step is Step.QUESTION and state.question > 0:
        return focus(replace(calm(state), question=state.question - 1), "")
    if state.step in _BACK_TO_PROFILES:
        return _select_profile(state, "")
    if not can_go_back(state):
        return replace(state, overlay=Overlay.LEAVE)
    return focus(replace(calm(state), step=state.trail[-1], trail=state.trail[:-1], shown=False, unfinished=None), "")


def can_go_back(state: State) -> bool:
    """Tell whether there is a step to go back to."""
    return bool(state.trail) or state.step in _BACK_TO_PROFILES


def choose_method(state: State, method: str) -> State:
    """Go to the form of a method, unless that method waits."""
    step = METHOD_STEPS[method]
    known = state.methods
    for listed in known.methods if known else ():
        if listed.method == method and not listed.available:
            title = msg("notice.method_waits", method=msg(f"method.{method}"))
            lines = [msg("notice.others_stay")]
            if listed.open_again_at is not None:
                title = msg(
                    "notice.method_waits_until", method=msg(f"method.{method}"), at=from_hour(listed.open_again_at)
                )
            return focus(replace(calm(state), notice=Notice(Tone.WARNING, title, tuple(lines))), "")
    if state.step in METHOD_STEPS.values() and step is not state.step:
        state = replace(state, step=Step.METHODS, trail=tuple(past for past in state.trail if past is not Step.METHODS))
    return go(state, step)


def submit(state: State, _: str = "") -> State:
    """Check the form of this step; send it, or show what to mend and where."""
    errors: dict[str, Msg] = {}
    sent: dict[str, str] = {}
    for field in fields_of(state):
        checked = reading(state, field)
        if checked.problem is not None:
            errors[field.name] = checked.problem
        if checked.forget:
            state = erase(state, field.name)
        sent[field.name] = checked.sent
    if errors:
        return _refuse(state, errors)
    sender = _SENDERS.get(state.step)
    return sender(calm(state), sent) if sender else state


def _refuse(state: State, errors: dict[str, Msg]) -> State:
    first = next(iter(errors))
    state = refuse(state, errors)
    bare = first == IDENTIFIER.name and read(clear(draft(state, IDENTIFIER))).bare and state.category is None
    return focus(state, CATEGORY_CHOICE) if bare else state


def needs_category(state: State) -> bool:
    """Tell whether the identifier typed is a number alone, so that its owner's category must be asked."""
    fields: tuple[Field, ...] = fields_of(state)
    asked = any(field.kind is Kind.IDENTIFIER for field in fields)
    return asked and read(clear(draft(state, IDENTIFIER))).bare


def _log_in(state: State, sent: dict[str, str]) -> State:
    return begin(state, LogIn(sent["email"], Secret(sent["password"])))


def _step_up(state: State, sent: dict[str, str]) -> State:
    waiting = state.unfinished
    return replace(begin(state, StepUp(Secret(sent["password"]))), unfinished=waiting)


def _legacy_access(state: State, sent: dict[str, str]) -> State:
    return begin(state, LinkFile(LegacyProof(sent["identifier"], Secret(sent["old_password"]))))


def _questions_file(state: State, sent: dict[str, str]) -> State:
    return begin(state, FetchQuestions(sent["identifier"]))


def _question(state: State, _: dict[str, str]) -> State:
    fields = answer_fields(state)
    missing = next(
        (index for index, field in enumerate(fields) if not clear(draft(state, field)).strip()),
        None,
    )
    if missing is not None:
        return focus(replace(state, question=missing), "")
    again = Step.QUESTIONS_REVIEW in state.trail  # one answer was changed: the rest has been read
    return focus(go(state, Step.QUESTIONS_REVIEW), "submit" if again else "")


def _questions_review(state: State, _: dict[str, str]) -> State:
    assert state.challenge is not None
    checked: list[tuple[str, Checked]] = []
    for index, (question, field) in enumerate(zip(state.challenge.questions, answer_fields(state), strict=True)):
        answer = reading(state, field)
        if answer.problem is not None:
            return refuse(replace(go(state, Step.QUESTION), question=index), {field.name: answer.problem})
        checked.append((question.id, answer))
    answers = tuple((identity, Secret(answer.sent)) for identity, answer in checked)
    return begin(state, LinkFile(QuestionsProof(state.challenge.id, answers)))


def _link_code(state: State, sent: dict[str, str]) -> State:
    return begin(state, LinkFile(CodeProof(sent["link_username"], Secret(sent["link_code"]))))


def _link_code_request(state: State, sent: dict[str, str]) -> State:
    return begin(state, RequestCode(sent["identifier"]))


def _report(state: State, sent: dict[str, str]) -> State:
    assert state.opened is not None
    return begin(state, VerifyFile(state.opened.link.id, accurate=False, note=sent["note"]))


def _edit_answer(state: State, arg: str) -> State:
    if not int(arg) < len(answer_fields(state)):
        return state
    return replace(go(state, Step.QUESTION), question=int(arg))


def _open_profile(state: State, arg: str) -> State:
    return begin(calm(state), OpenProfile(arg))


def _next_unverified(state: State, _: str) -> State:
    following = next((link for link in state.profiles or () if is_to_verify(link)), None)
    return begin(calm(state), OpenProfile(following.id)) if following else state


def _accurate(state: State, _: str) -> State:
    return begin(calm(state), VerifyFile(state.opened.link.id, accurate=True)) if state.opened else state


def _error(state: State, _: str) -> State:
    return go(state, Step.REPORT) if state.opened else state


def _select_profile(state: State, _: str) -> State:
    return begin(start_at(state, Step.PROFILES), FetchProfiles())


def _link_profile(state: State, _: str) -> State:
    if state.step is Step.LINKED:
        state = start_at(state, Step.PROFILES)
    return begin(go(state, Step.METHODS), FetchMethods())


def _leave(state: State, _: str) -> State:
    logging_out = state.busy is not None and isinstance(state.busy.action, LogOut)
    state = replace(erase_secrets(state, answers=True), busy=state.busy if logging_out else None, unfinished=None)
    return replace(state, left=True)


def _log_out(state: State, _: str) -> State:
    return begin(replace(erase_secrets(state, answers=True), overlay=None), LogOut())


def _check_again(state: State, _: str) -> State:
    waiting = state.unfinished
    return begin(calm(state), waiting.action, again=waiting) if waiting else state


def _reload(state: State, _: str) -> State:
    if state.service is None:
        return begin(calm(state), FetchService())
    match state.step:
        case Step.METHODS:
            return begin(calm(state), FetchMethods())
        case Step.PROFILES:
            return begin(calm(state), FetchProfiles())
        case Step.TERMS:
            return begin(calm(state), FetchTerms())
        case _:
            return state


def _stay(state: State, _: str) -> State:
    if state.step not in PRIVATE:
        return replace(state, overlay=None) if state.overlay is Overlay.EXPIRING else state
    unfinished = state.unfinished
    return replace(begin(replace(state, overlay=None), StayLoggedIn()), unfinished=unfinished)


def _go_to(step: Step) -> Callable[[State, str], State]:
    return lambda state, _: go(state, step)


def _next_category(state: State, _: str) -> State:
    order = [None, *Category]
    return replace(state, category=order[(order.index(state.category) + 1) % len(order)])


def _show_secrets(state: State, _: str) -> State:
    return replace(state, shown=not state.shown)


_SENDERS: Final[dict[Step, Callable[[State, dict[str, str]], State]]] = {
    Step.LOGIN: _log_in,
    Step.STEP_UP: _step_up,
    Step.LEGACY_ACCESS: _legacy_access,
    Step.QUESTIONS_FILE: _questions_file,
    Step.QUESTION: _question,
    Step.QUESTIONS_REVIEW: _questions_review,
    Step.LINK_CODE: _link_code,
    Step.LINK_CODE_REQUEST: _link_code_request,
    Step.REPORT: _report,
    Step.ACCOUNT: accounts.submit_account,
    Step.ACCOUNT_NAME: accounts.submit_name,
    Step.TERMS: accounts.submit_terms,
    Step.ACCOUNT_CODE: accounts.submit_account_code,
    Step.RESET: accounts.submit_reset,
    Step.RESET_CODE: accounts.submit_reset_code,
    Step.DISAVOW: accounts.submit_disavow,
    Step.UNLINK: records.submit_unlink,
}

_DOINGS: Final[dict[Do, Callable[[State, str], State]]] = {
    Do.SUBMIT: submit,
    Do.BACK: back,
    Do.CHOOSE_METHOD: choose_method,
    Do.OTHER_METHOD: _go_to(Step.METHODS),
    Do.REQUEST_CODE: _go_to(Step.LINK_CODE_REQUEST),
    Do.EDIT_ANSWER: _edit_answer,
    Do.SELECT_PROFILE: _select_profile,
    Do.LINK_PROFILE: _link_profile,
    Do.OPEN_PROFILE: _open_profile,
    Do.NEXT_UNVERIFIED: _next_unverified,
    Do.ACCURATE: _accurate,
    Do.ERROR: _error,
    Do.LOG_OUT: _log_out,
    Do.LEAVE: _leave,
    Do.CHECK_AGAIN: _check_again,
    Do.RELOAD: _reload,
    Do.STAY: _stay,
    Do.SHOW_SECRETS: _show_secrets,
    Do.NEXT_CATEGORY: _next_category,
    Do.CREATE_ACCOUNT: accounts.start_account,
    Do.FORGOT_PASSWORD: accounts.forgot_password,
    Do.RESEND_CODE: accounts.resend,
    Do.DISAVOW: accounts.disavow,
    Do.SHOW_RECEIPT: records.show_receipt,
    Do.SAVE_RECEIPT: records.save_receipt,
    Do.PRINT_RECEIPT: records.print_receipt,
    Do.SHOW_HISTORY: records.show_history,
    Do.UNLINK: records.ask_unlink,
}
