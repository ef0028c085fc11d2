"""What the three methods of linking share: what is typed, what they cost, what follows from the server's verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sel_tui.journey.core import failures
from sel_tui.journey.core.commands import CHOOSE_METHOD, HAND_OFF
from sel_tui.journey.core.drafts import erase_secrets
from sel_tui.journey.core.effects import (
    CodeProof,
    FetchMethods,
    FetchProfiles,
    FetchQuestions,
    LegacyProof,
    LinkFile,
    QuestionsProof,
    Request,
    RequestCode,
)
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import Msg, from_hour, msg, public
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.parts import entries, submit_button
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.spec import Handler
from sel_tui.journey.core.state import (
    Notice,
    State,
    Tone,
    clear_messages,
    focus,
    go,
    send,
    start_at,
    task,
    with_account,
    with_task,
)
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.navigation import to
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from sel_contract import Link, LinkMethods


@dataclass(frozen=True)
class Linking(Task):
    """The linking of one file, by whichever method.

    Attributes:
        methods: Which methods are open, and how many tries are left.
        refused: The methods that the server refused as closed, even where its list still says that they are open.
        by_phone: Only Customer Service can help with the file that was tried last: no method is the one to try first.
    """

    methods: LinkMethods | None = None
    refused: frozenset[str] = frozenset()
    by_phone: bool = False


IDENTIFIER: Final = Field("identifier", Kind.IDENTIFIER, "field.identifier", Linking)

# In the order of their digits and function keys.
METHOD_STEPS: Final = {
    "legacy_access": Step.LEGACY_ACCESS,
    "questions": Step.QUESTIONS_FILE,
    "link_code": Step.LINK_CODE,
}
METHOD_KEYS: Final = {"legacy_access": "F5", "questions": "F6", "link_code": "F7"}


def choose_method(state: State, method: str) -> State:
    """Go to the form of a method, unless that method waits."""
    step = METHOD_STEPS[method]
    state = with_task(state, Linking, by_phone=False)
    known = task(state, Linking).methods
    for listed in known.methods if known else ():
        if listed.method == method and not listed.available:
            name = msg(f"method.{method}")
            until = listed.open_again_at
            title = (
                msg("notice.method_waits_until", method=name, at=from_hour(until))
                if until is not None
                else msg("notice.method_waits", method=name)
            )
            notice = Notice(Tone.WARNING, title, (msg("notice.others_stay"),))
            return focus(replace(clear_messages(state), notice=notice), "")
    if state.step in METHOD_STEPS.values() and step is not state.step:
        state = replace(state, step=Step.METHODS, trail=tuple(past for past in state.trail if past is not Step.METHODS))
    return go(state, step)


COMMANDS: Final[dict[str, Handler]] = {CHOOSE_METHOD: choose_method, HAND_OFF: to(Step.HANDOFF)}


def method_form(
    state: State, method: str, button: str, *fields: Field, more: tuple[Item, ...] = ()
) -> tuple[Item, ...]:
    """Return the form of a method.

    Args:
        state: What is so.
        method: The method's name.
        button: The catalogue key of the button that sends it.
        fields: What it asks.
        more: What stands below that button.
    """
    # The notice says what matters now: the introduction has been read.
    items: list[Item] = [] if state.notice else [Prose("intro", msg(f"{method}.intro"))]
    items += entries(state, *fields)
    items += cost(state, method)
    if method_open(state, method):
        items.append(submit_button(button))
    return (*items, *more, *other_methods(state, method), *later(state, method))


def later(state: State, method: str) -> tuple[Button, ...]:
    """Return the way to go on elsewhere, where there is a mail to fetch or only a call helps; F3 has it everywhere."""
    needed = method == "link_code" or task(state, Linking).by_phone
    return (Button("later", msg("button.continue_later"), HAND_OFF),) if needed else ()


def other_methods(state: State, own: str) -> tuple[Button, ...]:
    """Return the methods beside `own`, one key away."""
    return tuple(
        Button(f"other.{method}", msg(f"method.{method}"), CHOOSE_METHOD, method, key=METHOD_KEYS[method].lower())
        for method in METHOD_STEPS
        if method != own and method_open(state, method)
    )


def method_open(state: State, method: str) -> bool:
    """Tell whether a method can be used now, as far as is known."""
    known = task(state, Linking).methods
    return all(listed.available for listed in known.methods if listed.method == method) if known is not None else True


def cost(state: State, method: str) -> tuple[Prose, ...]:
    """Return how many tries are left once one has failed, and what the last one costs; nothing before."""
    known = task(state, Linking).methods
    for listed in known.methods if known is not None else ():
        if listed.method != method or not listed.available:
            continue
        if listed.tries_left == 1:
            others = any(method_open(state, other) for other in METHOD_STEPS if other != method)
            wait = msg("duration", seconds=listed.waits_seconds)
            return (Prose("cost", msg("method.last_try" if others else "method.last_try.alone", wait=wait)),)
        if listed.tries_left < listed.tries_allowed:
            return (Prose("cost", msg("method.tries_left", count=listed.tries_left), quiet=True),)
    return ()


def linked(state: State, _: Request, link: Link, __: datetime | None) -> State:
    """The file is linked: the task is done, and the list of files is another."""
    return with_account(start_at(state, Step.LINKED), linked=link, profiles=None, reference=link.reference)


def on_failure(state: State, request: Request, failure: Failure) -> State | None:
    """Return what follows when a method gave no link; None leaves it to the core."""
    proving = isinstance(request.effect, LinkFile)
    match failure.kind:
        case "not-recognized" if isinstance(request.effect, LinkFile):
            return _not_recognized(state, request.effect, failure)
        case "method-locked" | "method-off":
            return _method_closed(state, _method(request.effect), failure)
        case "already-linked":
            notice = Notice(Tone.INFO, msg("notice.already_linked"), (msg("notice.already_linked.next"),))
            state = replace(start_at(state, Step.PROFILES), notice=notice)
            return send(state, FetchProfiles(), owner=Step.PROFILES)
        case "held-elsewhere":
            why = msg("notice.held_elsewhere.why")
            return _to_customer_service(state, failure, "notice.held_elsewhere", Tone.ERROR, why)
        case "link-frozen" if proving:
            state = with_account(state, profiles=None)  # it may be listed as it was before
            return _to_customer_service(state, failure, "notice.link_frozen", Tone.WARNING)
        case _:
            return None


def _method(effect: Any) -> str:
    match effect:
        case FetchQuestions() | LinkFile(QuestionsProof()):
            return "questions"
        case RequestCode() | LinkFile(CodeProof()):
            return "link_code"
        case _:
            return "legacy_access"


def _not_recognized(state: State, effect: LinkFile, failure: Failure) -> State:
    match effect.proof:
        case LegacyProof():
            focus_on = "old_password"
        case QuestionsProof():
            focus_on = "answer.0"
        case CodeProof():
            focus_on = "link_code"
    method = _method(effect)
    lines = [msg(f"notice.not_recognized.{method}")]
    open_methods = failure.methods if failure.methods is not None else tuple(METHOD_KEYS)
    others = [METHOD_KEYS[other] for other in open_methods if other != method]
    again = method in open_methods
    if not again:
        until = failure.retry_at
        lines = [msg("notice.last_try_until", at=from_hour(until)) if until else msg("notice.last_try")]
        focus_on = next((f"other.{other}" for other in open_methods), "")
    if others:
        lines.append(msg("notice.others_open" if again else "notice.others_only", keys=public(", ".join(others))))
        if again:  # somebody else may have used up what could be tried on this file: nothing says so (rule 3)
            by_mail = method != "link_code" and "link_code" in open_methods
            lines.append(msg("notice.sure_by_mail" if by_mail else "notice.sure"))
    else:
        lines.append(msg("notice.contact_us"))
    notice = Notice(Tone.ERROR, msg("notice.not_recognized"), tuple(lines), failure.reference)
    # Answers stay: one of them may need one letter changed; the set of questions does not change either.
    if method != "questions":
        state = erase_secrets(state)
    state = failures.refer_to(replace(clear_messages(state), notice=notice, shown=False), failure)
    return fetch_methods(focus(state, focus_on))


def _method_closed(state: State, method: str, failure: Failure) -> State:
    name = msg(f"method.{method}")
    title = msg("notice.method_waits", method=name)
    if failure.kind == "method-off":
        title = msg("notice.method_off", method=name)
    elif failure.retry_at is not None:
        title = msg("notice.method_waits_until", method=name, at=from_hour(failure.retry_at))
    next_line = msg("notice.others_stay")
    if failure.methods == ():
        title, next_line = msg("notice.methods_wait"), msg("notice.contact_us")
    state = with_task(state, Linking, refused=task(state, Linking).refused | {method})
    return _back_to_methods(state, Notice(Tone.WARNING, title, (next_line,), failure.reference))


def _to_customer_service(state: State, failure: Failure, key: str, tone: Tone, *why: Msg) -> State:
    """The proof was right, and the file still cannot be linked here: the other methods stand open for other files."""
    notice = Notice(tone, msg(key), (*why, msg(f"{key}.next")), failure.reference)
    state = with_task(state, Linking, by_phone=True)
    return failures.refer_to(_back_to_methods(state, notice), failure)


def _back_to_methods(state: State, notice: Notice) -> State:
    return fetch_methods(replace(go(erase_secrets(state), Step.METHODS), notice=notice))


def fetch_methods(state: State) -> State:
    """Ask which methods are open."""
    return send(state, FetchMethods(), owner=Step.METHODS)
