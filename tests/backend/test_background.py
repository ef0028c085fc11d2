"""What runs beside the answers goes on whatever happens to it, and readiness says so when it does not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine

from sel_backend.background import Background, wait_seconds
from sel_backend.mail.sender import Sender
from sel_backend.observability.logs import JsonFormatter
from sel_backend.storage.committer import Committer, Outcome
from tests.backend.served import prepare, serving
from tests.backend.test_outgoing_mail import Postman, link_something, mail_settings, smtp_server
from tests.backend.test_poisoned_mail import NAME, POISONED, put
from tests.backend.world import PASSWORD, START, Person, World, make_world

Make = Callable[..., World]


class Work:
    """Continuous work that does what a test says in each round: fail, end, or do its work until it is stopped."""

    def __init__(self, *rounds: BaseException | None) -> None:
        self._rounds = list(rounds)
        self._stopped = asyncio.Event()
        self.began = asyncio.Semaphore(0)
        self.resume = asyncio.Semaphore(0)

    async def run(self, went_well: Callable[[], None]) -> None:
        self.began.release()
        await self.resume.acquire()
        if self._rounds:
            failure = self._rounds.pop(0)
            if failure is not None:
                raise failure
            return
        went_well()
        self.began.release()
        await self._stopped.wait()

    def stop(self) -> None:
        self._stopped.set()
        self.resume.release()


class Failed(logging.Handler):
    """Says when a failure has been logged."""

    def __init__(self) -> None:
        super().__init__()
        self.event = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        del record
        self.event.set()


@pytest.mark.parametrize("end", [ValueError("canari"), None, asyncio.CancelledError(), MemoryError(), RecursionError()])
async def test_a_task_that_ends_by_itself_is_started_again_and_readiness_says_so_until_it_works(
    world: World, end: BaseException | None, caplog: pytest.LogCaptureFixture
) -> None:
    background, person = world.backend.core.background, world.somebody()
    assert (await person.get("/health/ready")).json() == {"status": "ok", "database": "ok"}
    work = Work(end, end)
    background.supervise("mail", work, first_wait=0)
    assert (await person.get("/health/ready")).json() == {"status": "ok", "database": "ok", "background": "ok"}
    for _ in range(2):
        await work.began.acquire()
        work.resume.release()
    await work.began.acquire()
    ready = await person.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json() == {"status": "unavailable", "database": "ok", "background": "unavailable"}
    assert (await person.get("/health/live")).status_code == 200
    work.resume.release()
    await work.began.acquire()
    assert (await person.get("/health/ready")).json()["background"] == "ok"
    await background.stop()
    told = [JsonFormatter().format(one) for one in caplog.records if "started again" in one.message]
    assert len(told) == 2
    assert '"task": "mail"' in told[0]
    assert "canari" not in str(told)


async def test_a_task_that_waits_to_be_started_again_is_stopped_at_once() -> None:
    background, work, failed = Background(), Work(ValueError()), Failed()
    logging.getLogger("sel_backend.background").addHandler(failed)
    background.supervise("mail", work, first_wait=1_000_000)
    work.resume.release()
    async with asyncio.timeout(20):
        await failed.event.wait()
        await background.stop()
    logging.getLogger("sel_backend.background").removeHandler(failed)
    assert background.well is None


def test_each_wait_is_twice_as_long_up_to_a_minute() -> None:
    assert [wait_seconds(failures) for failures in (1, 2, 3, 6, 7, 100_000)] == [1, 2, 4, 32, 60, 60]


async def test_short_work_is_tried_three_times_and_each_failure_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    background, tries = Background(), list[int]()

    async def work(succeed_at: int) -> None:
        tries.append(succeed_at)
        if len(tries) < succeed_at:
            raise ValueError("canari")

    background.start(lambda: work(3), first_wait=0)
    await background.settle()
    assert len(tries) == 3
    assert [getattr(one, "given_up", None) for one in caplog.records] == [False, False]
    caplog.clear()
    tries.clear()
    background.start(lambda: work(9), first_wait=0)
    await background.settle()
    assert len(tries) == 3
    assert [getattr(one, "given_up", None) for one in caplog.records] == [False, False, True]


class _Failing(Committer):
    """A thread of the database whose own way of working fails once, in the middle."""

    failed = False

    def do(self, jobs: Sequence[Callable[[], Any]]) -> Iterable[Outcome]:
        if not self.failed:
            self.failed = True
            raise MemoryError
        return super().do(jobs)


async def test_a_thread_of_the_database_that_fails_tells_whoever_waits_and_goes_on() -> None:
    committer = _Failing(create_engine("sqlite://"))
    async with asyncio.timeout(20):
        with pytest.raises(MemoryError):
            await committer.run(lambda: 1)
        assert await committer.run(lambda: 2) == 2
    committer.close()


async def test_the_sender_survives_what_nobody_expected_and_sends_afterwards(
    worlds: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    postman = Postman()
    real, left = Sender.send_due, [IndexError(), RuntimeError(), IndexError()]

    async def failing(self: Sender) -> int:
        if left:
            raise left.pop()
        return await real(self)

    monkeypatch.setattr(Sender, "send_due", failing)
    async with smtp_server(postman) as port:
        world = worlds(**mail_settings(port, poll_seconds=0.01))
        await link_something(world)
        world.backend.core.background.supervise("mail", Sender(world.backend.core), first_wait=0)
        async with asyncio.timeout(20):
            await postman.second.wait()
        await world.backend.core.background.stop()
    assert len(postman.mails) == 2


class Counting(Postman):
    """A postman whose mails can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.came: asyncio.Queue[str] = asyncio.Queue()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        answer = await super().handle_DATA(server, session, envelope)
        self.came.put_nowait(self.mails[-1]["To"])
        return answer


def poison(url: str) -> None:
    """Put mails that cannot be written into a database that no server holds."""
    world = make_world(url, demo=False)
    world.clock.now = START - timedelta(hours=1)
    for address in POISONED:
        put(world, address)
    world.backend.core.close()


async def test_a_server_with_poisoned_mails_sends_the_others_and_is_ready_also_after_a_restart(
    database_url: str, tmp_path: Path
) -> None:
    folder, postman = tmp_path / "data", Counting()
    url = prepare(folder, database_url)
    poison(url or f"sqlite:///{folder / 'sel-backend.sqlite3'}")
    async with smtp_server(postman) as port:
        told = {
            "SEL_BACKEND_MAIL__HOST": "127.0.0.1",
            "SEL_BACKEND_MAIL__PORT": str(port),
            "SEL_BACKEND_MAIL__SECURITY": "none",
            "SEL_BACKEND_MAIL__POLL_SECONDS": "0.05",
        }
        for name in ("une", "deux"):
            with ExitStack() as stack:
                served = await asyncio.to_thread(
                    stack.enter_context, serving(folder, "--operator-port", "0", database_url=url, **told)
                )
                async with httpx.AsyncClient(base_url=served.url) as client:
                    person = Person(client)
                    body = {"email": f"{name}@e.test", "password": PASSWORD, **NAME}
                    assert (await person.post("/v1/accounts", body)).status_code == 202
                    async with asyncio.timeout(20):
                        assert await postman.came.get() == f"{name}@e.test"
                    ready = await person.get("/health/ready")
                assert ready.json() == {"status": "ok", "database": "ok", "background": "ok"}
                await asyncio.to_thread(stack.close)
    assert len(postman.mails) == 2
