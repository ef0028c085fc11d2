"""Method 2: which file, its questions one at a time, and the review of every answer before any is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from sel_tui.journey.core import failures
from sel_tui.journey.core.drafts import draft, reading
from sel_tui.journey.core.effects import FetchQuestions, LinkFile, QuestionsProof, Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import msg, personal, public
from sel_tui.journey.core.page import Button, Fact, Item, Prose
from sel_tui.journey.core.parts import BACK, entries, submit_button
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret, clear
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import (
    Notice,
    State,
    Tone,
    clear_messages,
    end_task,
    focus,
    go,
    refuse,
    send,
    start_at,
    task,
    with_task,
)
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.linking import (
    COMMANDS,
    IDENTIFIER,
    Linking,
    choose_method,
    cost,
    later,
    linked,
    method_form,
    on_failure,
    other_methods,
)
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from sel_contract import Challenge


@dataclass(frozen=True)
class Questions(Task):
    """The answers about one file.

    Attributes:
        challenge: The questions.
        place: The place of the question that is open.
        editing: Whether it was opened from the review of the answers, which follows again.
    """

    challenge: Challenge | None = None
    place: int = 0
    editing: bool = False


_METHOD: Final = "questions"
_EDIT_ANSWER: Final = "edit_answer"
_ANSWER: Final = re.compile(r"/answers/(\d{1,3})(?:/|$)")  # of a problem's pointer


def answer_fields(state: State) -> tuple[Field, ...]:
    """Return one field for each question of the challenge."""
    challenge = task(state, Questions).challenge
    return tuple(
        Field(
            f"answer.{question.id}",
            Kind(question.kind),
            f"field.answer.{question.kind}",
            Questions,
            secret=True,
            past=question.past,
            title=question.text,
            example=question.example,
        )
        for question in (challenge.questions if challenge is not None else ())
    )


def _open_field(state: State) -> tuple[Field, ...]:
    place = task(state, Questions).place
    return answer_fields(state)[place : place + 1]


def _question_title(state: State) -> Any:
    held = task(state, Questions)
    count = len(held.challenge.questions) if held.challenge is not None else 0
    return msg("question.title", number=held.place + 1, count=count)


def _question(state: State) -> tuple[Item, ...]:
    intro = Prose("intro", msg("question.intro"), quiet=True)
    return (intro, *entries(state, *_open_field(state)), submit_button("button.next"), BACK)


def _review(state: State) -> tuple[Item, ...]:
    items: list[Item] = [] if state.notice else [Prose("intro", msg("questions_review.intro"))]
    challenge = task(state, Questions).challenge
    if challenge is not None:
        items.append(Fact("file", msg("fact.file"), personal(challenge.identifier)))
    for index, field in enumerate(answer_fields(state)):
        checked = reading(state, field)
        understood = personal(checked.sent if checked.sent and field.kind is not Kind.NUMBER else _typed(state, field))
        if field.kind is Kind.DATE and checked.sent:
            understood = personal(date.fromisoformat(checked.sent))
        items.append(
            Button(
                f"answer.{index}",
                public(field.title),
                _EDIT_ANSWER,
                str(index),
                state=understood,
                key=str(index + 1),
                row=True,
            )
        )
    items += (*cost(state, _METHOD), submit_button("button.send_answers"))
    return (*items, *other_methods(state, _METHOD), *later(state, _METHOD))


def _typed(state: State, field: Field) -> str:
    return clear(draft(state, field)).strip()


def _fetched(state: State, _: Request, challenge: Challenge, __: datetime | None) -> State:
    held = task(state, Questions).challenge
    same = held is not None and held.id == challenge.id
    if same and state.step in {Step.QUESTION, Step.QUESTIONS_REVIEW}:
        return with_task(state, Questions, challenge=challenge)
    if not same:
        state = with_task(state, Questions, secrets={})
    return with_task(go(state, Step.QUESTION), Questions, challenge=challenge, place=0, editing=False)


def _next_question(state: State, _: Mapping[str, str]) -> State:
    missing = next((place for place, field in enumerate(answer_fields(state)) if not _typed(state, field)), None)
    if missing is not None:
        return focus(with_task(state, Questions, place=missing), "")
    # Once one answer was changed, the rest has been read.
    return _review_again(state, "submit" if task(state, Questions).editing else "")


def _review_again(state: State, item: str) -> State:
    return focus(with_task(go(state, Step.QUESTIONS_REVIEW), Questions, editing=False), item)


def _question_before(state: State) -> State | None:
    held = task(state, Questions)
    place = held.place
    if held.editing:
        return _review_again(state, f"answer.{place}")
    return focus(with_task(clear_messages(state), Questions, place=place - 1), "") if place else None


def _send_answers(state: State, _: Mapping[str, str]) -> State:
    challenge = task(state, Questions).challenge
    if challenge is None:
        return go(state, Step.QUESTIONS_FILE)
    answers: list[tuple[str, Secret]] = []
    for place, (question, field) in enumerate(zip(challenge.questions, answer_fields(state), strict=True)):
        answer = reading(state, field)
        if answer.problem is not None:
            state = with_task(go(state, Step.QUESTION), Questions, place=place, editing=True)
            return refuse(state, {field.name: answer.problem})
        answers.append((question.id, Secret(answer.sent)))
    return send(state, LinkFile(QuestionsProof(challenge.id, tuple(answers))))


def _edit_answer(state: State, place: str) -> State:
    if int(place) >= len(answer_fields(state)):
        return state
    return with_task(go(state, Step.QUESTION), Questions, place=int(place), editing=True)


def _in_language(state: State) -> State:
    """The server words the questions, in the language asked for; the set stays the same."""
    challenge = task(state, Questions).challenge
    if challenge is None or state.busy is not None:
        return state
    return send(state, FetchQuestions(challenge.identifier))


def _on_result(state: State, request: Request, result: Any, at: datetime | None) -> State:
    return (_fetched if isinstance(request.effect, FetchQuestions) else linked)(state, request, result, at)


def _on_failure(state: State, request: Request, failure: Failure) -> State | None:
    if failure.kind in {"validation", "malformed-request"} and isinstance(request.effect, LinkFile):
        return _malformed(state, failure)
    if failure.kind == "challenge-expired":
        notice = Notice(Tone.WARNING, msg("notice.challenge_over"), (msg("notice.challenge_over.next"),))
        return replace(end_task(go(state, Step.QUESTIONS_FILE), Questions), notice=notice)
    return on_failure(state, request, failure)


def _malformed(state: State, failure: Failure) -> State:
    """The server cannot read an answer: it is named, and the focus goes to it."""
    refused = failures.not_valid(state, failure, STEPS[state.step], "notice.answer_format")
    pointers = (_ANSWER.match(pointer) for pointer, _ in failure.codes)
    places = sorted({int(found[1]) for found in pointers if found} & set(range(len(answer_fields(state)))))
    if refused.notice is None or not places:
        return refused
    which = tuple(msg("notice.answer_format.which", number=place + 1) for place in places)
    return focus(replace(refused, notice=replace(refused.notice, lines=which)), f"answer.{places[0]}")


def _enter(state: State) -> State:
    """The questions and answers ended meanwhile: which file is asked first."""
    if task(state, Questions).challenge is not None:
        return state
    return choose_method(start_at(state, Step.METHODS), _METHOD)


def _answers_kept(state: State) -> State:
    """After a session's end the answers are gone: they are asked again before they are reviewed."""
    state = _enter(state)
    if state.step is not Step.QUESTIONS_REVIEW or all(_typed(state, field) for field in answer_fields(state)):
        return state
    return with_task(go(state, Step.QUESTION), Questions, place=0, editing=False)


STEPS: Final = {
    Step.QUESTIONS_FILE: StepSpec(
        items=lambda state: method_form(state, _METHOD, "button.see_questions", IDENTIFIER),
        fields=lambda _: (IDENTIFIER,),
        tasks=(Linking, Questions),
        stage=(3,),
        method=_METHOD,
        submit=lambda state, sent: send(state, FetchQuestions(sent[IDENTIFIER.name])),
        commands=COMMANDS,
        on_result=_fetched,
        on_failure=_on_failure,
    ),
    Step.QUESTION: StepSpec(
        items=_question,
        title=_question_title,
        fields=_open_field,
        tasks=(Linking, Questions),
        stage=(3,),
        method=_METHOD,
        submit=_next_question,
        enter=_enter,
        back=_question_before,
        in_language=_in_language,
        on_result=_fetched,
        on_failure=_on_failure,
    ),
    Step.QUESTIONS_REVIEW: StepSpec(
        items=_review,
        tasks=(Linking, Questions),
        stage=(3,),
        method=_METHOD,
        submit=_send_answers,
        commands={**COMMANDS, _EDIT_ANSWER: _edit_answer},
        enter=_answers_kept,
        in_language=_in_language,
        on_result=_on_result,
        on_failure=_on_failure,
    ),
}
