"""What an operator may get wrong is not made worse: files for their owner, ports for this machine, no secret told."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sel_backend.admin.export import _text
from sel_backend.cli import main
from tests.backend.served import environment, serving
from tests.forked import Forked


def tell(folder: Path, *arguments: str, url: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    process = Forked(arguments, environment(folder, url, **more))
    try:
        process.stdin.close()
        out, err = process.stdout.read(), process.stderr.read()
        return subprocess.CompletedProcess(arguments, process.wait(60), out, err)
    finally:
        process.close()


def test_every_file_of_a_server_is_its_owners_alone_in_a_folder_that_all_may_read(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        with serving(folder, "--demo") as served, served.client() as client:
            assert client.get("/v1/service").status_code == 200
            open_to_others = {file.name for file in folder.iterdir() if file.stat().st_mode & 0o077}
            assert {file.name for file in folder.iterdir()} >= {"sel-backend.sqlite3", "backend.log", "keys.json"}
    finally:
        os.umask(before)
    assert open_to_others == set()


def test_the_operators_port_outside_this_machine_needs_the_same_word_as_the_public_one(tmp_path: Path) -> None:
    told = tell(
        tmp_path,
        *("serve", "--port", "0", "--operator-port", "0"),
        SEL_BACKEND_SERVER__OPERATOR_HOST="0.0.0.0",  # noqa: S104 - refused, that is the point
    )
    assert told.returncode == 1
    assert "behind_tls" in told.stderr


@pytest.mark.parametrize("name", ["TRUSTED_PROXIES", "TRUSTED_NETWORKS"])
def test_a_proxy_that_is_no_address_range_is_one_sentence(tmp_path: Path, name: str) -> None:
    told = tell(tmp_path, "serve", "--port", "0", **{f"SEL_BACKEND_SERVER__{name}": "proxy.exemple.test"})
    assert told.returncode == 1
    assert "not all address ranges" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("initialised")
    assert tell(folder, "init").returncode == 0
    return folder


@pytest.fixture
def copy(initialised: Path, tmp_path: Path) -> Path:
    return shutil.copytree(initialised, tmp_path / "copy")


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("init",), ("doctor",), ("unlock", "--network", "::1")])
@pytest.mark.parametrize(
    "url",
    [
        "canari",
        "canari://user:canari@127.0.0.1/x",
        "mysql://user:canari@127.0.0.1/x",
        "postgresql://user:canari@127.0.0.1:canari/x",
        "postgresql://user:canari@127.0.0.1:1/x?sslmode=canari",
        "postgresql://user:canari@127.0.0.1:1/x",
    ],
)
def test_a_wrong_database_address_is_one_sentence_that_holds_nothing_of_it(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], url: str
) -> None:
    for name, value in environment(copy, url).items():
        monkeypatch.setenv(name, value)
    assert main(list(command)) == 1
    told = capsys.readouterr()
    assert "database" in told.out + told.err
    assert "keys in" not in told.err
    for said in told:
        assert "canari" not in said
        assert "Traceback" not in said


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_an_exported_address_is_never_a_formula(first: str) -> None:
    assert _text(f"{first}1+1|x@exemple.test") == f"'{first}1+1|x@exemple.test"
    assert _text("a=1@exemple.test") == "a=1@exemple.test"
