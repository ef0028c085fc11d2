"""When an answer leaves tells nobody whether there is a file, an address on it, or an account."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from sel_backend.services import even_answers
from tests.backend.world import World

EVEN = {"even_answer_milliseconds": 250}


class Time:
    """A steady clock that goes on by a thousandth of a second at each look; nothing waits for it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waited: list[float] = []

    def monotonic(self) -> float:
        self.now += 0.001
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        await asyncio.get_running_loop().run_in_executor(None, int)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    stands = Time()
    monkeypatch.setattr(even_answers, "time", stands)
    monkeypatch.setattr(even_answers, "asyncio", stands)
    return stands


@pytest.mark.parametrize("body", ["ci1234567", "ci0000099", "ci9999999"], ids=["file", "no address", "no file"])
@pytest.mark.parametrize("path", ["link-code-requests", "question-challenges"])
async def test_what_is_asked_of_a_file_is_answered_when_its_time_has_come(
    worlds: Callable[..., World], time: Time, path: str, body: str
) -> None:
    person = await worlds(codes=EVEN).person("nouvelle")
    answer = await person.post(f"/v1/{path}", {"identifier": body})

    assert answer.status_code in {201, 202}
    assert time.waited == [pytest.approx(0.249)]


@pytest.mark.parametrize("email", ["nouvelle@exemple.test", "personne@exemple.test"])
async def test_a_new_password_is_answered_when_its_time_has_come(
    worlds: Callable[..., World], time: Time, email: str
) -> None:
    person = worlds(codes=EVEN).somebody()

    assert (await person.post("/v1/password-resets", {"email": email})).status_code == 202
    assert time.waited == [pytest.approx(0.249)]


async def test_a_refusal_waits_too_and_what_took_longer_does_not(worlds: Callable[..., World], time: Time) -> None:
    strict = {"asking_network": {"tries": 1, "window_seconds": 60}}
    somebody = worlds(codes={"even_answer_milliseconds": 0}, limits=strict).somebody(network="192.0.2.1")
    answers = [await somebody.post("/v1/password-resets", {"email": "personne@exemple.test"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 429]
    assert time.waited == [0.0, 0.0]
