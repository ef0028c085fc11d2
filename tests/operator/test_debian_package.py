"""What the package for Debian lays down, all but pip's part: `make deb-test` installs the whole of it."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from tools import debian_package as build

from sel_backend.settings_sources import load_settings
from sel_tui.settings import Settings, read_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("deb")
    build.lay_down(root, "1.2.3")
    return root


def test_its_control_file_names_what_it_needs(machine: Path) -> None:
    control = (machine / "DEBIAN/control").read_text("utf-8")
    fields = dict(re.findall(r"(?m)^([A-Z][\w-]+): (.+)$", control))
    assert (fields["Package"], fields["Version"], fields["Architecture"]) == ("sel-tui", "1.2.3", build.architecture())
    assert build.PYTHON in fields["Depends"].split(", ")
    assert set(re.findall(r"@\w+@", control)) == {"@SIZE@"}  # known once all is there


def test_what_an_operator_writes_is_kept_by_an_upgrade_and_loads(machine: Path) -> None:
    kept = (machine / "DEBIAN/conffiles").read_text("utf-8").splitlines()
    laid_down = [f"/{path.relative_to(machine)}" for path in (machine / "etc").rglob("*") if path.is_file()]
    unit = build.read_unit((ROOT / "deploy/systemd/sel-backend.service").read_text("utf-8"))
    assert sorted(kept) == sorted(laid_down)
    assert sorted(kept) == sorted({unit.settings, "/etc/xdg/sel-tui/settings.toml"})
    settings = load_settings(machine / unit.settings.lstrip("/"), {})
    assert (str(settings.data_folder), settings.server.operator_port) == (unit.state, 8001)
    assert read_settings({}, {}, (machine / "etc/xdg/sel-tui/settings.toml",)) == Settings()


def test_what_its_unit_starts_is_there_and_runs_as_an_account_without_a_shell(machine: Path) -> None:
    unit = build.read_unit((machine / "usr/lib/systemd/system/sel-backend.service").read_text("utf-8"))
    program = machine / unit.program.lstrip("/")
    assert program.is_symlink() or program.is_file()
    account = (machine / "usr/lib/sysusers.d/sel-tui.conf").read_text("utf-8")
    assert account.startswith(f"u {unit.user} - ")
    assert account.rstrip().endswith(f" {unit.state} /usr/sbin/nologin")
    folder = (machine / "usr/lib/tmpfiles.d/sel-tui.conf").read_text("utf-8").split()
    assert folder == ["d", unit.state, "0700", unit.user, unit.user, "-"]


def test_a_unit_that_does_not_say_where_it_runs_makes_no_package() -> None:
    with pytest.raises(ValueError, match="User="):
        build.read_unit("[Service]\nExecStart=/usr/bin/sel-backend serve\nDynamicUser=yes\n")


@pytest.mark.parametrize("name", [*build.SCRIPTS, "try.sh"])
def test_its_scripts_are_scripts(machine: Path, name: str) -> None:
    script = machine / "DEBIAN" / name if name in build.SCRIPTS else ROOT / "packaging/deb" / name
    text = script.read_text("utf-8")
    assert "\nset -e" in text
    assert not re.search(r"@[A-Z]+@", text)
    assert subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False).stderr == ""


def test_its_manual_is_there_and_no_file_names_this_tree(machine: Path) -> None:
    files = [path for path in machine.rglob("*") if path.is_file() and not path.is_symlink()]
    assert [path for path in files if str(ROOT).encode() in path.read_bytes()] == []
    pages = {path.name.removesuffix(".gz") for path in files if "usr/share/doc" in str(path)}
    assert {"README.md", "SECURITY.md", "openapi.json", "copyright", "changelog", "install.md"} <= pages


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb makes it")
def test_the_same_files_make_the_same_package(machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made = []
    for name in ("one", "two"):
        root = shutil.copytree(machine, tmp_path / name, symlinks=True)
        made.append(build.pack(root, tmp_path / f"{name}.out", "1.2.3"))
    assert made[0].read_bytes() == made[1].read_bytes()
    said = subprocess.run(["dpkg-deb", "--field", made[0], "Installed-Size"], capture_output=True, check=True)
    assert int(said.stdout) > 0


def test_its_packages_are_the_locked_ones_without_tools_to_build() -> None:
    locked = {
        name: set(re.findall(r"(?m)^([a-z0-9-]+)==", (ROOT / "requirements" / f"{name}.lock").read_text("utf-8")))
        for name in ("client", "service", "run", "dev")
    }
    assert locked["client"] < locked["service"] < locked["dev"]
    assert locked["service"].isdisjoint({"hatchling", "babel", "editables", "pytest", "pip"})
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert {re.split(r"[><=\[ ]", one)[0] for one in wanted} <= locked["client"]


def test_no_lock_file_names_a_host() -> None:
    locks = list((ROOT / "requirements").glob("*.lock"))
    assert len(locks) >= 7
    assert [lock.name for lock in locks if re.search(r"://|--index|--find", lock.read_text("utf-8"))] == []


def test_the_files_that_the_manual_names_are_in_the_package(machine: Path) -> None:
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "SECURITY.md"]
    named = {
        name for page in pages for name in re.findall(r"\b(?:deploy|packaging)/[a-z/-]+\.\w+", page.read_text("utf-8"))
    }
    shared = machine / "usr/share/sel-tui"
    assert {"deploy/postgresql/roles.sql", "packaging/monitoring/sel-alerts.yaml"} <= named
    assert {"terms.toml", "questions.toml"} <= {file.name for file in (shared / "settings").iterdir()}
    assert [name for name in sorted(named) if not (shared / name.removeprefix("packaging/")).is_file()] == []
