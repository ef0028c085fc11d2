"""Answers from a pipe or a file: line by line, never a secret in the record, any bytes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sel_tui.line.sources import EndOfInput, Interrupted, Line, PipeSource
from tests.line.test_sources import CHOOSING, NUMBERED, OPEN, SECRET


@pytest_asyncio.fixture
async def pipe() -> AsyncIterator[tuple[PipeSource, int, list[str]]]:
    reading, writing = os.pipe()
    written: list[str] = []
    yield PipeSource(reading, written.append, b"un\nde"), writing, written
    os.close(reading)


async def test_a_pipe_is_read_line_by_line_and_its_answers_stand_behind_the_questions(
    pipe: tuple[PipeSource, int, list[str]],
) -> None:
    source, writing, written = pipe
    os.write(writing, "ux\r\n\nsecret\né".encode())
    os.close(writing)

    assert await source.read(OPEN) == Line("un")
    assert await source.read(OPEN) == Line("deux")
    assert await source.read(OPEN) == Line("")
    assert await source.read(SECRET) == Line("secret")
    assert await source.read(OPEN) == Line("é")
    assert await source.read(OPEN) == EndOfInput()
    assert "".join(written) == "un\ndeux\n\n••••\né\n\n"


async def test_a_secret_that_came_to_the_wrong_question_does_not_stand_in_the_record(tmp_path: Path) -> None:
    answers = tmp_path / "answers.txt"
    answers.write_text("Chantier-2026!\nmot de p\n2\n\n", encoding="utf-8")
    written: list[str] = []
    with answers.open("rb") as opened:
        source = PipeSource(opened.fileno(), written.append)
        for _ in range(4):
            await source.read(NUMBERED)

    assert "".join(written) == "••••\nmot de p\n2\n\n"


async def test_waiting_for_a_pipe_can_be_stopped(pipe: tuple[PipeSource, int, list[str]]) -> None:
    source, writing, _ = pipe
    await source.read(OPEN)
    hearing = asyncio.ensure_future(source.read(OPEN))
    await asyncio.sleep(0)
    source.stop()

    assert await hearing == Interrupted()
    os.close(writing)


async def test_a_file_is_read_though_it_cannot_be_waited_for(tmp_path: Path) -> None:
    answers = tmp_path / "answers.txt"
    answers.write_text("un\ndeux", encoding="utf-8")
    with answers.open("rb") as opened:
        source = PipeSource(opened.fileno(), lambda _: None)

        assert [await source.read(CHOOSING) for _ in range(3)] == [Line("un"), Line("deux"), EndOfInput()]


@pytest.mark.parametrize(
    ("encoding", "text", "said"),
    [("utf-8", "rene", 1), ("iso8859-1", "renée", 0), ("iso8859-15", "renée", 0), ("cp1252", "renée", 0)],
)
async def test_any_bytes_of_a_pipe_are_letters_of_its_encoding_or_left_out(encoding: str, text: str, said: int) -> None:
    reading, typing = os.pipe()
    written: list[str] = []
    source = PipeSource(reading, written.append, b"", encoding)
    source.on_undecodable = lambda: written.append("<said>\n")
    os.write(typing, b"ren\xe9e\nren\xe9")
    os.close(typing)

    assert await source.read(OPEN) == Line(text)
    assert await source.read(OPEN) == Line("ren" if said else "ren\u00e9")
    assert "".join(written).count("<said>") == said
    os.close(reading)
