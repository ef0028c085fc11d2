"""The back end in a process of its own that can be killed, and people and files that it knows."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select, update

from sel_backend.backend import build
from sel_backend.demo.files import DEMO_FILES, DemoRecord
from sel_backend.demo.seed import add_account, add_file
from sel_backend.settings import LimitSettings, Rule
from sel_backend.storage.database import open_database
from sel_backend.storage.tables import idempotency, outbox, sessions
from tests.backend.databases import make_templates, postgresql_server
from tests.backend.served import Served, prepare, serving
from tests.backend.world import KEYS, PASSWORD, demo_settings, make_template

_RULES: Final = [name for name, field in LimitSettings.model_fields.items() if field.annotation is Rule]
# Every counter counts, and none refuses; no mail waits to be withdrawn.
SETTINGS: Final = "\n".join(
    (
        "[limits]",
        "network_requests_per_second = 10000000",
        "network_burst = 10000000",
        *(f"{name} = {{ tries = 1000000000, window_seconds = 10000000 }}" for name in _RULES),
        "[mail]",
        "unlinked_after_seconds = 0",
    )
)
_KINDS: Final = {record.identifier: record for record in DEMO_FILES}
_LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=UTC)


@contextmanager
def seeded(kind: str, folder: Path) -> Iterator[str]:
    """Yield a database of a kind with the demonstration's data, to be used once."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'template.sqlite3'}"
        make_template(url)
        yield url
        return
    with postgresql_server() as server:
        templates = make_templates(folder, server, make_template)
        try:
            yield templates.fresh(kind)
        finally:
            templates.close()


@dataclass(frozen=True)
class Owned:
    """A file that both people of a run can prove."""

    id: str
    record: DemoRecord

    @property
    def identifier(self) -> str:
        return self.record.identifier

    @property
    def email(self) -> str:
        return self.record.contents.email or ""


class BackEnd:
    """One back end on one database, for as many runs as there are.

    Args:
        folder: Its data folder.
        database_url: A seeded database, of which it gets a copy where it is a file.

    Attributes:
        restarts: How often it was started again after it was killed.
    """

    def __init__(self, folder: Path, database_url: str) -> None:
        self._folder = folder
        self._given = prepare(folder, database_url)
        (folder / "settings.toml").write_text(SETTINGS, "utf-8")
        self.url = self._given or f"sqlite:///{folder / 'sel-backend.sqlite3'}"
        self.rules = build(demo_settings(), database=open_database(self.url, 2), keys=KEYS)
        hasher = self.rules.core.hasher
        self._hashes = {word: hasher.hash_now(word) for word in (PASSWORD, *(one.old_password for one in DEMO_FILES))}
        self._stack = ExitStack()
        self._served: Served | None = None
        self._number = 0
        self.restarts = -1
        self.start()

    @property
    def port(self) -> int:
        assert self._served is not None
        return int(self._served.url.rpartition(":")[2])

    @property
    def process(self) -> int:
        """The id of its process."""
        assert self._served is not None
        return self._served.process.pid

    @property
    def runs(self) -> bool:
        return self._served is not None and self._served.process.poll() is None

    def start(self) -> None:
        """Start it; what a killed one had begun is left as long ago as a person's next try would find it."""
        self._stack.close()
        settings = str(self._folder / "settings.toml")
        self._served = self._stack.enter_context(
            serving(self._folder, "--settings", settings, database_url=self._given)
        )
        threading.Thread(target=self._served.process.stderr.read, daemon=True).start()
        self.restarts += 1
        self.do(lambda tx: tx.execute(update(idempotency).values(leased_until=_LONG_AGO)))

    def kill(self) -> None:
        """Kill it."""
        assert self._served is not None
        self._served.process.send_signal(signal.SIGKILL)
        self._served.process.wait(20)

    def close(self) -> None:
        """End it."""
        self._stack.close()
        self.rules.core.close()

    def do(self, work: Any) -> Any:
        """Return what `work` returns, given a transaction."""
        return self.rules.core.database.run_now(work)

    def new_people(self, count: int) -> list[tuple[str, str]]:
        """Return the ids and addresses of new accounts."""
        emails = [f"essai{self._next()}@exemple.test" for _ in range(count)]
        now, password = datetime.now(UTC), self._hashes[PASSWORD]

        def work(tx: Connection) -> list[str]:
            return [add_account(tx, (email, "Ève", "Essai", "person"), password, now) or "" for email in emails]

        return list(zip(self.do(work), emails, strict=True))

    def new_email(self) -> str:
        """Return an address that nobody has."""
        return f"neuf{self._next()}@exemple.test"

    def new_files(self, *kinds: str) -> list[Owned]:
        """Return new files like those of the demonstration that are called `kinds`."""
        records = []
        for kind in kinds:
            number, record = self._next(), _KINDS[kind]
            contents = record.contents.model_copy(update={"email": f"dossier{number}@exemple.test"})
            identifier = f"{kind[:2]}{6_000_000 + number}" if kind[:2] == "ci" else f"{kind[:2]}{600_000 + number}"
            records.append(replace(record, identifier=identifier, contents=contents, other_names=(), coordinates=()))

        def work(tx: Connection) -> list[str]:
            return [add_file(tx, self.rules, record, self._hashes) for record in records]

        return [Owned(*pair) for pair in zip(self.do(work), records, strict=True)]

    def mails(self, recipient: str, kind: str, link_id: str | None = None) -> list[str]:
        """Return the texts of the mails of a kind to an address, about this link if one is given, the newest first."""

        def work(tx: Connection) -> list[Any]:
            wanted = select(outbox.c.sealed).where(outbox.c.recipient == recipient, outbox.c.kind == kind)
            if link_id is not None:
                wanted = wanted.where(outbox.c.link_id == link_id)
            return list(tx.scalars(wanted.order_by(outbox.c.id.desc())))

        return [json.loads(KEYS.unseal(sealed))["text"] for sealed in self.do(work)]

    def let_log_in_age(self, account_id: str) -> None:
        """Let the log-ins of an account be so old that its password is asked for again."""
        own = update(sessions).where(sessions.c.account_id == account_id)
        self.do(lambda tx: tx.execute(own.values(authenticated_at=_LONG_AGO)))

    def _next(self) -> int:
        self._number += 1
        return self._number
