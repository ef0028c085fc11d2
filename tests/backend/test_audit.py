"""The audit can be read and added to, and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from sel_backend.storage.operator_tables import audit
from tests.backend.world import PASSWORD, World


async def test_linking_logging_in_and_being_refused_leave_lines_without_personal_data(world: World) -> None:
    person = await world.person("nouvelle")
    await person.legacy("ci1234567", "wrong")
    link = (await person.legacy("ci1234567", "Ancien-1234!")).json()
    lines = {line.action: line for line in world.rows(audit, audit.c.at == world.clock.now)}
    assert set(lines) == {"logged_in", "not_recognized", "linked"}
    assert lines["not_recognized"].outcome == "wrong_password"
    assert lines["linked"].link_id == link["id"]
    written = " ".join(str(value) for line in lines.values() for value in line)
    assert not [secret for secret in ("nouvelle", "ci1234567", "Maïka", "Ancien") if secret in written]


def recorded(world: World) -> list[tuple[str, str | None, bool]]:
    """Return what the audit got since the last move of the clock: action, outcome, whether an account is named."""
    lines = world.rows(audit, audit.c.at == world.clock.now)
    return sorted((line.action, line.outcome or "", line.account_id is not None) for line in lines)


async def test_every_attempt_to_prove_who_one_is_leaves_a_line_with_its_reason(world: World) -> None:
    person = world.somebody(network="203.0.113.9")
    await person.log_in("nouvelle@exemple.test", "faux")
    await person.log_in("personne@exemple.test", "faux")
    assert recorded(world) == [("login", "unknown_account", False), ("login", "wrong_password", True)]
    world.clock.forward(minutes=2)
    await person.log_in("nouvelle@exemple.test")
    await person.ask("POST", "/v1/sessions/current/step-up", {"password": "faux"})
    answer = await person.ask("POST", "/v1/sessions/current/step-up", {"password": PASSWORD})
    person.token = answer.json()["token"]
    await person.delete("/v1/sessions/current")
    assert recorded(world) == [
        ("log_out", "succeeded", True),
        ("logged_in", "", True),
        ("step_up", "succeeded", True),
        ("step_up", "wrong_password", True),
    ]
    networks = {line.network for line in world.rows(audit, audit.c.action != "seed", audit.c.network.is_not(None))}
    assert len(networks) == 1
    assert all(len(network) == 16 and "203" not in network for network in networks)


async def test_every_code_that_is_asked_for_or_refused_leaves_a_line_with_its_reason(world: World) -> None:
    person = world.somebody()
    for email in ("nouvelle@exemple.test", "nouvelle@exemple.test", "personne@exemple.test"):
        reset = (await person.post("/v1/password-resets", {"email": email})).json()
    assert recorded(world) == [
        ("password_reset_request", "succeeded", True),
        ("password_reset_request", "too_soon", True),
        ("password_reset_request", "unknown_account", False),
    ]
    world.clock.forward(minutes=2)
    reset = (await person.post("/v1/password-resets", {"email": "nouvelle@exemple.test"})).json()
    body = {"code": "000000", "new_password": "un tout autre chantier, cette fois"}
    for identifier in (reset["id"], "0" * 32):
        await person.put(f"/v1/password-resets/{identifier}", body)
    assert recorded(world)[:2] == [("password_code", "unknown_code", False), ("password_code", "wrong_code", True)]
    world.clock.forward(minutes=10)
    await person.put(f"/v1/password-resets/{reset['id']}", body)
    await person.post("/v1/disavowals", {"token": "-".join(["ABCDE"] * 5)})
    await person.post("/v1/receipt-checks", {"code": "-".join(["ABCDE"] * 4)})
    assert recorded(world) == [
        ("disavowal", "unknown_code", False),
        ("password_code", "expired_code", True),
        ("receipt_check", "not_genuine", False),
    ]


async def test_an_account_that_is_asked_for_leaves_lines_up_to_its_creation(world: World) -> None:
    person = world.somebody()
    terms = (await person.get("/v1/terms")).json()["version"]

    async def ask(email: str) -> str:
        body = {"email": email, "password": "un tout autre chantier, cette fois", "terms_version": terms}
        body |= {"first_name": "Maïka", "last_name": "Tremblay", "language": "fr-CA"}
        answer = await person.post("/v1/accounts", body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    await ask("nouvelle@exemple.test")
    registration = await ask("neuve@exemple.test")
    mail = (await person.mails())[0]["text"]
    code = next(line.strip() for line in mail.splitlines() if line.strip().isdigit())
    for typed in ("000000" if code != "000000" else "111111", code):
        await person.post("/v1/accounts/verification", {"registration_id": registration, "code": typed})
    assert recorded(world) == [
        ("account_code", "wrong_code", False),
        ("account_created", "", True),
        ("account_request", "address_has_an_account", True),
        ("account_request", "succeeded", False),
    ]


async def test_a_counter_that_is_used_up_leaves_one_line(world: World) -> None:
    for _ in range(7):
        await world.somebody(network="203.0.113.9").log_in("nouvelle@exemple.test", "faux")
    lines = world.rows(audit, audit.c.action == "limit_reached")
    assert [(line.outcome, line.at) for line in lines] == [("login", world.clock.now)]
    assert len(world.rows(audit, audit.c.action == "login")) == 5


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
async def test_no_line_of_the_audit_can_be_changed_or_removed(world: World, statement: str) -> None:
    before = world.count(audit)
    with pytest.raises(DBAPIError, match="append-only"):
        world.backend.core.database.run_now(lambda tx: tx.exec_driver_sql(statement))
    assert world.count(audit) == before > 0
