"""While a server holds SQLite's lock, commands go through the operator's port."""

from __future__ import annotations

import http.client
from pathlib import Path

import pytest

from sel_backend.security.keys import new_keys, write_keys
from tests.operator.conftest import Operator
from tests.operator.servers import port_of, serving


@pytest.fixture
def fresh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Operator:
    settings = tmp_path / "settings.toml"
    settings.write_text("[hashing]\nmemory_kib = 8\ntime_cost = 1\n")
    return Operator(tmp_path / "data", settings, capsys)


def test_commands_work_through_the_port_and_only_with_the_keys(fresh: Operator, tmp_path: Path) -> None:
    fresh.run("init")
    with serving("--settings", fresh.settings, "--data", fresh.folder) as server:
        port = port_of(server["operator_url"])
        code, said = fresh.run("purge")
        assert code == 1
        assert "--operator-port" in said
        assert fresh.run("purge", "--operator-port", port)[0] == 0
        assert fresh.run("create-agent", "a@b.test", "Alex", "Gagné", "--operator-port", port)[0] == 0
        again = fresh.run("create-agent", "a@b.test", "Alex", "Gagné", "--operator-port", port)
        assert again == (1, "sel-backend: there is an account with this address already\n")
        assert fresh.run("backup", tmp_path / "copy", "--operator-port", port)[0] == 0
        assert "held by a running server" in fresh.run("doctor")[1]
        assert fresh.run("import", fresh.settings)[0] == 2
        for token in ("", "Bearer wrong", "Bearer é"):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            headers = {"Content-Type": "application/json", "Authorization": token.encode("latin-1")}
            connection.request("POST", "/operator/purge", b"{}", headers)  # type: ignore[arg-type]
            assert connection.getresponse().status == 401
            connection.close()
        connection = http.client.HTTPConnection("127.0.0.1", port_of(server["url"]), timeout=10)
        connection.request("POST", "/operator/purge", b"{}", {"Content-Type": "application/json"})
        assert connection.getresponse().status == 404
        connection.close()
    assert fresh.run("purge", "--operator-port", port)[0] == 0


def test_other_keys_than_the_running_servers_are_refused_and_a_rotation_waits_for_its_restart(fresh: Operator) -> None:
    fresh.run("init")
    path = fresh.folder / "keys.json"
    own = path.read_bytes()
    with serving("--settings", fresh.settings, "--data", fresh.folder) as server:
        port = ("--operator-port", port_of(server["operator_url"]))
        assert "ok     server's keys" in fresh.run("doctor", *port)[1]
        write_keys(path, new_keys())
        for command in ("purge", "rotate-key"):
            code, said = fresh.run(command, *port)
            assert (code, "are not the running server's: restore keys.json" in said) == (78, True)
        assert "WRONG  server's keys" in fresh.run("doctor", *port)[1]
        path.unlink()
        assert fresh.run("purge", *port)[0] == 78
        assert not path.exists()
        path.write_bytes(own)
        path.chmod(0o600)
        assert fresh.run("rotate-key")[0] == 1
        assert fresh.run("rotate-key", *port)[0] == 0
        assert fresh.run("purge", *port)[0] == 0
        assert fresh.run("rotate-key", "--use", "k1", *port)[0] == 0
        assert fresh.run("rotate-key", "--retire", "k2", *port)[0] == 0
    assert fresh.run("purge")[0] == 0
