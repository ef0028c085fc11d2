"""The settings: flags, then environment, then TOML files, then defaults. No Textual, no pydantic.

A dataclass, not a pydantic model: importing pydantic would cost 0.08 s of the time to the first paint.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sel_tui.i18n import LANGUAGES
from sel_tui.journey.core.messages import msg, public

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "SEL_TUI_"
COLOURS: Final = ("dark", "light", "contrast", "terminal", "mono")
CHOICES: Final = {
    "language": tuple(LANGUAGES),
    "face": ("auto", "screen", "line"),
    "colour": ("auto", *(f"sel-{name}" for name in COLOURS)),
    "glyphs": ("auto", "unicode", "latin", "ascii"),
    "hints": ("yes", "no"),
    "voice": ("auto", "on", "off"),
    "kiosk": ("yes", "no"),
    "braille": ("auto", "yes", "no"),
}
# In seconds. A warning stands at least a minute (WCAG 2.2.1 asks for twenty seconds).
RANGES: Final = {"kiosk_idle": range(90, 3601), "kiosk_warning": range(60, 601)}
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingsError(Exception):  # named by its meaning
    """A setting cannot be used; `message` says which, where it was read and why, without control characters."""

    def __init__(self, key: str, **details: str) -> None:
        super().__init__(key)
        shown = {
            name: public("".join(mark if mark.isprintable() else "?" for mark in text))
            for name, text in details.items()
        }
        self.message = msg(key, **shown)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an organisation or a person sets.

    Attributes:
        server: The back end's address: https, or http on this machine. "" when none was given.
        language: The language to start in, French by default whatever the locale.
        face: `screen`, `line`, or `auto`: what the terminal can do decides.
        colour: The name of a theme, or `auto`.
        glyphs: `unicode`, `latin`, `ascii`, or `auto`.
        hints: `yes` or `no`: whether the line face says examples and commands.
        voice: `auto`: F11 starts it; `on`: it speaks from the beginning; `off`.
        braille: `yes`: what is typed stays beside its label in forty cells; `auto`: where brltty follows the console.
        kiosk: `yes`: many people use this machine one after the other; nothing of one reaches the next.
        kiosk_idle: How many seconds after the last key a kiosk forgets the person.
        kiosk_warning: How many seconds before that it warns.
    """

    server: str = ""
    language: str = "fr"
    face: str = "auto"
    colour: str = "auto"
    glyphs: str = "auto"
    hints: str = "yes"
    voice: str = "auto"
    braille: str = "auto"
    kiosk: str = "no"
    kiosk_idle: int = 180
    kiosk_warning: int = 60


def read_settings(
    flags: Mapping[str, str | None],
    environment: Mapping[str, str] = os.environ,
    files: tuple[Path, ...] | None = None,
) -> Settings:
    """Return the settings in force.

    Args:
        flags: What the command line gave; None where it gave nothing.
        environment: `SEL_TUI_SERVER` and the like.
        files: TOML files, the weakest first; the machine's and the person's own when None.

    Raises:
        SettingsError: A file cannot be read or a value cannot be used.
    """
    settings = Settings()
    for file in _default_files() if files is None else files:
        settings = _merge(settings, _table(file), str(file))
    names = [field.name for field in fields(Settings)]
    given = {name: environment[PREFIX + name.upper()] for name in names if environment.get(PREFIX + name.upper())}
    if environment.get("ACCESSIBLE", "0") not in {"", "0"}:  # a habit that other programs share
        given.setdefault("face", "line")
    settings = _merge(settings, given, "environment")
    settings = _merge(settings, {name: value for name, value in flags.items() if value is not None}, "command line")
    if settings.kiosk_warning >= settings.kiosk_idle:
        raise SettingsError("fatal.bad_settings", where="kiosk_warning", why="≥ kiosk_idle")
    return settings


def is_safe_address(address: str) -> bool:
    """Tell whether `address` may be talked to, and shown: https anywhere, http on this machine only."""
    if not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port  # a port that is none raises only when it is asked for
    except ValueError:
        return False
    if not host or "@" in parts.netloc or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)


def _default_files() -> tuple[Path, ...]:
    system = sys.platform
    if system == "linux":  # platformdirs says the same (a test compares) for 5 ms of the first question's 70
        machine = (os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").partition(os.pathsep)[0]
        own = os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser()
        return (Path(machine, "sel-tui", "settings.toml"), Path(own, "sel-tui", "settings.toml"))
    from platformdirs import PlatformDirs

    folders = PlatformDirs("sel-tui", appauthor=False)
    return (folders.site_config_path / "settings.toml", folders.user_config_path / "settings.toml")


def _table(file: Path) -> dict[str, str]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("fatal.bad_settings", where=str(file), why=type(error).__name__) from None
    import tomllib

    try:
        return {name: str(value) for name, value in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("fatal.bad_settings", where=str(file), why=type(error).__name__) from None


def _merge(settings: Settings, given: Mapping[str, str], where: str) -> Settings:
    known = {field.name for field in fields(Settings)}
    for name, value in given.items():
        if name not in known:
            raise SettingsError("fatal.bad_settings", where=where, why=name)
        if name == "server" and not is_safe_address(value):
            raise SettingsError("fatal.bad_server", address=value)
        chosen = f"sel-{value}" if name == "colour" and value in COLOURS else value
        if name in CHOICES and chosen not in CHOICES[name]:
            raise SettingsError("fatal.bad_settings", where=where, why=f"{name} = {value}")
        if name in RANGES and value not in map(str, RANGES[name]):
            raise SettingsError("fatal.bad_settings", where=where, why=f"{name} = {value}")
        settings = replace(settings, **{name: int(value) if name in RANGES else chosen})  # type: ignore[arg-type]
    return settings
