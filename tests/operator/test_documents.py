"""What operators read says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from sel_backend.admin import import_files
from sel_backend.cli import COMMANDS
from sel_backend.importing import columns
from sel_backend.security.legacy import SCHEMES
from tests.operator.settings_table import rows

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    missing = [row for row in rows() if row not in OPERATIONS.splitlines()]
    assert missing == []


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"openapi"}))
def test_every_command_is_described(command: str) -> None:
    assert f"| `{command}" in OPERATIONS


def test_every_column_of_an_import_is_described() -> None:
    known = (*columns.REQUIRED, *columns.ADDRESS, *columns.CONTENTS, *columns.OLD_ACCESS)
    assert [name for name in known if f"`{name}`" not in OPERATIONS] == []
    assert [name for name in SCHEMES if f"`{name.partition('-')[0]}`" not in OPERATIONS] == []


def test_every_flag_of_an_import_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        import_files.main(["--help"])
    flags = set(re.findall(r"--[a-z]+", capsys.readouterr().out)) - {"--help", "--settings", "--data", "--operator"}
    assert {"--again", "--delimiter", "--refused"} <= flags
    assert [flag for flag in sorted(flags) if f"| `{flag}" not in OPERATIONS] == []


def test_the_compose_file_is_whole_and_holds_no_secret() -> None:
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    services = composed["services"]
    assert set(services) == {"database", "mail", "back-end"}
    assert (ROOT / services["back-end"]["build"]["dockerfile"]).exists()
    told = services["back-end"]["environment"] | services["database"]["environment"]
    assert [name for name in told if "PASSWORD" in name or "DATABASE_URL" in name] == [
        "SEL_BACKEND_DATABASE_URL_FILE",
        "POSTGRES_PASSWORD_FILE",
    ]
    (network,) = composed["networks"]["default"]["ipam"]["config"]
    assert services["back-end"]["environment"]["SEL_BACKEND_SERVER__TRUSTED_PROXIES"] == network["gateway"]
    for service in services.values():
        assert service["restart"] == "unless-stopped"
        assert set(service.get("secrets", [])) <= set(composed["secrets"])
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_the_settings_in_the_compose_file_and_the_container_are_settings() -> None:
    from sel_backend.settings_sources import load_settings

    composed = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    told = {
        name: value for name, value in composed["services"]["back-end"]["environment"].items() if "_FILE" not in name
    }
    settings = load_settings(None, told)
    assert (settings.server.behind_tls, settings.mail.port, settings.mail.security) == (True, 1025, "none")
    lines = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    spoken = next(line for line in lines if line.startswith("ENV ")).split()[1:]
    container = dict(one.split("=", 1) for one in spoken)
    assert load_settings(None, container).server.operator_port == 8001


def test_the_container_runs_as_nobody_special_and_ends_as_it_should() -> None:
    lines = (ROOT / "Containerfile").read_text("utf-8").splitlines()
    assert "USER sel" in lines
    assert "STOPSIGNAL SIGTERM" in lines
    assert 'ENTRYPOINT ["sel-backend"]' in lines
