"""An answer may come before, between or behind the keys: they end at the same place."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pytest

from sel_tui.journey.core.effects import Request
from sel_tui.journey.core.events import Answered, Failed, Failure
from sel_tui.journey.core.page import Button
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import page, update
from sel_tui.journey.registry import Step
from sel_tui.runtime.visit import Visit
from tests.scenarios import models
from tests.scenarios.walk import SCENARIOS, Walk, drafts
from tests.screens.stage import Stage, stage

KEYS: Final = (("tab", "tab", "tab", "enter"), ("f1", "down", "f1", "x", "shift+tab", "up", "enter"))


class Awaited(NamedTuple):
    """A moment at which a call is under way, and what ends it and those that follow from it at once."""

    name: str
    state: State
    ends: tuple[Any, ...]

    @property
    def after(self) -> State:
        after = self.state
        for end in self.ends:
            after = update(after, _event(after, end))
        return after


def _event(state: State, end: Any) -> Answered | Failed:
    assert state.busy is not None
    return Failed(state.busy.id, end) if isinstance(end, Failure) else Answered(state.busy.id, end, models.NOW)


def _awaited() -> Iterator[Awaited]:
    """Every kind of answer and refusal that a scenario meets on its way, once."""
    known: set[object] = set()
    for name, walked in SCENARIOS.items():
        met = walked(Walk.begins()).answered
        for place, (state, _) in enumerate(met):
            ends, after = [], state
            for waiting, end in met[place:]:
                if waiting != after:
                    break
                ends.append(end)
                after = update(after, _event(after, end))
            what = tuple(end.kind if isinstance(end, Failure) else type(end) for end in ends)
            assert state.busy is not None
            kind = (state.step, state.overlay, type(state.busy.effect), what, after.step)
            if kind not in known:
                known.add(kind)
                yield Awaited(name, state, tuple(ends))


def _refuses(one: Awaited) -> bool:
    """Tell whether what comes is a refusal: of the server, or of the program itself."""
    grave = one.after.notice is not None and one.after.notice.grave
    return grave if one.state.step is Step.STAFF else any(isinstance(end, Failure) for end in one.ends)


AWAITED: Final = tuple(_awaited())
ANSWERED: Final = [
    pytest.param(one, id=f"{one.name}-{number}") for number, one in enumerate(AWAITED) if not _refuses(one)
]
REFUSED: Final = [
    pytest.param(one, id=f"{one.name}-{number}")
    for number, one in enumerate(AWAITED)
    # At a kiosk's first page no key waits for the server.
    if _refuses(one) and (one.after.unexpected or one.state.step is Step.STAFF) and one.state.step is not Step.ATTRACT
]


@pytest.fixture(autouse=True)
def only_these_tests_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(visit: Visit, request: Request) -> None:
        del visit, request
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(Visit, "_perform", never)


def place(played: Stage) -> tuple[object, ...]:
    state = played.state
    view = played.screen.view
    typed = {name: clear(value) for name, value in drafts(state).items()}
    action = state.busy.effect if state.busy is not None else None
    return (state.step, state.overlay, view.item.id if view else "", typed, state.errors, state.notice, action)


def end_call(played: Stage, ends: tuple[Any, ...]) -> None:
    for end in ends:
        played.app.visit.feed(_event(played.state, end))


async def ends_at(awaited: Awaited, keys: tuple[str, ...], *, after: int, burst: bool) -> tuple[object, ...]:
    """Return where the keys lead when the answer comes after so many; in a burst, one is looked at before."""
    async with stage(awaited.state) as played:
        for number, key in enumerate((*keys, "")):
            if number == after:
                end_call(played, awaited.ends)
            if key:
                played.posts(key)
            if not burst or number == 0:
                await played.settles()
        await played.settles()
        return place(played)


@pytest.mark.parametrize(
    ("awaited", "keys"),
    [
        pytest.param(*one.values, keys, id=f"{one.id}-{'-'.join(keys)}")
        for number, one in enumerate(ANSWERED)
        for keys in KEYS[: 1 if number % 3 else None]  # what opens and closes an overlay, with every third
    ],
)
async def test_wherever_the_answer_comes_among_the_keys_they_lead_to_the_same_place(
    awaited: Awaited, keys: tuple[str, ...]
) -> None:
    after = awaited.after
    if awaited.state.overlay is not None and "f1" in keys:
        keys = ()  # the mailbox is fetched in passing: arrows go through it as it is by then
    if after.person.generation != awaited.state.person.generation:
        keys = ()  # what one person typed is not for the next
    if any(isinstance(item, Button) and item.binding for item in page(after).items):
        keys = tuple(key for key in keys if key != "enter")  # what binds depends on when it was typed, and must
    expected = await ends_at(awaited, keys, after=0, burst=False)

    assert await ends_at(awaited, keys, after=min(2, len(keys)), burst=True) == expected
    if keys == KEYS[1]:
        assert await ends_at(awaited, keys, after=len(keys), burst=False) == expected


@pytest.mark.parametrize("awaited", REFUSED)
async def test_what_waited_when_something_else_came_is_dropped(awaited: Awaited) -> None:
    without = await ends_at(awaited, (), after=0, burst=False)

    assert await ends_at(awaited, ("tab", "enter", "enter"), after=3, burst=True) == without
