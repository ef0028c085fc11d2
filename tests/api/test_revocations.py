"""At a kiosk a session whose end the server could not be told is ended later, while others use the machine."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from sel_tui.journey.core.events import Abandoned, Command, Edited
from sel_tui.journey.core.secret import Secret
from sel_tui.runtime import options
from sel_tui.runtime.revocations import Revocations
from sel_tui.runtime.visit import Running, Visit
from tests.api.playing import PASSWORD, A, B, bearer, given, opened
from tests.api.servers import Gate, Server, answer, cut, problem
from tests.api.stand_ins import Bell
from tests.backend.served import serving
from tests.unit import builders

SERVICE, METHODS, GONE = given(builders.service()), given(builders.methods()), problem(503, "unavailable")
OVER = problem(401, "session-ended")


@dataclass
class Kiosk:
    """A kiosk that runs one visit after the other; its alarms are rung by hand, its clock by `now`."""

    address: str
    now: float = 0.0
    bells: list[Bell] = field(default_factory=list)
    calls: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.revocations = Revocations(lambda: self.now)

    @asynccontextmanager
    async def visit(self) -> AsyncIterator[Visit]:
        def run(work: Callable[[], Coroutine[Any, Any, None]]) -> Running:
            self.calls.append(asyncio.get_running_loop().create_task(work()))
            return self.calls[-1]

        def later(seconds: float, ring: Callable[[], None]) -> Bell:
            self.bells.append(Bell(seconds, ring))
            return self.bells[-1]

        visit = Visit(
            options.VisitOptions(self.address, kiosk=options.Kiosk(revocations=self.revocations)),
            run,
            lambda _, __: None,
            later=later,
        )
        visit.start()
        await self.settles()
        try:
            yield visit
        finally:
            await visit.close()
            await self.settles()

    async def settles(self) -> None:
        while self.calls:
            await asyncio.gather(self.calls.pop(0), return_exceptions=True)

    async def logs_in(self, visit: Visit, who: str = "maika") -> None:
        visit.feed(Command("begin", "fr"))  # which a kiosk waits for
        visit.feed(Edited("email", f"{who}@exemple.test"))
        visit.feed(Edited("password", Secret(PASSWORD)))
        visit.feed(Command("submit"))
        await self.settles()
        assert visit.state.account.session is not None

    @property
    def bell(self) -> Bell:
        """The alarm at which the server is told again."""
        (bell,) = [bell for bell in self.bells if not bell.cancelled and bell.ring == self.revocations._ring]
        return bell

    async def tries_again(self) -> None:
        bell = self.bell
        self.now += bell.seconds
        self.bells.remove(bell)
        bell.ring()
        await self.settles()


def revoked(server: Server) -> list[str]:
    return [bearer(seen) for seen in server.seen if seen.method == "DELETE"]


async def test_a_log_out_that_fails_is_made_up_for_while_the_next_person_is_there() -> None:
    reactions = [
        SERVICE,
        opened(A),
        METHODS,
        cut(),
        SERVICE,
        opened(B),
        METHODS,
        GONE,
        answer(204),
        given(builders.links()),
    ]
    async with Server(reactions) as server:
        kiosk = Kiosk(server.address)
        async with kiosk.visit() as first:
            await kiosk.logs_in(first)
            first.feed(Abandoned())
            await kiosk.settles()
            assert revoked(server) == [A]
        async with kiosk.visit() as second:
            await kiosk.logs_in(second, "rejean")
            waits = []
            while kiosk.revocations.pending:
                waits.append(kiosk.bell.seconds)
                await kiosk.tries_again()

            assert waits == [5, 10]
            assert revoked(server) == [A, A, A]
            second.feed(Command("reload"))
            await kiosk.settles()
            assert bearer(server.seen[-1]) == B


@pytest.mark.parametrize("over", [answer(204), OVER], ids=["ended", "was over"])
async def test_what_the_server_says_is_over_is_not_tried_again(over: Any) -> None:
    async with Server([SERVICE, opened(A), METHODS, over]) as server:
        kiosk = Kiosk(server.address)
        async with kiosk.visit() as visit:
            await kiosk.logs_in(visit)

        assert revoked(server) == [A]
        assert kiosk.revocations.pending == 0


async def test_a_visit_that_ends_while_nobody_answers_leaves_its_session_to_the_next() -> None:
    gate = Gate()
    async with Server([SERVICE, opened(A), METHODS, gate.holds(answer(204)), SERVICE, answer(204)]) as server:
        kiosk = Kiosk(server.address)
        async with kiosk.visit() as visit:
            await kiosk.logs_in(visit)
            closing = asyncio.get_running_loop().create_task(visit.close())
            await gate.arrived.wait()
            closing.cancel()
            await asyncio.gather(closing, return_exceptions=True)
            gate.open.set()
        assert kiosk.revocations.pending == 1
        async with kiosk.visit():
            await kiosk.tries_again()

        assert revoked(server) == [A, A]
        assert kiosk.revocations.pending == 0


async def test_waits_grow_to_a_minute_and_end_with_the_session_itself() -> None:
    async with Server([SERVICE, opened(A), METHODS, GONE]) as server:
        kiosk = Kiosk(server.address)
        async with kiosk.visit() as visit:
            await kiosk.logs_in(visit)
            visit.feed(Abandoned())
            await kiosk.settles()
            waits = []
            for _ in range(6):
                waits.append(kiosk.bell.seconds)
                await kiosk.tries_again()
            assert waits == [5, 10, 20, 40, 60, 60]
            told = len(revoked(server))
            kiosk.revocations._left[0].until = kiosk.now
            await kiosk.tries_again()

            assert len(revoked(server)) == told
            assert kiosk.revocations.pending == 0


async def test_a_session_that_the_server_cannot_end_keeps_back_no_other() -> None:
    async with Server([SERVICE, opened(A), METHODS, GONE, opened(B), METHODS, GONE]) as server:
        kiosk = Kiosk(server.address)
        async with kiosk.visit() as visit:
            for who in ("maika", "rejean"):
                await kiosk.logs_in(visit, who)
                visit.feed(Abandoned())
                await kiosk.settles()
            assert kiosk.revocations.pending == 2
            for _ in range(2):
                await kiosk.tries_again()

            assert revoked(server) == [A, B, A, B]


async def test_one_s_own_machine_keeps_no_session_that_was_left() -> None:
    async with Server([SERVICE, opened(A), METHODS, cut(), SERVICE]) as server:
        kiosk = Kiosk(server.address)
        kiosk.revocations = None  # type: ignore[assignment]  # as the runner does it
        async with kiosk.visit() as visit:
            await kiosk.logs_in(visit)
            visit.feed(Command("log_out"))
            await kiosk.settles()
        assert revoked(server) == [A]


async def test_a_real_server_that_was_stopped_is_told_once_it_is_back(tmp_path: Path, first_data: Path) -> None:
    shutil.copytree(first_data, tmp_path / "data")
    flags = ("--demo", "--data", str(tmp_path / "data"))
    with serving(tmp_path, *flags) as served:
        kiosk = Kiosk(served.url)
        port = served.url.rpartition(":")[2]
        async with kiosk.visit() as visit:
            await kiosk.logs_in(visit, "nouvelle")
            assert visit._client is not None
            token = visit._client._transport.credentials.token
            assert await anybody(served.url, token) == 200
            served.end(signal.SIGTERM)
            visit.feed(Abandoned())
            await kiosk.settles()
    assert kiosk.revocations.pending == 1
    async with kiosk.visit() as visit:
        await kiosk.tries_again()
        assert kiosk.revocations.pending == 1
        with serving(tmp_path, *flags, "--port", port) as served:
            assert await anybody(served.url, token) == 200
            await kiosk.tries_again()

            assert kiosk.revocations.pending == 0
            assert await anybody(served.url, token) == 401


async def anybody(url: str, token: str) -> int:
    """Return how a server answers somebody who has found the token of a session."""
    async with httpx.AsyncClient(base_url=url) as client:
        return (await client.get("/v1/links", headers={"Authorization": f"Bearer {token}"})).status_code
