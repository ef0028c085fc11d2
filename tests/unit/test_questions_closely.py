"""What the questions of method 2 say at each bound: which is open, which cannot be read, which is new."""

from __future__ import annotations

import pytest

from sel_contract import QuestionKind
from sel_tui.journey.core import effects
from sel_tui.journey.core.messages import msg, personal
from sel_tui.journey.core.page import Button
from sel_tui.journey.core.secret import Secret, clear
from sel_tui.journey.core.state import State, task, with_task
from sel_tui.journey.machine import SPECS, fields_of, page
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.questions import Questions
from tests.scenarios import build
from tests.scenarios.walk import Walk
from tests.unit import builders


def challenge(*kinds: QuestionKind) -> State:
    walk = Walk(build("questions_file")).types(identifier="ci1234567").submits()
    return walk.gets(builders.challenge("c1", *kinds)).state


def test_questions_are_opened_one_after_the_other_and_back_until_the_first() -> None:
    state = challenge(QuestionKind.TEXT, QuestionKind.NUMBER, QuestionKind.YEAR)
    walk = Walk(state)
    for number, text in enumerate(("plâtrier", "1 200", "2009"), start=1):
        assert page(walk.state).title == msg("question.title", number=number, count=3)
        assert len(fields_of(walk.state)) == 1
        if number < 3:
            walk = walk.answers(text)
    back = walk.does("back")
    assert page(back.state).title == msg("question.title", number=2, count=3)
    first = back.does("back")
    assert page(first.state).title == msg("question.title", number=1, count=3)
    assert first.does("back").state.step is Step.QUESTIONS_FILE
    review = walk.answers("2009")
    rows = [one for one in page(review.state).items if isinstance(one, Button) and one.row]
    assert [(one.id, one.key, one.state) for one in rows] == [
        ("answer.0", "1", personal("plâtrier")),
        ("answer.1", "2", personal("1 200")),
        ("answer.2", "3", personal("2009")),
    ]
    for place in range(3):
        edited = review.does("edit_answer", str(place))
        assert (edited.state.step, task(edited.state, Questions).place) == (Step.QUESTION, place)
        again = edited.does("back").state
        assert (again.step, again.focus.item) == (Step.QUESTIONS_REVIEW, f"answer.{place}")
        done = edited.submits().state
        assert (done.step, done.focus.item, task(done, Questions).editing) == (Step.QUESTIONS_REVIEW, "submit", False)
    assert review.does("edit_answer", "3").state is review.state
    sent = review.submits().state.busy
    assert sent is not None
    assert isinstance(sent.effect, effects.LinkFile)
    proof = sent.effect.proof
    assert isinstance(proof, effects.QuestionsProof)
    assert [(name, clear(text)) for name, text in proof.answers] == [
        ("c1-text", "plâtrier"),
        ("c1-number", "1200"),
        ("c1-year", "2009"),
    ]


def test_an_answer_that_cannot_be_read_is_opened_before_anything_is_sent() -> None:
    walk = Walk(challenge(QuestionKind.TEXT, QuestionKind.YEAR, QuestionKind.NUMBER)).answers(
        "plâtrier", "2009", "1200"
    )
    secrets = {**task(walk.state, Questions).secrets, "answer.c1-year": Secret("12")}
    wrong = Walk(with_task(walk.state, Questions, secrets=secrets)).submits().state
    assert (wrong.step, wrong.busy, task(wrong, Questions).place) == (Step.QUESTION, None, 1)
    assert (task(wrong, Questions).editing, list(wrong.errors)) == (True, ["answer.c1-year"])


@pytest.mark.parametrize(
    ("pointers", "places"),
    [
        (("/answers/0/text",), [0]),
        (("/answers/2", "/answers/1/text"), [1, 2]),
        (("/answers/3/text",), []),
        (("/answers/10",), []),
        (("/answer/1",), []),
        ((), []),
    ],
)
def test_answers_that_the_server_cannot_read_are_named_by_their_number(
    pointers: tuple[str, ...], places: list[int]
) -> None:
    walk = Walk(challenge(QuestionKind.TEXT, QuestionKind.YEAR, QuestionKind.NUMBER)).answers(
        "plâtrier", "2009", "1200"
    )
    codes = tuple((pointer, "bad-format") for pointer in pointers)
    refused = walk.submits().fails("validation", codes=codes).state
    assert refused.notice is not None
    named = tuple(msg("notice.answer_format.which", number=place + 1) for place in places)
    assert refused.notice.lines == (named or (msg("notice.answer_format.next"),))
    assert refused.focus.item == (f"answer.{places[0]}" if places else "")


def test_the_same_challenge_keeps_its_answers_and_another_one_begins_anew() -> None:
    state = Walk(challenge(QuestionKind.TEXT, QuestionKind.YEAR)).answers("plâtrier").state
    asked = Walk(SPECS.step(Step.QUESTION).in_language(state))  # type: ignore[misc]
    same = asked.gets(builders.challenge("c1", QuestionKind.TEXT, QuestionKind.YEAR)).state
    assert (task(same, Questions).place, len(task(same, Questions).secrets)) == (1, 1)
    other = asked.gets(builders.challenge("c2", QuestionKind.TEXT, QuestionKind.YEAR)).state
    assert (other.step, task(other, Questions).place, task(other, Questions).secrets) == (Step.QUESTION, 0, {})
