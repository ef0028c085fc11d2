"""The desk's rows: who has what, what waits for a second person, what a migration ends."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, insert, select

from sel_backend.storage import desk_cases, migrate
from sel_backend.storage.database import open_database
from sel_backend.storage.desk_cases import CaseRow, HoldRow
from sel_backend.storage.files import FileRow
from sel_backend.storage.files import add as add_file
from sel_backend.storage.tables import accounts, sessions
from tests.backend.world import START

LATER = START + timedelta(minutes=15)
CASE = CaseRow("case", "agent", "session", START, "file", file_id="file")


def hold(agent: str, until: timedelta = timedelta(minutes=15)) -> HoldRow:
    return HoldRow("reports|x", agent, f"case of {agent}", START + until)


def test_one_agent_has_a_thing_until_it_is_let_go_or_its_time_is_over(tx: Connection) -> None:
    assert desk_cases.take(tx, hold("a"), START)
    assert not desk_cases.take(tx, hold("b"), START)
    assert desk_cases.take(tx, hold("a", timedelta(minutes=20)), START)
    assert desk_cases.holds(tx, ["reports|x", "reports|y"], LATER)["reports|x"].held_until > LATER
    assert desk_cases.holds(tx, ["reports|x"], START + timedelta(minutes=20)) == {}
    assert desk_cases.take(tx, hold("b", timedelta(minutes=40)), START + timedelta(minutes=20))
    desk_cases.let_go(tx, "a", "case of b")
    desk_cases.let_go(tx, "b", "another case")
    desk_cases.let_go_others(tx, "b", "reports|x")
    assert len(desk_cases.holds(tx, ["reports|x"], START)) == 1
    desk_cases.let_go(tx, "b", "case of b")
    assert desk_cases.holds(tx, ["reports|x"], START) == {}


def test_one_correction_waits_for_a_file_and_is_ended_once(tx: Connection) -> None:
    add_file(tx, FileRow("file", "worker", "ci1", "A", None, "{}", None, None, None), ("ci1",))
    asked = desk_cases.ask_correction(tx, CASE, "file", "a@b.test", now=START, expires_at=LATER)
    assert asked is not None
    assert desk_cases.ask_correction(tx, CASE, "file", "c@d.test", now=START, expires_at=LATER) is None
    assert desk_cases.correction_of(tx, "file", START) == asked
    assert [one.email for one in desk_cases.corrections(tx, START, 9)] == ["a@b.test"]
    assert desk_cases.end_correction(tx, asked, LATER) is None
    ended = desk_cases.end_correction(tx, asked, START)
    assert ended is not None
    assert ended.asked_by == "agent"
    assert desk_cases.end_correction(tx, asked, START) is None
    expired = desk_cases.ask_correction(tx, CASE, "file", "a@b.test", now=START, expires_at=LATER)
    again = desk_cases.ask_correction(tx, CASE, "file", "c@d.test", now=LATER, expires_at=LATER + timedelta(hours=1))
    assert again not in (None, expired)


def test_a_case_is_its_agents_in_its_session_and_acts_are_found_by_whom_they_concern(tx: Connection) -> None:
    desk_cases.open_case(tx, CASE)
    assert desk_cases.case(tx, "case", "agent", "session") == CASE
    assert desk_cases.case(tx, "case", "agent", "another") is None
    assert desk_cases.case(tx, "case", "another", "session") is None
    desk_cases.done(tx, CASE, "send_coordinates", START, reference=None, checks="identity")
    (act,) = desk_cases.acts_about(tx, None, "file", 9)
    assert (act.agent_id, act.act, act.checks) == ("agent", "send_coordinates", "identity")
    assert desk_cases.acts_about(tx, "account", None, 9) == desk_cases.acts_about(tx, None, None, 9) == []


def test_the_migration_logs_out_whoever_is_logged_in_with_an_agents_account(empty_url: str) -> None:
    database = open_database(empty_url, 2)
    migrate.upgrade(database)
    migrate.downgrade(database, "0009")
    person = {"password_hash": "x", "first_name": "A", "last_name": "B", "language": "fr-CA"}
    moments = {"authenticated_at": START, "last_seen_at": START, "expires_at": LATER}

    def fill(tx: Connection) -> None:
        for role in ("person", "agent"):
            own = {"id": role, "email": f"{role}@b.test", "role": role}
            tx.execute(insert(accounts).values(**person, **own, created_at=START, password_changed_at=START))
            tx.execute(insert(sessions).values(id=role, token_hash=role, account_id=role, **moments))

    database.run_now(fill)
    migrate.upgrade(database)
    ended = select(sessions.c.id).where(sessions.c.ended_at.is_not(None))
    assert database.run_now(lambda tx: list(tx.scalars(ended))) == ["agent"]
    database.close()
