"""Makes the pictures of README.md and docs/kiosk.md from the program itself: `make pictures`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.scenarios import build
from tests.screens.stage import stage

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
PICTURES = {
    "connexion": ("login", "sel-dark"),
    "methodes": ("methods", "sel-dark"),
    "essai-refuse": ("not_recognized", "sel-dark"),
    "dossier-lie": ("linked", "sel-light"),
    "profils": ("profiles", "sel-light"),
    "contraste": ("legacy_access_typed", "sel-contrast"),
    "kiosque": ("attract_demonstration", "sel-terminal"),
    "kiosque-formulaire": ("begun", "sel-terminal"),
}


async def drawn() -> dict[Path, str]:
    """Return each picture by its file, as SVG."""
    pictures = {}
    for name, (scenario, theme) in PICTURES.items():
        async with stage(build(scenario), colour=theme) as played:
            pictures[FOLDER / f"{name}.svg"] = played.app.export_screenshot(title="sel-tui")
    return pictures


async def draw() -> None:
    """Write one SVG for each picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file, picture in (await drawn()).items():
        file.write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(draw())
