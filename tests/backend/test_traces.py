"""What each deed leaves behind, counted exactly: events by kind and account, mails by kind and recipient, cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import Connection, select

from sel_backend.storage.tables import accounts, events, outbox, support_cases
from tests.backend.test_accounts_from_nothing import (
    NEW,
    ask_for_account,
    code_for,
    confirm,
    finish_reset,
    start_reset,
)
from tests.backend.test_profiles import disavowal_code
from tests.backend.world import Person, World

ME, CAMILLE, WORKER = (f"{name}@exemple.test" for name in ("nouvelle", "camille", "maika.cote"))
OFFICE = "bureau@toitures.exemple.test"
Left = Counter[tuple[str, ...]]


def left_behind(world: World) -> Left:
    def read(tx: Connection) -> Left:
        of_account = select(events.c.kind, accounts.c.email).join(accounts, accounts.c.id == events.c.account_id)
        return Counter(
            [
                *(("event", *row) for row in tx.execute(of_account)),
                *(("mail", *row) for row in tx.execute(select(outbox.c.kind, outbox.c.recipient))),
                *(("case", *row) for row in tx.execute(select(support_cases.c.kind))),
            ]
        )

    return world.backend.core.database.run_now(read)


class Watcher:
    """Does one deed after the other, an hour apart, and says what each left."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.person = world.somebody()

    async def __call__(self, status: int, deed: Callable[[Person], Awaitable[Any]]) -> list[tuple[str, ...]]:
        self.world.clock.forward(hours=1)
        await self.person.log_in(ME)
        before = left_behind(self.world)
        answer = await deed(self.person)
        assert answer.status_code == status, answer.text
        self.answer = answer
        return sorted((left_behind(self.world) - before).elements())


async def test_each_deed_with_a_file_leaves_exactly_its_events_mails_and_cases(world: World) -> None:
    left = Watcher(world)

    def legacy(username: str, password: str) -> Callable[[Person], Awaitable[Any]]:
        return lambda person: person.legacy(username, password)

    def verify(**said: str) -> Callable[[Person], Awaitable[Any]]:
        return lambda person: person.ask("PUT", f"/v1/links/{link['id']}/verification", said)

    def ask_code(identifier: str) -> Callable[[Person], Awaitable[Any]]:
        return lambda person: person.post("/v1/link-code-requests", {"identifier": identifier})

    linked = [("event", "linked", ME), ("mail", "linked", OFFICE), ("mail", "linked", ME)]
    assert await left(201, legacy("er123456", "Toiture-99!")) == linked
    link = left.answer.json()
    assert await left(409, legacy("er123456", "Toiture-99!")) == []
    for username in ("er123456", "ci7654321"):
        assert await left(422, legacy(username, "faux")) == [("case", "not_recognized")]
    held = [("mail", "held_elsewhere", ME), ("mail", "held_here", CAMILLE)]
    assert await left(409, legacy("ci0000021", "Chantier-21!")) == [
        ("case", "held_elsewhere"),
        ("event", "link_refused", ME),
        *held,
    ]
    assert await left(200, verify(outcome="accurate")) == [("event", "verified", ME)]
    assert await left(200, verify(outcome="accurate")) == []
    assert await left(200, verify(outcome="error", note="x")) == [
        ("case", "error_reported"),
        ("event", "error_reported", ME),
    ]
    asked = ("event", "linking_code_asked", ME)
    assert await left(202, ask_code("ci1234567")) == [asked, ("mail", "link_code", WORKER)]
    for nobody in ("ci0000099", "ci7654321"):
        assert await left(202, ask_code(nobody)) == [asked]
    assert await left(204, lambda person: person.delete(f"/v1/links/{link['id']}")) == [
        ("event", "unlinked", ME),
        ("mail", "unlinked", OFFICE),
        ("mail", "unlinked", ME),
    ]
    assert await left(201, legacy("er123456", "Toiture-99!")) == linked
    mails = await left.person.mails()
    token = disavowal_code(next(mail for mail in mails if mail["to"] == OFFICE))

    def disown(_: Person) -> Awaitable[Any]:
        return world.somebody().post("/v1/disavowals", {"token": token})

    assert await left(202, disown) == [
        ("case", "disavowed"),
        ("event", "link_frozen", ME),
        ("mail", "frozen", OFFICE),
        ("mail", "frozen", ME),
    ]
    assert await left(202, disown) == []  # the code is used up, and so says nothing more
    assert await left(409, legacy("er123456", "Toiture-99!")) == [("event", "link_refused", ME)]


async def test_each_deed_with_an_account_leaves_exactly_its_events_and_mails(world: World) -> None:
    left, nobody = Watcher(world), world.somebody()
    assert await left(202, lambda _: ask_for_account(nobody)) == [("mail", "account_code", NEW)]
    started, code = left.answer, await code_for(nobody, NEW)
    assert await left(202, lambda _: ask_for_account(nobody, CAMILLE)) == [("mail", "account_exists", CAMILLE)]
    assert await left(422, lambda _: confirm(nobody, started, code)) == []  # an hour later
    started = await ask_for_account(nobody)
    before = left_behind(world)
    assert (await confirm(nobody, started, await code_for(nobody, NEW))).status_code == 201
    assert list(left_behind(world) - before) == [("event", "account_created", NEW)]

    assert await left(202, lambda _: start_reset(nobody, "personne@exemple.test")) == []
    assert await left(202, lambda _: start_reset(nobody, CAMILLE)) == [("mail", "password_code", CAMILLE)]
    started, code = left.answer, await code_for(nobody, CAMILLE)
    before = left_behind(world)
    for status in (200, 200):  # sent again after a lost answer
        assert (await finish_reset(nobody, started, code)).status_code == status
    assert sorted((left_behind(world) - before).elements()) == [
        ("event", "password_changed", CAMILLE),
        ("mail", "password_changed", CAMILLE),
    ]
