"""`sel-backend kiosks`: tokens are shown once, kiosks are listed as a table and for a program, on both databases."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from sqlalchemy import Connection

from sel_backend.security.tokens import token_digest
from sel_backend.storage import kiosks
from sel_backend.storage.operator_tables import audit
from sel_contract import Heartbeat, KioskError, KioskState
from tests.operator.conftest import Operator


def heard(operator: Operator, token: str, ago: timedelta) -> None:
    core = operator.backend().core
    now = core.clock() - ago
    error = KioskError(kind="crash", at=now, reference="4F00A1B2")
    said = Heartbeat(version="0.1.0", state=KioskState.IN_USE, started_at=now, last_error=error)

    def work(tx: Connection) -> bool:
        return kiosks.beat(tx, "hall-laval", token_digest(token), said, network="203.0.113.7", now=now)

    assert core.database.run_now(work)
    core.close()


def test_a_kiosk_is_added_listed_renewed_and_removed(operator: Operator) -> None:
    code, said = operator.run("kiosks", "add", "hall-laval", "--place", "Hall de Laval")
    found = re.fullmatch(r"name   hall-laval\ntoken  ([A-Za-z0-9_-]{43})\n", said)
    assert (code, found is not None) == (0, True)
    assert found is not None
    assert operator.run("kiosks")[1].splitlines()[1].split("  ") == ["hall-laval", "Hall de Laval", "never heard"]
    heard(operator, found[1], timedelta(0))
    (line,) = operator.run("kiosks")[1].splitlines()[1:]
    assert re.fullmatch(
        r"hall-laval  Hall de Laval  alive  0\.1\.0    in-use  [-0-9]{10} [:0-9]{5}  "
        r"crash 4F00A1B2 \S+ \S+  203\.0\.113\.7",
        line,
    )
    heard(operator, found[1], timedelta(hours=1))
    assert re.search(r"  silent since [-0-9]{10} [:0-9]{5}  ", operator.run("kiosks")[1])
    (told,) = json.loads(operator.run("kiosks", "--json")[1])["kiosks"]
    assert (told["name"], told["alive"], told["last_error"]["kind"]) == ("hall-laval", False, "crash")
    renewed = json.loads(operator.run("kiosks", "renew", "hall-laval", "--json")[1])
    assert renewed["token"] != found[1]
    assert operator.run("kiosks", "remove", "hall-laval")[0] == 0
    assert json.loads(operator.run("kiosks", "--json")[1]) == {"kiosks": []}
    noted = [(row.action, row.detail) for row in operator.rows(audit) if row.action.endswith("kiosk")]
    assert noted == [(f"{action}_kiosk", "hall-laval") for action in ("add", "renew", "remove")]


def test_what_cannot_be_done_is_one_sentence(operator: Operator) -> None:
    assert operator.run("kiosks", "remove", "hall-laval") == (1, "sel-backend: there is no kiosk of this name\n")
    assert operator.run("kiosks", "add", "Hall", "--place", "Laval")[0] == 1
    assert operator.run("kiosks", "add", "hall", "--place", " ")[0] == 1
    operator.run("kiosks", "add", "hall", "--place", "Laval")
    assert "already" in operator.run("kiosks", "add", "hall", "--place", "Laval")[1]
