"""Go on elsewhere: the code that brings back here, and the step where it is typed after the next log-in.

Whoever must fetch a mail, or call, leaves without losing what was typed; secrets are not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sel_contract.rules.identifiers import Category
from sel_tui.journey.core import commands
from sel_tui.journey.core.drafts import erase, keep_draft
from sel_tui.journey.core.effects import HandOff, RedeemHandoff, Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import CATEGORY_CHOICE, Field, Kind
from sel_tui.journey.core.messages import msg, personal
from sel_tui.journey.core.page import Button, Fact, Item, Prose
from sel_tui.journey.core.parts import BACK, entries, submit_button
from sel_tui.journey.core.scopes import ReturnTo, Task
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import (
    Notice,
    State,
    Tone,
    clear_messages,
    focus,
    go_back,
    refuse,
    send,
    start_at,
    with_account,
    with_person,
)
from sel_tui.journey.registry import HANDED_OFF_AS, Step, first_step
from sel_tui.journey.steps.link_code import LINK_USERNAME
from sel_tui.journey.steps.linking import IDENTIFIER, METHOD_STEPS, Linking
from sel_tui.journey.steps.report import NOTE
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sel_contract import Handoff


@dataclass(frozen=True)
class Resuming(Task):
    """Going on where one stopped elsewhere."""


CODE: Final = Field("handoff_code", Kind.HANDOFF_CODE, "field.handoff_code", Resuming, secret=True, pointer="code")
_SKIP: Final = "skip_handoff"
# What is handed off of what was typed, with its task.
_DRAFTS: Final[dict[str, type[Task] | None]] = {
    **{field.name: field.task for field in (IDENTIFIER, LINK_USERNAME, NOTE)},
    CATEGORY_CHOICE: Linking,
}


def _items(state: State) -> tuple[Item, ...]:
    opened = state.account.handoff
    if opened is None:
        again = () if state.busy is not None or state.unfinished is not None else (_retry(),)
        return (*again, BACK)
    return (
        Prose("done", msg("handoff.done"), stop=True),
        Fact("code", msg("fact.handoff_code"), personal(opened.code), qr=opened.code),
        Fact("until", msg("fact.handoff_until"), personal(opened.expires_at)),
        Prose("how", msg("handoff.how")),
        Prose("alone", msg("handoff.alone"), quiet=True),
        Button("log_out", msg("button.finish_and_log_out"), commands.LOG_OUT, main=True),
        BACK,
    )


def _retry() -> Button:
    return Button("reload", msg("button.retry"), commands.RELOAD, main=True)


def _hand_off(state: State) -> State:
    """Keep the step below, in place of what was kept before."""
    below = HANDED_OFF_AS.get(state.trail[-1]) if state.trail else None
    if below is None:
        return go_back(state) if state.trail else start_at(state, first_step(welcome=False, linked=True))
    drafts = tuple(_typed(state))
    return send(with_account(state, handoff=None), HandOff(below.value, _opened(state), drafts))


def _typed(state: State) -> Iterator[tuple[str, str]]:
    for name, task in _DRAFTS.items():
        held = state.tasks.get(task) if task is not None else None
        if held is not None and held.drafts.get(name):
            yield name, held.drafts[name]


def _opened(state: State) -> str:
    opened, back_to = state.account.opened, state.person.return_to
    return opened.link.id if opened is not None else back_to.link_id if back_to is not None else ""


def _kept(state: State, _: Request, opened: Any, __: datetime | None) -> State:
    return focus(with_account(state, handoff=opened), "")


def _resume_items(state: State) -> tuple[Item, ...]:
    intro = () if state.notice else (Prose("intro", msg("resume.intro")),)
    skip = Button("skip", msg("button.skip_handoff"), _SKIP)
    return (*intro, *entries(state, CODE), submit_button("button.resume"), skip)


def _redeem(state: State, sent: Mapping[str, str]) -> State:
    return send(state, RedeemHandoff(Secret(sent[CODE.name])))


def _skip(state: State, _: str) -> State:
    return start_at(state, first_step(welcome=False, linked=_has_linked(state)))


def _has_linked(state: State) -> bool:
    session = state.account.session
    return session is not None and bool(session.linked_files)


def _resumed(state: State, _: Request, handoff: Handoff, __: datetime | None) -> State:
    """Go on as after a session that ended: the way there, the file that was open, and what was typed."""
    session = state.account.session
    assert session is not None
    step = Step(handoff.step.value)
    profiles = (Step.PROFILES,) if _has_linked(state) else ()
    trail = {
        **dict.fromkeys(METHOD_STEPS.values(), (*profiles, Step.METHODS)),
        Step.CLIENT_FILE: (Step.PROFILES,),
        Step.REPORT: (Step.PROFILES, Step.CLIENT_FILE),
    }.get(step, profiles)
    for name, task in _DRAFTS.items():
        text = handoff.drafts.get(name, "")
        if text and (name != CATEGORY_CHOICE or text in set(Category)):
            state = keep_draft(state, name, task, text)
    notice = Notice(Tone.SUCCESS, msg("notice.resumed"))
    return_to = ReturnTo(session.account.id, step, trail, handoff.link_id or "")
    state = with_person(start_at(clear_messages(state), step), return_to=return_to)
    return replace(state, trail=trail, notice=notice)


def _not_resumed(state: State, _: Request, failure: Failure) -> State | None:
    if failure.kind != "invalid-code":
        return None
    return refuse(erase(state, Resuming, CODE.name), {CODE.name: msg("field.handoff_code.wrong")})


STEPS: Final = {
    Step.HANDOFF: StepSpec(items=_items, enter=_hand_off, on_result=_kept),
    Step.RESUME: StepSpec(
        items=_resume_items,
        fields=lambda _: (CODE,),
        tasks=(Resuming,),
        submit=_redeem,
        commands={_SKIP: _skip},
        on_result=_resumed,
        on_failure=_not_resumed,
    ),
}
