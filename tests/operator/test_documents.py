"""What operators read says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from tools.contract_pages import models_page, routes_page
from tools.links import broken_in_markdown, broken_in_site, documents, slug

from sel_backend.admin import import_files
from sel_backend.cli import COMMANDS
from sel_backend.importing import columns
from sel_backend.security.legacy import SCHEMES
from sel_backend.services.terms import TermsFile
from tests.operator.conftest import Operator
from tests.operator.settings_table import rows

ROOT = Path(__file__).parents[2]
COMMANDS_PAGE, IMPORT_PAGE, SETTINGS_PAGE = (
    (ROOT / "docs" / name).read_text("utf-8") for name in ("commands.md", "import.md", "settings.md")
)


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    missing = [row for row in rows() if row not in SETTINGS_PAGE.splitlines()]
    assert missing == []


def test_no_link_of_the_documents_leads_nowhere() -> None:
    looked_at = documents(ROOT)
    assert {"README.md", "ARCHITECTURE.md", "SECURITY.md", "settings.md"} <= {file.name for file in looked_at}
    assert broken_in_markdown(looked_at) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A `b` [c](#a-b-c)!\n[one](#nowhere) [two](none.md) `[no](link)`\n```\n[no](link)\n```\n", "utf-8"
    )
    assert slug("A `b` [c](#a-b-c)!") == "a-b-c"
    assert broken_in_markdown([page]) == ["page.md:2: #nowhere", "page.md:2: none.md"]
    (tmp_path / "a.html").write_text(
        '<script src="https://a.test/x.js"></script><p id="here"><a href="#here">x</a><a href="b.html">x</a>', "utf-8"
    )
    assert broken_in_site(tmp_path) == ["a.html: loads https://a.test/x.js", "a.html: b.html"]


def test_each_chapter_of_the_standard_stands_once_in_the_security_table() -> None:
    """ASVS 5.0.0 has seventeen."""
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    chapters = re.findall(r"(?m)^\| V([0-9]+) [^|]+ \| [^|]+ \| [^|]+ \|$", text)
    assert chapters == [str(number) for number in range(1, 18)]


def test_what_the_security_page_names_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z_]+/[a-z_./]+\.py)`", text))
    assert {"mail/headers.py", "tests/backend/test_races.py"} <= named
    assert [one for one in named if not (ROOT / one).exists() and not (ROOT / "src/sel_backend" / one).exists()] == []
    settings = {row.split("`")[1] for row in rows()}
    sections = "session|limits|linking|mail|desk|retention|password|server"
    told = re.findall(rf"`((?:{sections})\.[a-z_]+)", text)
    assert [name for name in told if name not in settings] == []


def test_the_manual_holds_every_route_and_every_model_of_the_contract() -> None:
    document = json.loads((ROOT / "openapi.json").read_text("utf-8"))
    routes, models = routes_page(document).splitlines(), models_page(document).splitlines()
    wanted = [f"### {method.upper()} {path}" for path, one in document["paths"].items() for method in one]
    assert [one for one in wanted if one not in routes] == []
    assert [name for name in document["components"]["schemas"] if f"## {name}" not in models] == []
    targets = set(re.findall(r"models\.md#([a-z]+)", "\n".join(routes + models)))
    assert targets <= {line.removeprefix("## ").lower() for line in models if line.startswith("## ")}
    (email,) = [line for line in models if line.startswith("| **email** ") and "{\\|}" in line][:1]
    assert "`` ^[" in email  # a pattern that holds a backtick is code all the same


def test_every_page_of_the_manual_is_in_its_contents() -> None:
    contents = (ROOT / "mkdocs.yml").read_text("utf-8")
    pages = [str(file.relative_to(ROOT / "docs")) for file in (ROOT / "docs").rglob("*.md")]
    assert [page for page in pages if page not in contents] == []


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"openapi"}))
def test_every_command_is_described(command: str) -> None:
    assert f"| `{command}" in COMMANDS_PAGE


def test_every_column_of_an_import_is_described() -> None:
    known = (*columns.REQUIRED, *columns.ADDRESS, *columns.CONTENTS, *columns.OLD_ACCESS)
    assert [name for name in known if f"`{name}`" not in IMPORT_PAGE] == []
    assert [name for name in SCHEMES if f"`{name.partition('-')[0]}`" not in IMPORT_PAGE] == []


@pytest.mark.parametrize("fresh", ["sqlite"], indirect=True)
def test_the_files_that_the_manual_shows_are_taken(operator: Operator, tmp_path: Path) -> None:
    (example,) = re.findall(r"(?s)```csv\n(.*?)```", IMPORT_PAGE)
    (tmp_path / "files.csv").write_text(example, "utf-8")
    code, said = operator.run("import", tmp_path / "files.csv")
    assert (code, said.partition(";")[0]) == (0, "taken 2, refused 0")
    assert "lack an answer" not in said  # questions can link both
    (terms,) = re.findall(r"(?s)```toml\n(version = .*?)```", SETTINGS_PAGE)
    (tmp_path / "terms.toml").write_text(terms, "utf-8")
    assert TermsFile(tmp_path / "terms.toml").current.version == "2026-11"


def test_every_flag_of_an_import_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        import_files.main(["--help"])
    flags = set(re.findall(r"--[a-z]+", capsys.readouterr().out)) - {"--help", "--settings", "--data", "--operator"}
    assert {"--again", "--delimiter", "--refused"} <= flags
    assert [flag for flag in sorted(flags) if f"| `{flag}" not in IMPORT_PAGE] == []


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
