"""The audit can be read and added to, and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from sel_backend.storage.operator_tables import audit
from tests.backend.world import World


async def test_linking_logging_in_and_being_refused_leave_lines_without_personal_data(world: World) -> None:
    person = await world.person("nouvelle")
    await person.legacy("ci1234567", "wrong")
    link = (await person.legacy("ci1234567", "Ancien-1234!")).json()
    lines = {line.action: line for line in world.rows(audit, audit.c.at == world.clock.now)}
    assert set(lines) == {"logged_in", "not_recognized", "linked"}
    assert lines["not_recognized"].outcome == "wrong_secret"
    assert lines["linked"].link_id == link["id"]
    written = " ".join(str(value) for line in lines.values() for value in line)
    assert not [secret for secret in ("nouvelle", "ci1234567", "Maïka", "Ancien") if secret in written]


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
async def test_no_line_of_the_audit_can_be_changed_or_removed(world: World, statement: str) -> None:
    before = world.count(audit)
    with pytest.raises(DBAPIError, match="append-only"):
        world.backend.core.database.run_now(lambda tx: tx.exec_driver_sql(statement))
    assert world.count(audit) == before > 0
