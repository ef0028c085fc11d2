"""The drill of docs/backup.md: a backup and the keys, where nothing else is, are the whole service."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx
import pytest

from tests.operator.conftest import SETTINGS, Operator
from tests.operator.servers import serving

HEADER = "identifier,display_name,street,city,province,postal_code,country"
ROW = "ci1234567,Camille Tremblay,1 rue Une,Laval,QC,H7A 1A1,Canada"


def test_a_backup_and_its_keys_alone_are_a_service_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS)
    lived, drill = (Operator(tmp_path / name, settings, capsys) for name in ("lived", "drill"))
    csv = tmp_path / "files.csv"
    csv.write_text(f"{HEADER}\n{ROW}\n", "utf-8")
    assert lived.run("init")[0] == 0
    assert lived.run("import", csv)[0] == 0
    assert lived.run("backup", tmp_path / "night.sqlite3")[0] == 0

    drill.folder.mkdir(mode=0o700)
    shutil.copy(tmp_path / "night.sqlite3", drill.folder / "sel-backend.sqlite3")
    shutil.copy(lived.folder / "keys.json", drill.folder / "keys.json")

    assert drill.run("init")[0] == 0
    assert "the database's own" in drill.run("doctor")[1]
    exported = [tmp_path / "lived.csv", tmp_path / "drill.csv"]
    for operator, file in zip((lived, drill), exported, strict=True):
        assert operator.run("export", "files", file)[0] == 0
    assert exported[0].read_bytes() == exported[1].read_bytes()
    assert b"ci1234567" in exported[0].read_bytes()
    with serving("--settings", settings, "--data", drill.folder) as said:
        assert httpx.get(f"{said['operator_url']}/health/ready").status_code == 200
