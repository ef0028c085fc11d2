"""What is made whenever the package is built or installed: catalogues, manual pages, completions of three shells."""

import argparse
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALES: Final = Path("src/sel_tui/i18n/locales")
MADE: Final = Path("build/shared")
MANUAL: Final = "share/man/man1"
# Where each shell looks below a prefix.
COMPLETIONS: Final = {
    "bash": "share/bash-completion/completions/{prog}",
    "zsh": "share/zsh/site-functions/_{prog}",
    "fish": "share/fish/vendor_completions.d/{prog}.fish",
}
NAMES: Final = {
    "sel-tui": "link a CCQ client file to a user account",
    "sel-backend": "the reference back end of sel-tui",
}
SECTIONS: Final = {
    "sel-tui": {
        "FILES": (
            ".TP\n\\fI/etc/xdg/sel\\-tui/settings.toml\\fR, \\fI~/.config/sel\\-tui/settings.toml\\fR\n"
            "The settings of the machine and of the person; a flag, then SEL_TUI_SERVER and the like, are stronger."
        ),
        "SEE ALSO": "\\fBsel\\-backend\\fR(1)",
    },
    "sel-backend": {"SEE ALSO": "\\fBsel\\-tui\\fR(1)"},
}


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


def make_shared(root: Path) -> dict[str, str]:
    """Write the manual pages and the completions below `root`; return where each belongs below a prefix.

    What reads the two command lines needs nothing but Python, so the packages need not be installed.
    """
    sys.path.insert(0, str(root / "src"))
    try:
        from sel_backend import cli as back_end
        from sel_tui import command_line as client
    finally:
        sys.path.pop(0)
    made = {}
    # Each command of the back end reads its own options, and loads the back end to know them.
    for make, commands in ((client.parser, {}), (back_end.parser, back_end.COMMANDS)):
        prog = make().prog
        texts = {target.format(prog=prog): _completion(make(), shell) for shell, target in COMPLETIONS.items()}
        for target, text in {**texts, f"{MANUAL}/{prog}.1": _manual(make(), commands)}.items():
            file = root / MADE / target
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            made[str(file)] = target
    return made


def _completion(parser: argparse.ArgumentParser, shell: str) -> str:
    import shtab

    for action in parser._actions:  # noqa: SLF001  # argparse has no public way to them
        for command in (action.choices or {}).values() if isinstance(action.choices, dict) else ():
            if isinstance(command, argparse.ArgumentParser):
                _complete_folders(command)
    return str(shtab.complete(parser, shell=shell))


def _complete_folders(parser: argparse.ArgumentParser) -> None:
    import shtab

    for action in parser._actions:  # noqa: SLF001  # as above
        if action.metavar == "DIR":
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]  # shtab's own way


def _manual(parser: argparse.ArgumentParser, commands: Mapping[str, str]) -> str:
    from argparse_manpage.manpage import Manpage

    codes, parser.epilog = parser.epilog or "", None
    page = Manpage(parser, {"manual_title": "sel-tui", "project_name": "sel-tui", "description": NAMES[parser.prog]})
    page.date = ""  # the same sources give the same page
    statuses = (row.partition(" ")[::2] for row in codes.partition(": ")[2].split(" · ") if row)
    sections = {"COMMANDS": _listed(commands.items()), "EXIT STATUS": _listed(statuses), **SECTIONS[parser.prog]}
    for heading, text in sections.items():
        if text:
            page.add_section(heading, "=", text)
    return str(page)


def _listed(rows: Iterable[tuple[str, str]]) -> str:
    """Return a list of the manual: what is named, and what it means."""
    escaped = str.maketrans({"\\": r"\e", "-": r"\-"})
    return "\n".join(f".TP\n\\fB{name.translate(escaped)}\\fR\n{text.translate(escaped)}" for name, text in rows)


class BuildHook(BuildHookInterface):  # type: ignore[type-arg,misc]
    """The build hook that hatchling calls."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make all of it before anything is packed; the wheel, editable or not, installs what is shared."""
        del version
        compile_catalogues(Path(self.root))
        if self.target_name == "wheel":
            build_data["shared_data"].update(make_shared(Path(self.root)))


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent)
