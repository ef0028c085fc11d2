"""What the demonstration's desk has to do: a case of each kind, with references that can be said; two weeks of calls.

All fictitious. It is added once, also to a demonstration that an earlier version made; nothing else is touched.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Final

from sqlalchemy import Connection, insert

from sel_backend.backend import Backend
from sel_backend.demo import seed
from sel_backend.demo.data import PASSWORD
from sel_backend.demo.desk_files import DESK_FILES
from sel_backend.storage import accounts, desk_cases, desk_sessions, desk_views, files, links
from sel_backend.storage.desk_cases import CaseRow
from sel_backend.storage.rows import timed_id
from sel_backend.storage.tables import outbox
from sel_contract import LinkMethod
from sel_contract.desk import FoundBy, RefusalReason, TerminalKind
from sel_contract.desk_case import DeskActKind
from sel_contract.rules.codes import ALPHABET, reference_from

CALLERS: Final = (
    ("gaelle@exemple.test", "Gaëlle", "Roy", accounts.PERSON),
    ("luc@exemple.test", "Luc", "Tremblay", accounts.PERSON),
    ("ines@exemple.test", "Inès", "Benali", accounts.PERSON),
    ("sam@exemple.test", "Sam", "Ouellet", accounts.PERSON),
    ("anciens-appels@exemple.test", "Anciens", "Appels", accounts.PERSON),
)
NEQ_TYPED: Final = "NEQ0-0000-04"
EXPIRED: Final = "EXP1-RE00-05"
LOCKED: Final = "ATTE-NDRE-04"
HELD: Final = "DEJA-PR1S-0F"
FROZEN: Final = "GE1E-0000-10"
REPORTED: Final = "ERRE-VR00-03"
_LINKED: Final = {"ci0000402": "ines@exemple.test", "er000403": "luc@exemple.test"}
_DAYS: Final = 14
# How often a day, on an ordinary one, people were refused before.
_USUAL: Final = (
    (RefusalReason.WRONG_PASSWORD, LinkMethod.LEGACY_ACCESS, 5),
    (RefusalReason.NEQ_TYPED, LinkMethod.LEGACY_ACCESS, 3),
    (RefusalReason.WRONG_ANSWERS, LinkMethod.QUESTIONS, 2),
    (RefusalReason.CODE_EXPIRED, LinkMethod.LINK_CODE, 1),
)
# Whoever allows more tries than this has no case of somebody who used them up.
_MOST_TRIES: Final = 20


def add(backend: Backend) -> None:
    """Add what the desk has to do, unless it is there."""
    core = backend.core
    if core.database.run_now(lambda tx: desk_views.support_case(tx, NEQ_TYPED)):
        return
    secrets = {PASSWORD, *(record.old_password for record in DESK_FILES)}
    hashes = {secret: core.hasher.hash_now(secret) for secret in secrets}
    core.database.run_now(lambda tx: _fill(tx, backend, hashes))


def _fill(tx: Connection, backend: Backend, hashes: dict[str, str]) -> None:
    now = backend.core.clock()
    for person in (*seed.SUPERVISORS, *CALLERS):
        seed.add_account(tx, person, hashes[PASSWORD], now)
    agent = desk_sessions.agent_by_email(tx, "agent@exemple.test")
    assert agent is not None
    desk_sessions.choose_password(tx, agent.id, now)
    ids = {record.identifier: seed.add_file(tx, backend, record, hashes) for record in DESK_FILES}
    people = {email: found.id for email, *_ in CALLERS if (found := accounts.by_email(tx, email))}
    for identifier, email in _LINKED.items():
        seed.link(tx, backend, people[email], ids[identifier], now - timedelta(days=3))
    _refusals(tx, people, ids, now)
    _locked(tx, backend, people["sam@exemple.test"], now)
    _linked(tx, people, ids, now)
    _bounced(tx, ids["er000401"], people["luc@exemple.test"], hashes[PASSWORD], now - timedelta(days=2))
    _earlier(tx, people["anciens-appels@exemple.test"], agent.id, now)


def _refusals(tx: Connection, people: dict[str, str], ids: dict[str, str], now: datetime) -> None:
    refused = partial(links.add_support_case, tx, kind="not_recognized")
    legacy, code = LinkMethod.LEGACY_ACCESS, LinkMethod.LINK_CODE
    refused(
        reference=NEQ_TYPED,
        account_id=people["gaelle@exemple.test"],
        reason=RefusalReason.NEQ_TYPED,
        now=now - timedelta(minutes=50),
        terminal=TerminalKind.SCREEN,
        method=legacy,
    )
    refused(
        reference=EXPIRED,
        account_id=people["luc@exemple.test"],
        reason=RefusalReason.CODE_EXPIRED,
        now=now - timedelta(minutes=35),
        terminal=TerminalKind.KIOSK,
        method=code,
        file_id=ids["er000401"],
    )
    held = files.by_name(tx, "ci0000021")
    links.add_support_case(
        tx,
        reference=HELD,
        account_id=people["gaelle@exemple.test"],
        kind="held_elsewhere",
        reason=RefusalReason.HELD_ELSEWHERE,
        now=now - timedelta(minutes=20),
        terminal=TerminalKind.SCREEN,
        method=legacy,
        file_id=held.id if held else None,
    )


def _locked(tx: Connection, backend: Backend, account_id: str, now: datetime) -> None:
    """Let somebody have used up the tries of the first method, by line."""
    counter = backend.rate_limits.account(LinkMethod.LEGACY_ACCESS, account_id)
    for _ in range(min(counter.rule.tries, _MOST_TRIES)):
        backend.rate_limits.count(tx, counter, now - timedelta(minutes=10))
    links.add_support_case(
        tx,
        reference=LOCKED,
        account_id=account_id,
        kind="not_recognized",
        reason=RefusalReason.WRONG_PASSWORD,
        now=now - timedelta(minutes=10),
        terminal=TerminalKind.LINE,
        method=LinkMethod.LEGACY_ACCESS,
    )


def _linked(tx: Connection, people: dict[str, str], ids: dict[str, str], now: datetime) -> None:
    """Let a link have been disowned, and an error have been reported about another."""
    (disowned,) = links.holders(tx, ids["ci0000402"])
    links.freeze(tx, disowned, now - timedelta(hours=2))
    frozen = {"file_id": disowned.file_id, "link_id": disowned.id, "method": disowned.method}
    links.add_support_case(
        tx,
        reference=FROZEN,
        account_id=people["ines@exemple.test"],
        kind="disavowed",
        reason="link",
        now=now - timedelta(hours=2),
        **frozen,
    )
    (wrong,) = links.holders(tx, ids["er000403"])
    note = "Le numéro de téléphone est l’ancien. Écrivez-moi à luc@exemple.test."
    at = now - timedelta(hours=5)
    links.verify(tx, wrong.id, outcome="error", reference=REPORTED, note=note, now=at)
    links.add_support_case(
        tx,
        reference=REPORTED,
        account_id=people["luc@exemple.test"],
        kind="error_reported",
        reason="file_contents",
        now=at,
        terminal=TerminalKind.SCREEN,
        file_id=wrong.file_id,
        link_id=wrong.id,
    )


def _bounced(tx: Connection, file_id: str, asked_by: str, nobodys: str, at: datetime) -> None:
    """Let a mail with coordinates have been refused for good, and these have expired: nobody knows their code."""
    file = files.by_id(tx, file_id)
    assert file is not None
    expires = at + timedelta(days=1)
    files.add_link_code(
        tx,
        file_id,
        draw=lambda: "L-482914",
        code_hash=nobodys,
        created_at=at,
        expires_at=expires,
        asked_by=asked_by,
    )
    mail = {"id": timed_id(at), "kind": desk_views.LINK_CODE, "recipient": file.email, "file_id": file_id}
    refused = {"created_at": at, "due_at": at, "tries": 1, "dead_at": at + timedelta(minutes=1)}
    tx.execute(insert(outbox).values(**mail, **refused, last_error="5.1.1 (550)"))


def _earlier(tx: Connection, account_id: str, agent_id: str, now: datetime) -> None:
    """Add two weeks of refusals and calls, for the figures."""
    references = _references()
    for day in range(1, _DAYS + 1):
        at = now - timedelta(days=day)
        for place, (reason, method, usual) in enumerate(_USUAL):
            for number in range(max(0, usual + (day * (place + 2)) % 3 - 1)):
                links.add_support_case(
                    tx,
                    reference=next(references),
                    account_id=account_id,
                    kind="not_recognized",
                    reason=reason,
                    now=at + timedelta(minutes=7 * number),
                    method=method,
                )
        for place, found_by in enumerate((FoundBy.REFERENCE, FoundBy.REFERENCE, FoundBy.FILE, FoundBy.ACCOUNT)):
            row = CaseRow(f"demo-{day}-{place}", agent_id, "", at, found_by.value)
            desk_cases.open_case(tx, row)
        desk_cases.done(tx, row, DeskActKind.SEND_COORDINATES, at, reference=None, checks="")


def _references() -> Iterator[str]:
    """Yield references that are the same every time."""
    for number in count():
        symbols = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(3)))
        if reference := reference_from(f"ANC1EN{symbols}"):
            yield reference
