"""What floods in faster than it can be looked at costs neither memory nor the next person's time."""

from __future__ import annotations

import pytest
from textual import events

from sel_tui.screens.type_ahead import MOST, TypeAhead, Typed
from sel_tui.terminal.floods import MOST_WAITING
from tests.scenarios import build
from tests.screens.test_bytes import F1, Typist, typing

# As many bytes as the driver reads at once.
CHUNK = 4_096


async def flooded(person: Typist, monkeypatch: pytest.MonkeyPatch, data: bytes, times: int) -> list[events.Event]:
    """Flood `person`'s terminal, of which nobody looks at a key meanwhile; return what waits."""
    waiting: list[events.Event] = []
    monkeypatch.setattr(person.driver, "send_message", waiting.append)
    flood = data * times
    for place in range(0, len(flood), CHUNK):
        person.driver.take(flood[place : place + CHUNK])
    return waiting


async def test_of_a_flood_so_many_keys_wait_and_what_is_typed_once_they_are_looked_at_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with typing("login", monkeypatch) as person:
        waiting = await flooded(person, monkeypatch, b"x" * CHUNK, 10)
        assert len(waiting) == MOST_WAITING
        person.driver.take(F1)
        assert len(waiting) == MOST_WAITING
        for event in waiting:
            person.driver.looks_at(event)
        person.driver.take(b"x" * CHUNK)
        assert len(waiting) == MOST_WAITING, "it floods on"
        await person.waits(2)
        person.driver.take(F1)

        assert [event.key for event in waiting[MOST_WAITING:] if isinstance(event, events.Key)] == ["f1"]


async def test_keys_that_are_looked_at_as_fast_as_they_come_are_a_flood_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with typing("login", monkeypatch) as person:
        waiting: list[events.Event] = []

        def looked_at_at_once(event: events.Event) -> None:
            waiting.append(event)
            person.driver.looks_at(event)

        monkeypatch.setattr(person.driver, "send_message", looked_at_at_once)
        for _ in range(100):
            person.driver.take(b"x" * CHUNK)
        assert len(waiting) == CHUNK
        await person.waits(2)
        person.driver.take(F1)

        assert [event.key for event in waiting[CHUNK:] if isinstance(event, events.Key)] == ["f1"]


async def test_of_what_comes_in_small_pieces_so_many_keys_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    async with typing("login", monkeypatch) as person:
        waiting: list[events.Event] = []
        monkeypatch.setattr(person.driver, "send_message", waiting.append)
        for _ in range(MOST_WAITING):
            person.driver.take(b"xx")

        assert len(waiting) == MOST_WAITING


async def test_a_flood_of_pastes_is_weighed_by_its_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    async with typing("login", monkeypatch) as person:
        waiting = await flooded(person, monkeypatch, b"\x1b[200~" + b"x" * 60_000 + b"\x1b[201~", 10)

        assert len(waiting) == 2


@pytest.mark.parametrize(("report", "kept"), [(b"\x1b[I", CHUNK // 3), (b"\x1b[O", CHUNK // 3), (b"\x1b[?2026;2$y", 1)])
async def test_reports_of_the_terminal_flood_no_memory(
    monkeypatch: pytest.MonkeyPatch, report: bytes, kept: int
) -> None:
    async with typing("login", monkeypatch) as person:
        assert len(await flooded(person, monkeypatch, report * 1_000, 6)) == kept


async def test_a_sequence_that_a_flood_has_cut_types_nothing_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with typing("login", monkeypatch) as person:
        waiting = await flooded(person, monkeypatch, b"x" * 2 * CHUNK + b"\x1b]0;", 1)
        for event in waiting:
            person.driver.looks_at(event)
        before = len(waiting)
        await person.waits(2)
        person.driver.take(b"a")

        assert [event.key for event in waiting[before:] if isinstance(event, events.Key)] == ["a"]


def test_of_what_is_typed_ahead_during_a_call_so_many_keys_wait() -> None:
    state = build("login_busy")
    ahead = TypeAhead()
    for number in range(2 * MOST):
        assert ahead.hold_back(Typed(events.Key("enter", None), float(number), None), state, None)

    assert len(ahead._waiting) == MOST
