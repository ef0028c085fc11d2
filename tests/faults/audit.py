"""What the database holds beside what people were told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import httpx
from sqlalchemy import Connection, func, select

from sel_backend.storage.tables import events, limits, links, outbox
from sel_contract import LinkMethod
from tests.faults.backend import BackEnd, Owned
from tests.faults.known import Known

# Events that are told each time; log-ins are not, for nobody misses one that was lost.
_EVENTS = (
    *("account_created", "password_changed", "linked", "unlinked", "verified", "error_reported"),
    *("link_refused", "link_frozen", "linking_code_asked"),
)


class Audit:
    """Compares one back end's database with what people were told.

    Args:
        back_end: The back end.
        files: The files of this run.
    """

    def __init__(self, back_end: BackEnd, files: Iterable[Owned]) -> None:
        self._back_end = back_end
        self._files = {file.id: file for file in files}

    def of(self, who: Known, shown: dict[str, str]) -> None:
        """Check all that concerns one account.

        Args:
            who: What its owner was told.
            shown: The links that the list of files shows now, with their state.
        """
        self._back_end.do(lambda tx: self._rows(tx, who, shown))

    def _rows(self, tx: Connection, who: Known, shown: dict[str, str]) -> None:
        rows = tx.execute(select(links).where(links.c.account_id == who.id)).all()
        active = {row.id: row for row in rows if row.ended_at is None}
        assert shown == {row.id: "frozen" if row.frozen_at else "active" for row in active.values()}
        told = {*who.links.values(), *who.frozen.values()}
        assert told == set(active), "each link that was told of exists, and no other"
        for identifier, link_id in (who.links | who.frozen).items():
            row = active[link_id]
            assert self._files[row.file_id].identifier == identifier
            assert bool(row.frozen_at) == (identifier in who.frozen)
            assert (row.verification, row.verification_note or "") == who.said.get(link_id, ("to_verify", ""))
        assert len({row.file_id for row in active.values()}) == len(active)
        assert set(who.ended) == {row.id for row in rows if row.ended_at is not None}
        self._mails(tx, who, rows)
        self._events(tx, who)
        for method in LinkMethod:
            counter = self._back_end.rules.rate_limits.account(method, who.id)
            tries = _tries(tx, counter.stored_scope, counter.key)
            _between(who, f"miss:{method.value}", tries)
        here = self._back_end.rules.rate_limits.subject(f"{who.email}|127.0.0.1")
        _between(who, "login", _tries(tx, "login", here))

    def _mails(self, tx: Connection, who: Known, rows: Iterable[Any]) -> None:
        """Check that each link, and each end of one, has one mail to each address that it concerns."""
        for row in rows:
            addresses = {who.email, self._files[row.file_id].email}
            sent = tx.execute(select(outbox.c.kind, outbox.c.recipient).where(outbox.c.link_id == row.id)).all()
            wanted = Counter(("linked", address) for address in addresses)
            if row.ended_at is not None:
                wanted.update(("unlinked", address) for address in addresses)
            if row.frozen_at is not None:
                wanted.update(("frozen", address) for address in addresses)
            assert Counter((mail.kind, mail.recipient) for mail in sent) == wanted
        own = select(outbox.c.kind, func.count()).where(outbox.c.recipient == who.email).group_by(outbox.c.kind)
        counted: dict[str, int] = {row[0]: row[1] for row in tx.execute(own)}
        assert counted.get("password_changed", 0) == who.told["password_changed"]
        assert counted.get("account_exists", 0) == 0

    def _events(self, tx: Connection, who: Known) -> None:
        counted = select(events.c.kind, func.count()).where(events.c.account_id == who.id).group_by(events.c.kind)
        found: dict[str, int] = {row[0]: row[1] for row in tx.execute(counted)}
        for kind in _EVENTS:
            _between(who, kind, found.get(kind, 0))

    def sessions(self, who: Known, url: str) -> None:
        """Check that every token that is over stays over."""
        with httpx.Client(base_url=url) as client:
            for token in who.revoked:
                answer = client.get("/v1/sessions/current", headers={"Authorization": f"Bearer {token}"})
                assert answer.status_code == 401, answer.text


def _tries(tx: Connection, scope: str, key: str) -> int:
    return tx.scalar(select(limits.c.tries).where(limits.c.scope == scope, limits.c.key == key)) or 0


def _between(who: Known, what: str, found: int) -> None:
    """Check that something happened as often as was told, or oftener where somebody could not be told."""
    told = who.told[what]
    assert told <= found <= told + who.maybe[what], f"{what}: {found} times, and {told} were told"
