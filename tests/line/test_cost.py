"""What three tasks cost one who listens: answers to give, lines and characters to hear, at 80 columns.

The anchors are the accessible prompts of gh and huh (an answer is checked at Enter) and talking cash machines.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import pytest

from sel_tui.line.console import fold
from tests.line.stage import LEGACY, LOGIN, TO_LEGACY, Stage, converse
from tests.scenarios import records

COLUMNS: Final = 80
_END: Final = "Il n’y a plus de réponse à lire."
_FIRST: Final = "sel-tui, ligne par ligne. Vous l’avez demandé. Plein écran : f5."
METHOD_2: Final = ("2", "ci1234567", *records.RIGHT_ANSWERS, "")


class Task(NamedTuple):
    """A task: the answers before it and its own, and at most how many lines and characters, with hints and without."""

    before: tuple[str, ...]
    answers: tuple[str, ...]
    most: tuple[int, int]
    most_without_hints: tuple[int, int]


TASKS: Final = {
    "to the methods": Task((), LOGIN, (15, 700), (15, 630)),
    "method 1": Task(LOGIN, TO_LEGACY[2:] + LEGACY, (14, 600), (12, 410)),
    "method 2": Task(LOGIN, METHOD_2, (32, 1_300), (27, 1_040)),
}


def written(stage: Stage) -> str:
    """Return what was written, with what was typed and is shown behind its question, up to the end of the input."""
    return stage.text[: stage.text.index(_END)]


async def cost(name: str, *, hints: bool) -> tuple[int, int]:
    """Return how many lines and characters a task costs."""
    before, answers, *_ = TASKS[name]
    text = written(await converse(*before, *answers, hints=hints, simulation=True))
    if before:
        text = text[len(written(await converse(*before, hints=hints, simulation=True))) :]
    else:
        text = f"{_FIRST}{' Aide : ?' if hints else ''}\n{text}"
    typed = sum(len(answer) for answer in answers if answer not in {LOGIN[1], LEGACY[1]})
    rows = [row for line in text.rstrip("\n").split("\n") for row in fold(line, COLUMNS)]
    return len(rows), len(text) + typed


@pytest.mark.parametrize("hints", [True, False])
@pytest.mark.parametrize("name", TASKS)
async def test_a_task_costs_no_more_lines_and_characters_than_these(name: str, hints: bool) -> None:
    lines, characters = await cost(name, hints=hints)
    most_lines, most_characters = TASKS[name].most if hints else TASKS[name].most_without_hints

    assert lines <= most_lines
    assert characters <= most_characters


def test_the_methods_are_two_answers_away_a_file_three_by_its_old_access_and_seven_by_questions() -> None:
    assert [len(task.answers) for task in TASKS.values()] == [2, 3, 7]


@pytest.mark.parametrize("name", TASKS)
async def test_the_answers_of_a_task_end_where_it_ends(name: str) -> None:
    before, answers, *_ = TASKS[name]
    stage = await converse(*before, *answers)

    assert stage.state.step == ("methods" if not before else "linked")
    assert len(stage.prompts) == len(before) + len(answers) + 1
