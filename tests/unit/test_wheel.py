"""The built wheel holds all that the program needs: styles, catalogues, the back end's data, manuals, completions."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

from sel_backend.cli import COMMANDS
from sel_tui.command_line import parser

pytestmark = pytest.mark.xdist_group("wheel")  # it is built once, and nothing else builds meanwhile
ROOT = Path(__file__).parents[2]
NEEDED = (
    "sel_tui/styles/app.tcss",
    "sel_tui/styles/items.tcss",
    "sel_tui/i18n/locales/fr_CA/LC_MESSAGES/sel_tui.mo",
    "sel_tui/i18n/locales/en_CA/LC_MESSAGES/sel_tui.mo",
    "sel_backend/questions.toml",
    "sel_backend/terms.toml",
    "sel_conformance/demonstration.toml",
    "sel_tui/py.typed",
)
USE = """
from sel_tui.i18n import Words
from sel_tui.styles_path import style_sheets
import sel_tui
print(sel_tui.__file__, *style_sheets(), Words("fr").key("key.help"), sep="|")
"""


def build(folder: Path, *flags: str) -> None:
    """Build with the locked tools, without a network."""
    command = [sys.executable, "-m", "build", *flags, "--no-isolation", "--outdir", str(folder), str(ROOT)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run(command, check=True, capture_output=True, env=environment)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("built")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


def test_the_source_archive_holds_all_that_is_tracked(built: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("what is tracked is known in a clone alone")
    tracked = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    left_out = {name for name in tracked.splitlines() if name not in packed and (ROOT / name).exists()}
    assert left_out <= {".ci/run", ".containerignore", ".gitignore"}


def test_the_wheel_is_the_same_from_the_tree_and_from_the_source_archive(wheel: Path, tmp_path: Path) -> None:
    build(tmp_path, "--wheel")
    assert next(tmp_path.glob("*.whl")).read_bytes() == wheel.read_bytes()


def test_no_hour_of_the_build_stands_in_the_wheel(wheel: Path) -> None:
    with ZipFile(wheel) as opened:
        assert {one.date_time[0] for one in opened.infolist()} == {2023}  # SOURCE_DATE_EPOCH, above
        catalogues = [opened.read(name) for name in opened.namelist() if name.endswith(".mo")]
    assert len(catalogues) == 2
    assert all(b"POT-Creation-Date: 1970-01-01 00:00+0000" in one for one in catalogues)


def test_the_wheel_holds_styles_catalogues_and_data(wheel: Path) -> None:
    with ZipFile(wheel) as opened:
        names = set(opened.namelist())

    assert [needed for needed in NEEDED if needed not in names] == []
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "tools", "docs"))]
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]


def test_installed_from_the_wheel_the_program_finds_its_styles_and_words(wheel: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(wheel, tmp_path, "zip")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", USE], check=True, capture_output=True, text=True, env=environment, cwd=tmp_path
    ).stdout.strip()

    package, *sheets, word = said.split("|")
    assert package.startswith(str(tmp_path))
    assert all(sheet.startswith(str(tmp_path)) for sheet in sheets)
    assert word == "Aide"


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel; return the prefix."""
    prefix = tmp_path_factory.mktemp("prefix")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--isolated"]
    command = [*pip, "install", "--no-index", "--no-deps", "--ignore-installed", f"--prefix={prefix}", str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return prefix


def _manual(installed: Path, name: str) -> str:
    """Return a manual page as it reads: without what only the formatter needs, and as `man` shows it where it is."""
    file = installed / "share/man/man1" / f"{name}.1"
    if shutil.which("man"):
        shown = ["man", "--warnings", "-l", str(file)]
        done = subprocess.run(shown, capture_output=True, text=True, check=True, env={**os.environ, "MANWIDTH": "200"})
        assert "macro" not in done.stderr
        assert f"{name}(1)".upper() in done.stdout
    return re.sub(r"\\f[BIR]", "", file.read_text("utf-8").replace(r"\-", "-"))


def test_the_manual_of_the_client_says_every_option_and_every_exit_code(installed: Path) -> None:
    page = _manual(installed, "sel-tui")
    options = {option for action in parser()._actions for option in action.option_strings} - {"-h", "--help"}
    codes = re.findall(r"(?:: |· )(\d+) ", parser().epilog or "")

    assert page.startswith('.TH SEL-TUI "1"')
    assert [option for option in options if option not in page] == []
    assert len(codes) > 12
    assert [code for code in codes if f".TP\n{code}\n" not in page] == []
    assert "sel-tui link [-h] --method {legacy_access,questions,link_code}" in " ".join(page.split())


def test_the_manual_of_the_back_end_lists_every_command(installed: Path) -> None:
    page = _manual(installed, "sel-backend")

    assert [name for name, does in COMMANDS.items() if f".TP\n{name}\n{does}" not in page] == []


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("sel-tui", "li"), {"link", "links"}),
        (("sel-tui", "link", "--method", ""), {"legacy_access", "questions", "link_code"}),
        (("sel-tui", "desk", "--la"), {"--language"}),
        (("sel-backend", "ki"), {"kiosks"}),
    ],
)
def test_bash_completes_what_is_begun(installed: Path, words: tuple[str, ...], offered: set[str]) -> None:
    program = words[0]
    script = f"""
    source {installed}/share/bash-completion/completions/{program}
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    named=$(complete -p {program}) && named=${{named#*-F }}
    "${{named%% *}}" {program} "${{@: -1}}" "${{@: -2:1}}"
    printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    bash = ["bash", "--norc", "-c", script, "bash", *words]
    done = subprocess.run(bash, capture_output=True, text=True, check=True)

    assert (done.stderr, set(done.stdout.split())) == ("", offered)


def test_zsh_and_fish_find_theirs_where_they_look(installed: Path) -> None:
    for program in ("sel-tui", "sel-backend"):
        zsh = (installed / f"share/zsh/site-functions/_{program}").read_text("utf-8")
        fish = (installed / f"share/fish/vendor_completions.d/{program}.fish").read_text("utf-8")
        assert zsh.startswith(f"#compdef {program}\n")
        assert f"complete -c {program}" in fish
