"""Requests that must take the same time whatever the true reason of their refusal, and the data that they need."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha1
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, update

from benchmarks.servers import PASSWORD, Client
from sel_backend.backend import Backend, build
from sel_backend.demo.files import DEMO_FILES
from sel_backend.demo.seed import add_account, add_file
from sel_backend.security import legacy
from sel_backend.security.keys import read_keys
from sel_backend.settings import Settings
from sel_backend.storage import files as file_rows
from sel_backend.storage.database import open_database
from sel_backend.storage.tables import accounts, facts, files, link_codes
from sel_contract import WorkerFile

POOL: Final = 100
ACCOUNTS: Final = 20
_CODE: Final = "7K3M9-QTDHX"
_WRONG_PASSWORD: Final = "Faux-1234!"
_NEW_PASSWORD: Final = "Girouette-Cuivre-26!"
_WRONG: Final = {
    "birth_date": "1901-01-01",
    "worker_postal_code": "A1A 1A1",
    "trade": "rien",
    "first_certificate_year": "1951",
    "retirement_year": "1951",
}
_RECORD: Final = DEMO_FILES[0]

# Sends the request of a cause, given its number; returns the status.
Ask = Callable[[Client, int], int]


@dataclass(frozen=True)
class Cause:
    """One true reason.

    Attributes:
        group: What is asked; all reasons of a group give the same answer.
        name: The reason.
        ask: Sends the request.
        prepare: Called before each, outside the time that is measured.
    """

    group: str
    name: str
    ask: Ask
    prepare: Callable[[Client, int], None] = lambda _, __: None


class Data:
    """What the requests are about, in the database of a back end that runs.

    Args:
        url: The database.
        folder: The data folder, in which the keys are.
        settings: Those of the back end.
    """

    def __init__(self, url: str, folder: Path, settings: Settings) -> None:
        self._backend: Backend = build(settings, database=open_database(url, 2), keys=read_keys(folder / "keys.json"))
        core = self._backend.core
        self._hashes = {word: core.hasher.hash_now(word) for word in (PASSWORD, _CODE, _RECORD.old_password)}
        self._number = 0
        self.now = datetime.now(UTC)
        self.emails = [f"compte{place}@exemple.test" for place in range(ACCOUNTS)]
        self.do(self._add_accounts)

    def do(self, work: Callable[[Connection], Any]) -> Any:
        """Return what `work` returns, given a transaction."""
        return self._backend.core.database.run_now(work)

    def close(self) -> None:
        """Let go of the database."""
        self._backend.core.close()

    def _add_accounts(self, tx: Connection) -> None:
        for email in self.emails:
            add_account(tx, (email, "Ève", "Essai", "person"), self._hashes[PASSWORD], self.now)

    def workers(self, *, email: bool = True, **changes: Any) -> list[str]:
        """Return the identifiers of new files; `changes` are columns of theirs."""

        def work(tx: Connection) -> list[str]:
            return [self._worker(tx, email=email, **changes)[0] for _ in range(POOL)]

        return list(self.do(work))

    def _worker(self, tx: Connection, *, email: bool = True, **changes: Any) -> tuple[str, str]:
        self._number += 1
        identifier = f"ci{7_000_000 + self._number}"
        assert isinstance(_RECORD.contents, WorkerFile)
        address = f"dossier{self._number}@exemple.test" if email else None
        contents = _RECORD.contents.model_copy(update={"email": address})
        record = replace(_RECORD, identifier=identifier, contents=contents, other_names=(), coordinates=())
        key = add_file(tx, self._backend, record, self._hashes)
        if changes:
            tx.execute(update(files).where(files.c.id == key).values(**changes))
        return identifier, key

    def nobodys(self, prefix: str = "ci9") -> list[str]:
        """Return identifiers of no file."""
        return [f"{prefix}{place:06}" for place in range(POOL)]

    def old_hash(self, *, wrapped: bool) -> dict[str, Any]:
        """Return the columns of a file whose old password came as a salted SHA-1."""
        core = self._backend.core
        current = core.keys.current
        digest = sha1(b"selAncien-1!", usedforsecurity=False).hexdigest()
        peppered = partial(self._peppered, current)
        old, _ = legacy.rested(peppered, current, "sha1", b"sel".hex(), digest)
        if wrapped:
            old = old.hardened(core.hasher.hash_now(old.kept))
        return {"legacy_scheme": legacy.WRAPPED if wrapped else legacy.RESTING, "legacy_hash": old.text()}

    def _peppered(self, key: str, text: str) -> str:
        return self._backend.core.keys.digest("old-password", text, key)

    def settle_answers(self, identifiers: list[str]) -> None:
        """Store the answers of files as they are once they were right: argon2id, and no digest."""
        hashed = self._hashes[PASSWORD]
        for identifier in identifiers:
            self.do(partial(self._settle, identifier=identifier, hashed=hashed))

    def _settle(self, tx: Connection, identifier: str, hashed: str) -> None:
        file = file_rows.by_name(tx, identifier)
        assert file is not None
        values = {"answer_hash": hashed, "digest": file_rows.HARDENED}
        tx.execute(update(facts).where(facts.c.file_id == file.id).values(**values))

    def coordinates(self, **changes: Any) -> list[str]:
        """Return the usernames of new coordinates; `changes` are columns of theirs."""

        def work(tx: Connection) -> list[str]:
            made = []
            for _ in range(POOL):
                _, key = self._worker(tx)
                username = f"L-{600_000 + self._number}"
                file_rows.add_link_code(
                    tx,
                    key,
                    draw=partial(str, username),
                    code_hash=self._hashes[_CODE],
                    created_at=self.now,
                    expires_at=self.now + timedelta(days=2),
                )
                if changes:
                    tx.execute(update(link_codes).where(link_codes.c.username == username).values(**changes))
                made.append(username)
            return made

        return list(self.do(work))

    def agents(self) -> list[str]:
        """Return addresses of accounts that are no person's."""
        emails = [f"agent{place}@exemple.test" for place in range(ACCOUNTS)]

        def work(tx: Connection) -> None:
            for email in emails:
                add_account(tx, (email, "Alex", "Essai", "person"), self._hashes[PASSWORD], self.now)
                tx.execute(update(accounts).where(accounts.c.email == email).values(role="agent"))

        self.do(work)
        return emails


def _post(client: Client, path: str, body: dict[str, Any]) -> int:
    return client.ask("POST", f"/v1/{path}", body, uuid.uuid4().hex)[0]


def _by_password(names: list[str], password: str = _WRONG_PASSWORD) -> Ask:
    return lambda client, number: _post(
        client,
        "links",
        {"method": "legacy_access", "username": names[number % len(names)], "password": password},
    )


def _by_code(names: list[str], code: str = _CODE) -> Ask:
    return lambda client, number: _post(
        client, "links", {"method": "link_code", "username": names[number % len(names)], "code": code}
    )


def _with(path: str, field: str, values: list[str], **more: Any) -> Ask:
    return lambda client, number: _post(client, path, {field: values[number % len(values)], **more})


def causes(
    data: Data, questions: Callable[[Client, str], dict[str, Any]], resets: list[str], terms: str
) -> Iterator[Cause]:
    """Yield every reason, group by group; the first of a group is what the others are compared with.

    Args:
        data: The data.
        questions: Returns the questions about a file.
        resets: The ids of resets that wait for a code.
        terms: The version of the terms of use.
    """
    yield from _method_1(data)
    yield from _method_2(data, questions)
    yield from _method_3(data)
    yield from _of_files(data)
    yield from _of_accounts(data, resets, terms)


def _method_1(data: Data) -> Iterator[Cause]:
    group = "method 1"
    known = data.workers()
    yield Cause(group, "wrong password", _by_password(known))
    yield Cause(group, "no such file", _by_password(data.nobodys()))
    yield Cause(group, "an NEQ in place of a number", _by_password([f"er11{place:08}" for place in range(POOL)]))
    yield Cause(group, "no old access", _by_password(data.workers(legacy_hash=None, legacy_scheme=None)))
    gone = data.workers(legacy_expires_at=data.now - timedelta(days=1))
    yield Cause(group, "old access expired, right password", _by_password(gone, _RECORD.old_password))
    yield Cause(group, "wrong password, imported, at rest", _by_password(data.workers(**data.old_hash(wrapped=False))))
    yield Cause(group, "wrong password, imported, wrapped", _by_password(data.workers(**data.old_hash(wrapped=True))))


def _method_2(data: Data, questions: Callable[[Client, str], dict[str, Any]]) -> Iterator[Cause]:
    group = "method 2"
    answers: dict[str, dict[str, Any]] = {}

    def answer(names: list[str], given: dict[str, str], name: str) -> Cause:
        def prepare(client: Client, number: int) -> None:
            answers[name] = questions(client, names[number % len(names)])

        def ask(client: Client, _: int) -> int:
            asked = [question["id"] for question in answers[name]["questions"]]
            said = [{"question_id": key, "answer": given[key]} for key in asked]
            body = {"method": "questions", "challenge_id": answers[name]["id"], "answers": said}
            return _post(client, "links", body)

        return Cause(group, name, ask, prepare)

    half = dict(list(_RECORD.answers.items())[:2])
    yield answer(data.workers(), _WRONG, "every answer wrong")
    yield answer(data.workers(), _WRONG | half, "half of the answers right")
    settled = data.workers()
    data.settle_answers(settled)
    yield answer(settled, _WRONG, "every answer wrong, stored by argon2id")
    yield answer(data.nobodys("ci8"), _WRONG, "no such file")


def _method_3(data: Data) -> Iterator[Cause]:
    group = "method 3"
    yield Cause(group, "wrong code", _by_code(data.coordinates(), "2B6WZ-8RNEK"))
    yield Cause(group, "no such coordinates", _by_code([f"L-{900_000 + place}" for place in range(POOL)]))
    yield Cause(group, "used, right code", _by_code(data.coordinates(used_at=data.now)))
    yield Cause(group, "replaced, right code", _by_code(data.coordinates(replaced_at=data.now)))
    expired = {"created_at": data.now - timedelta(days=3), "expires_at": data.now - timedelta(days=2)}
    yield Cause(group, "expired, right code", _by_code(data.coordinates(**expired)))


def _of_files(data: Data) -> Iterator[Cause]:
    group = "the questions about a file"
    yield Cause(group, "a file", _with("question-challenges", "identifier", data.workers()))
    yield Cause(group, "no such file", _with("question-challenges", "identifier", data.nobodys("ci5")))

    group = "a request for coordinates"
    yield Cause(group, "a file with an address", _with("link-code-requests", "identifier", data.workers()))
    without = data.workers(email=False)
    yield Cause(group, "a file without an address", _with("link-code-requests", "identifier", without))
    yield Cause(group, "no such file", _with("link-code-requests", "identifier", data.nobodys("ci6")))


def _of_accounts(data: Data, resets: list[str], terms: str) -> Iterator[Cause]:
    group = "log-in"
    unknown = [f"personne{place}@exemple.test" for place in range(ACCOUNTS)]
    yield Cause(group, "wrong password", _with("sessions", "email", data.emails, password="Faux-1234!"))
    yield Cause(group, "no such account", _with("sessions", "email", unknown, password="Faux-1234!"))
    yield Cause(group, "an agent's account", _with("sessions", "email", data.agents(), password=PASSWORD))

    group = "a request for an account"
    person = {"password": _NEW_PASSWORD, "first_name": "Ève", "last_name": "Essai", "language": "fr-CA"}
    person["terms_version"] = terms
    yield Cause(group, "no such account", _with("accounts", "email", unknown, **person))
    yield Cause(group, "an account", _with("accounts", "email", data.emails, **person))

    group = "a request for a new password"
    yield Cause(group, "an account", _with("password-resets", "email", data.emails))
    yield Cause(group, "no such account", _with("password-resets", "email", unknown))

    group = "a new password with a code"
    body = {"code": "000000", "new_password": _NEW_PASSWORD}

    def finish(ids: list[str]) -> Ask:
        return lambda client, number: client.ask("PUT", f"/v1/password-resets/{ids[number % len(ids)]}", body)[0]

    yield Cause(group, "wrong code", finish(resets))
    yield Cause(group, "no such request", finish([uuid.uuid4().hex for _ in range(POOL)]))
