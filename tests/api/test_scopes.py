"""What a scope holds ends with it in the client of the API and in the call under way, over real HTTP on loopback."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Final

import pytest

from sel_tui.journey.core.events import Abandoned, Command, Event, SessionEnded
from tests.api.playing import PASSWORD, RAISED, A, Played, given, opened, playing
from tests.api.servers import Gate, Reaction, answer, problem
from tests.unit import builders

SERVICE, METHODS = given(builders.service()), given(builders.methods())
OLD_PASSWORD: Final = "Ancien-1234!"
Begins = Callable[[Played], Awaitable[None]]


def reachable(value: object, seen: set[int]) -> Iterator[object]:
    """Yield all that can be reached from `value` through what this program makes and holds."""
    if id(value) in seen:
        return
    seen.add(id(value))
    yield value
    parts: list[object] = []
    if isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, (tuple, list, set, frozenset)):
        parts = list(value)
    elif type(value).__module__.startswith("sel_"):
        slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
        named = [field.name for field in fields(value)] if is_dataclass(value) else []
        parts = [getattr(value, name, None) for name in {*slots, *named, *getattr(value, "__dict__", {})}]
    for part in parts:
        yield from reachable(part, seen)


def held(played: Played) -> str:
    found = reachable(played.visit, set())
    return "\n".join(one for one in found if isinstance(one, str))


async def logging_in(played: Played) -> None:
    played.visit.start()
    await played.settles()
    played.feed(Command("begin", "fr"))
    played.submit(email="maika@exemple.test", password=PASSWORD)


async def asking_questions(played: Played) -> None:
    played.visit.start()
    await played.settles()
    await played.logs_in("maika")
    played.feed(Command("choose_method", "questions"))
    played.submit(identifier="ci1234567")


async def linking(played: Played) -> None:
    await played.comes_to_method_1()


async def proving(played: Played) -> None:
    await played.comes_to_method_1()
    await played.settles()
    played.submit(password=PASSWORD)


# What is under way: how it comes to it, what the server answered before, and what it answers too late.
UNDER_WAY: Final[dict[str, tuple[Begins, tuple[Reaction, ...], Reaction]]] = {
    "a log-in": (logging_in, (SERVICE,), opened(A)),
    "the list of methods": (logging_in, (SERVICE, opened(A)), METHODS),
    "the questions": (asking_questions, (SERVICE, opened(A), METHODS), given(builders.challenge(), 201)),
    "a link": (linking, (SERVICE, opened(A), METHODS), given(builders.link(), 201)),
    "a second proof": (
        proving,
        (SERVICE, opened(A), METHODS, problem(401, "step-up-required")),
        opened(RAISED),
    ),
}
ENDINGS: Final[dict[str, tuple[Event, bool]]] = {
    "expiry": (SessionEnded(), False),
    "expiry at a kiosk": (SessionEnded(), True),
    "abandonment": (Abandoned(), True),
    "quitting": (Command("quit"), False),
}


@pytest.mark.parametrize("deaf", [False, True], ids=["cancelled", "cannot be cancelled"])
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("call", UNDER_WAY)
async def test_nothing_of_what_ended_is_held_by_the_visit_its_client_or_the_call(
    call: str, ending: str, deaf: bool
) -> None:
    begins, before, late = UNDER_WAY[call]
    event, kiosk = ENDINGS[ending]
    gate = Gate()
    async with playing(*before, gate.holds(late), answer(204), deaf=deaf, kiosk=kiosk) as played:
        await begins(played)
        await gate.arrived.wait()
        assert PASSWORD in held(played) or A in held(played)
        under_way = played.calls[-1]
        without_session = call == "a log-in" and isinstance(event, SessionEnded)
        played.feed(event)
        if without_session:  # no session has begun that could end: the log-in goes on
            gate.open.set()
            assert not under_way.cancelled
            return
        await played.settles()
        if played.state.quit:
            await played.visit.close()
        gone = [PASSWORD, OLD_PASSWORD, A, RAISED]
        gone += ["ci1234567", "maika@exemple.test"] if kiosk else []

        at_once = held(played)
        gate.open.set()
        await played.all_end()

        assert [one for one in gone if one in at_once] == []
        assert [one for one in gone if one in held(played)] == []
        assert under_way.cancelled
        assert not played.client.sessions.is_open
        assert played.visit._keys == {}
