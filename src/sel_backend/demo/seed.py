"""Puts the demonstration data into an empty database, all at once. Hashed at seed time with today's parameters.

One salt and hash per distinct secret would be wrong for real people; here every secret is printed in the panel.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Connection, insert, select

from sel_backend.backend import Backend
from sel_backend.demo.data import PASSWORD
from sel_backend.demo.files import ACCOUNTANT_COUNT, ACCOUNTANT_FIRST, DEMO_FILES, DemoRecord
from sel_backend.mail import texts
from sel_backend.mail.phone import Phone
from sel_backend.security import answers
from sel_backend.security.tokens import new_reference
from sel_backend.storage import accounts, desk_sessions, files, links
from sel_backend.storage.files import FactRow, FileRow
from sel_backend.storage.rows import new_id
from sel_backend.storage.tables import accounts as accounts_table
from sel_backend.storage.tables import demo_mails
from sel_contract import Category, EventKind, Language, LinkMethod
from sel_contract.desk import DeskRole

_PEOPLE = (
    ("nouvelle@exemple.test", "Maïka", "Côté-L’Heureux", "person"),
    ("rejean@exemple.test", "Réjean", "St-Onge", "person"),
    ("association@exemple.test", "Dominique", "Lévesque", "person"),
    ("camille@exemple.test", "Camille", "Bouchard", "person"),
    ("comptable@exemple.test", "Dominique", "Tremblay", "person"),
    ("agent@exemple.test", "Alex", "Gagné", DeskRole.AGENT),
)
SUPERVISORS: Final = (
    ("superviseure@exemple.test", "Manon", "Bélanger", DeskRole.SUPERVISOR),
    ("superviseur@exemple.test", "Karim", "Haddad", DeskRole.SUPERVISOR),
)
_LINKED = {
    "camille@exemple.test": ("ci0000021", "er000021"),
    "comptable@exemple.test": tuple(
        f"er000{number}" for number in range(ACCOUNTANT_FIRST, ACCOUNTANT_FIRST + ACCOUNTANT_COUNT)
    ),
}


def seed(backend: Backend) -> None:
    """Fill an empty database; leave one alone that has accounts."""
    if backend.core.database.run_now(lambda tx: tx.execute(select(accounts_table.c.id).limit(1)).first()):
        return
    secrets = {PASSWORD, *(one.code for record in DEMO_FILES for one in record.coordinates)}
    secrets |= {record.old_password for record in DEMO_FILES}
    with ThreadPoolExecutor() as pool:
        hashes = dict(zip(secrets, pool.map(backend.core.hasher.hash_now, secrets), strict=True))
    backend.core.database.run_now(lambda tx: _fill(tx, backend, hashes))


def _fill(tx: Connection, backend: Backend, hashes: dict[str, str]) -> None:
    now = backend.core.clock()
    ids = {record.identifier: add_file(tx, backend, record, hashes) for record in DEMO_FILES}
    for person in _PEOPLE:
        account_id = add_account(tx, person, hashes[PASSWORD], now)
        assert account_id is not None
        for place, identifier in enumerate(_LINKED.get(person[0], ())):
            link(tx, backend, account_id, ids[identifier], now - timedelta(days=20, minutes=place))


def add_account(tx: Connection, person: tuple[str, str, str, str], password_hash: str, now: datetime) -> str | None:
    """Add an account (address, names, role) that is a month old and return its id; None: there is one."""
    email, first_name, last_name, role = person
    made = now - timedelta(days=30)
    account_id = accounts.add(
        tx,
        email=email,
        password_hash=password_hash,
        first_name=first_name,
        last_name=last_name,
        language=Language.FRENCH,
        role=role,
        now=made,
    )
    if account_id and role != accounts.PERSON:
        desk_sessions.choose_password(tx, account_id, made)
    return account_id


def add_file(tx: Connection, backend: Backend, record: DemoRecord, hashes: dict[str, str]) -> str:
    """Add a file with everything that proves it, and its coordinates; return its id."""
    core = backend.core
    row = FileRow(
        id=new_id(),
        category=record.contents.category.value,
        identifier=record.identifier,
        display_name=record.display_name,
        email=record.contents.email,
        contents=record.contents.model_dump_json(exclude_none=True),
        legacy_scheme="argon2id",
        legacy_expires_at=None,
        legacy_hash=hashes[record.old_password],
    )
    files.add(tx, row, (record.identifier, *record.other_names))
    entries = core.questions.entries
    facts = []
    for question, answer in record.answers.items():
        digest = backend.proofs.answer_digest(answers.normalised(entries[question].comparison, answer))
        facts.append(FactRow(question, core.keys.current, digest, None))
    files.add_facts(tx, row.id, facts)
    for place, one in enumerate(record.coordinates):
        made = core.clock() - timedelta(days=3 if one.expired else 0, minutes=len(record.coordinates) - place)
        expires = made + timedelta(hours=core.settings.codes.linking_code_hours)
        draw = partial(str, one.username)
        files.add_link_code(tx, row.id, draw=draw, code_hash=hashes[one.code], created_at=made, expires_at=expires)
        mail = texts.link_code(
            record.contents.email or "",
            username=one.username,
            code=one.code,
            hours=core.settings.codes.linking_code_hours,
            phone=Phone.of(core.settings.service),
            file_id=row.id,
        )
        tx.execute(
            insert(demo_mails).values(
                id=new_id(), recipient=mail.recipient, subject=mail.subject, body=mail.text, sent_at=made
            )
        )
    return row.id


def link(tx: Connection, backend: Backend, account_id: str, file_id: str, when: datetime) -> None:
    """Link a file to an account."""
    file = files.by_id(tx, file_id)
    assert file is not None
    reference = new_reference()
    link_id = links.add(
        tx,
        account_id=account_id,
        file_id=file_id,
        exclusive=backend.core.settings.linking.exclusive[Category(file.category)],
        method=LinkMethod.LEGACY_ACCESS,
        reference=reference,
        now=when,
    )
    links.add_event(
        tx,
        account_id,
        EventKind.LINKED,
        when,
        link_id=link_id,
        method=LinkMethod.LEGACY_ACCESS,
        category=file.category,
        identifier=file.identifier,
        display_name=file.display_name,
        reference=reference,
    )
