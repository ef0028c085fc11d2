"""Compiles the message catalogues (.po to .mo) whenever the package is built or installed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALES = Path("src/sel_tui/i18n/locales")


def compile_catalogues(root: Path) -> None:
    """Write one .mo beside each .po below `root`; a fuzzy entry is not a translation and is left out."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted((root / LOCALES).rglob("*.po")):
        with source.open("rb") as opened:
            catalogue = read_po(opened, locale=source.parent.parent.name)
        catalogue.creation_date = datetime.fromtimestamp(
            0, UTC
        )  # now, without it: the same source makes the same bytes
        with source.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg,misc]
    """The build hook that hatchling calls."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before anything is packed."""
        del version, build_data
        compile_catalogues(Path(self.root))


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent)
