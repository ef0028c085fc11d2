"""README's pictures are those that `make pictures` draws from the program of today."""

from __future__ import annotations

import re
from pathlib import Path

from tools.pictures import FOLDER, drawn

README = Path(__file__).parents[2] / "README.md"


async def test_the_pictures_are_those_of_the_program_of_today() -> None:
    made = await drawn()

    assert {file.name for file in FOLDER.iterdir()} == {file.name for file in made}
    stale = [file.name for file, picture in made.items() if file.read_text("utf-8") != picture]
    assert not stale, "run `make pictures`, and look at them"


def test_every_picture_that_the_readme_shows_is_there() -> None:
    shown = re.findall(r"\(docs/pictures/([^)]+)\)", README.read_text("utf-8"))

    assert shown
    assert {name for name in shown if not (FOLDER / name).is_file()} == set()
