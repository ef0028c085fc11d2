"""The built wheel holds all that the program needs: styles, catalogues, the back end's data."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

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


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the locked tools, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_styles_catalogues_and_data(wheel: Path) -> None:
    with ZipFile(wheel) as opened:
        names = set(opened.namelist())

    assert [needed for needed in NEEDED if needed not in names] == []
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "tools"))]


def test_installed_from_the_wheel_the_program_finds_its_styles_and_words(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as opened:
        opened.extractall(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", USE], check=True, capture_output=True, text=True, env=environment, cwd=tmp_path
    ).stdout.strip()

    package, *sheets, word = said.split("|")
    assert package.startswith(str(tmp_path))
    assert all(sheet.startswith(str(tmp_path)) for sheet in sheets)
    assert word == "Aide"
