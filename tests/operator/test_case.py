"""Customer Service learns from a reference what the service itself tells nobody."""

from __future__ import annotations

from typing import Any

import pytest

from sel_backend.admin.base import TaskRefusedError
from sel_backend.admin.case import CASE, CaseRequest
from sel_backend.demo.seed import seed
from sel_backend.security.tokens import new_reference
from sel_backend.storage import links
from sel_backend.storage.operator_tables import audit
from sel_backend.storage.tables import accounts
from tests.backend.conftest import database_kind, database_url, databases, world, worlds
from tests.backend.world import World
from tests.operator.conftest import Operator

__all__ = ["database_kind", "database_url", "databases", "world", "worlds"]


async def told(world: World, reference: str) -> dict[str, str]:
    """Return what a case says, by name."""
    found: dict[str, Any] = await CASE.do(world.backend, CaseRequest(reference=reference))
    return dict(found["lines"])


async def test_the_same_answer_has_different_reasons_behind_it(world: World) -> None:
    person = await world.person("nouvelle")
    unknown = (await person.legacy("er999999", "Toiture-99!")).json()
    wrong = (await person.legacy("er123456", "Toiture-98!")).json()
    assert unknown["title"] == wrong["title"]
    said = await told(world, unknown["reference"])
    assert said["reason"] == "there is no such file"
    assert "file" not in said
    said = await told(world, wrong["reference"])
    assert said["reason"] == "there is such a file; its old password was wrong"
    assert (said["what"], said["method"]) == ("not_recognized", "legacy_access")
    assert said["when"] == "2026-03-02 09:00 EST"
    assert said["account"].endswith(", nouvelle@exemple.test")
    assert said["file"].startswith("er123456, ")


async def test_a_report_tells_its_note_and_its_link_by_either_reference(world: World) -> None:
    person = await world.person("nouvelle")
    link = (await person.legacy("er123456", "Toiture-99!")).json()
    path = f"/v1/links/{link['id']}/verification"
    answer = await person.put(path, {"outcome": "error", "note": "Le téléphone est l’ancien."})
    reference = answer.json()["reference"]
    for one in (reference, link["reference"]):
        said = await told(world, one)
        assert said["note"] == "Le téléphone est l’ancien."
        assert said["link"] == f"active, made 2026-03-02 09:00 EST, reference {link['reference']}"
    assert (await told(world, reference))["reason"] == "the person says that something in the file is wrong"
    assert world.count(audit, audit.c.action == "case", audit.c.reference == reference) == 2
    with pytest.raises(TaskRefusedError, match="nothing has this reference"):
        await told(world, new_reference())


def test_a_note_acts_upon_no_terminal(operator: Operator) -> None:
    backend = operator.backend()
    seed(backend)
    core, reference = backend.core, new_reference()
    core.database.run_now(
        lambda tx: links.add_support_case(
            tx,
            reference=reference,
            account_id=tx.execute(accounts.select()).first().id,  # type: ignore[union-attr]
            kind="not_recognized",
            reason="a reason\x1b[31m of another version",
            now=core.clock(),
        )
    )
    core.close()
    code, said = operator.run("case", reference.lower())
    assert (code, "reason   a reason[31m of another version\n" in said) == (0, True)
    assert "\x1b" not in said
    assert operator.run("case", "rien") == (1, "sel-backend: this is not a reference\n")
