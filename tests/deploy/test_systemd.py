"""The units of the back end are what systemd reads, and what the back end's own settings say."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from sel_backend.admin.serve import REFUSED
from sel_backend.settings import Settings

SYSTEMD = Path(__file__).parents[2] / "deploy/systemd"


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """The units as systemd reads them, the command replaced by one that this machine has."""
    for unit in ("sel-backend.service", "sel-backend.socket"):
        text = (SYSTEMD / unit).read_text("utf-8").replace("/usr/bin/sel-backend", "/bin/true")
        (tmp_path / unit).write_text(text, "utf-8")
    return sorted(map(str, tmp_path.iterdir()))


def test_systemd_finds_nothing_wrong_with_the_units_and_calls_the_service_safe(units: list[str]) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze")
    found = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    # 20 of 100: what it calls « OK », its best word, ends at 20.
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", units[0]]
    subprocess.run(command, capture_output=True, check=True)


def test_the_unit_waits_for_a_stop_as_long_as_the_settings_let_it_take() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(SYSTEMD / "sel-backend.service")
    settings = Settings.model_validate(tomllib.loads((SYSTEMD / "settings.toml").read_text("utf-8")))
    longest = settings.server.drain_delay_seconds + settings.server.drain_seconds + 5
    assert int(unit["Service"]["TimeoutStopSec"]) > longest
    assert str(REFUSED) in unit["Service"]["RestartPreventExitStatus"].split()
    assert settings.server.behind_tls
    assert settings.server.trusted_proxies
