"""The settings: what the machine pins, then flags, environment, TOML files, defaults. No Textual, no pydantic.

A dataclass, not a pydantic model: importing pydantic would cost 0.08 s of the time to the first paint.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sel_tui.i18n import LANGUAGES
from sel_tui.journey.core.messages import msg, public
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

PREFIX: Final = "SEL_TUI_"
COLOURS: Final = ("dark", "light", "contrast", "terminal", "mono")
CHOICES: Final = {
    "language": tuple(LANGUAGES),
    "face": ("auto", "screen", "line"),
    "colour": ("auto", *(f"sel-{name}" for name in COLOURS)),
    "glyphs": ("auto", "unicode", "latin", "ascii"),
    "voice": ("auto", "on", "off"),
    "braille": ("auto", "yes", "no"),
    "renderer": ("auto", "stock"),
    "paper": ("auto", "sheet", "roll"),
}
# What means yes or no: TOML has `true` and `false`, a variable whatever a person or a script is used to.
_TRUTH: Final = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
# How a choice that may also be left to the program names no and yes.
_NAMED_TRUTH: Final = {"voice": ("off", "on"), "braille": ("no", "yes")}
# In seconds; until the screen goes dark in minutes, the delay in milliseconds.
# A warning stands at least a minute (WCAG 2.2.1 asks for twenty seconds).
RANGES: Final = {
    "kiosk_idle": range(90, 3601),
    "kiosk_warning": range(60, 601),
    "kiosk_blank": range(721),
    "escape_delay": range(25, 5001),
}
# What CUPS takes as a printer's name: it is an argument of its commands, never one of their options.
_PRINTER: Final = r"(?![-/])[^\s/#'\"]{0,127}"
# As runtime/staff.py makes it, within what scrypt can do here in a second and 64 MiB.
_CODE_HASH: Final = r"scrypt:1[0-6]:[1-8]:1:(?:[0-9a-f]{2}){8,64}:[0-9a-f]{64}"
# The word by which the proxy of the environment is taken.
FROM_ENVIRONMENT: Final = "environment"
# Where the machine's own file is whatever the environment says: [pinned] counts there alone.
MACHINE_FILE: Final = Path("/etc/xdg/sel-tui/settings.toml")
PINNED: Final = "pinned"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingsError(Exception):
    """A setting cannot be used.

    Attributes:
        message: Which, where it was read and why, without control characters.
        language: The language that the settings ask for, as far as they were understood.
    """

    language = "fr"

    def __init__(self, key: str, **details: str) -> None:
        super().__init__(key)
        shown = {
            name: public("".join(mark if mark.isprintable() else "?" for mark in text))
            for name, text in details.items()
        }
        self.message = msg(key, **shown)


@dataclass(frozen=True)
class Settings:
    """What an organisation or a person sets.

    Attributes:
        server: The back end's address: https, or http on this machine. "" when none was given.
        proxy: The address of the proxy through which an https server is reached; "" for none. `environment`, given as a
            value, stands for what HTTPS_PROXY, ALL_PROXY and NO_PROXY say.
        language: The language to start in, French by default whatever the locale.
        face: `screen`, `line`, or `auto`: what the terminal can do decides.
        colour: The name of a theme, or `auto`.
        glyphs: `unicode`, `latin`, `ascii`, or `auto`.
        hints: Whether the line face says examples and commands.
        voice: `auto`: F11 starts it; `on`: it speaks from the beginning; `off`.
        braille: `yes`: every line fits into forty cells, and arrows go from one to the next; `auto`: where brltty
            follows the console.
        kiosk: Whether many people use this machine one after the other; nothing of one reaches the next.
        kiosk_name: What the operator of the server calls this kiosk, for its heartbeat; "" for none.
        kiosk_token: The token by which the server knows it; read from `kiosk_token_file` when "".
        kiosk_token_file: The file that holds the token, such as a credential of systemd.
        remember_device: Whether a token shows the server that somebody has logged in from this device; not on a kiosk.
        printer: The name in CUPS of the printer for receipts; "" for its default one.
        paper: What it prints on: `sheet` (80 columns), `roll` (42), or `auto`: the person chooses.
        kiosk_idle: How many seconds after the last key a kiosk forgets the person.
        kiosk_warning: How many seconds before that it warns.
        kiosk_staff_code_hash: What `sel-tui kiosk-code` made of the code by which the staff ends a kiosk's program; ""
            for none: then nobody can.
        kiosk_blank: After how many minutes without a key its first page goes dark; 0 for never.
        escape_delay: Milliseconds for which the rest of a key's sequence is waited for before an Escape is a key of its
            own; 0 to decide by the line.
        copy_reference: Whether one key at the desk copies a reference to the terminal's clipboard.
        renderer: `auto`, or `stock`: Textual writes to the terminal itself, many more bytes.
    """

    server: str = ""
    proxy: str = field(default="", repr=False)
    language: str = "fr"
    face: str = "auto"
    colour: str = "auto"
    glyphs: str = "auto"
    hints: bool = True
    voice: str = "auto"
    braille: str = "auto"
    kiosk: bool = False
    kiosk_name: str = ""
    kiosk_token: str = field(default="", repr=False)
    kiosk_token_file: str = ""
    remember_device: bool = True
    printer: str = ""
    paper: str = "auto"
    kiosk_idle: int = 180
    kiosk_warning: int = 60
    kiosk_staff_code_hash: str = field(default="", repr=False)
    kiosk_blank: int = 10
    escape_delay: int = 0
    copy_reference: bool = False
    renderer: str = "auto"


def read_settings(
    flags: Mapping[str, str | None],
    environment: Mapping[str, str] = os.environ,
    files: tuple[Path, ...] | None = None,
) -> Settings:
    """Return the settings in force.

    Args:
        flags: What the command line gave; None where it gave nothing.
        environment: `SEL_TUI_SERVER` and the like.
        files: TOML files, the machine's first; the machine's and the person's own when None.

    Raises:
        SettingsError: A file cannot be read, a value cannot be used, or it is another than the machine pins.
    """
    settings = Settings()
    try:
        if files is None:
            files = _default_files()
            # XDG_CONFIG_DIRS, which is the person's to set, leads nobody away from the pins.
            machine: Path | None = MACHINE_FILE if sys.platform == "linux" else files[0]
        else:
            machine = files[0] if files else None
        pins = _pins(machine) if machine else {}
        settings = pinned = _merge(settings, pins, f"{machine} [{PINNED}]")
        for where, given in _sources(flags, environment, files, machine, pins.keys()):
            # The language first: a value that is refused is told in it.
            for part in ({"language": given["language"]} if "language" in given else {}, given):
                settings = _merge(settings, part, where)
                _check_pins(settings, pinned, sorted(pins.keys() & part.keys()), where, machine)
        _check_seconds(settings)
        if settings.proxy == FROM_ENVIRONMENT:
            from sel_tui.environment_proxy import proxy_of  # seldom wanted

            settings = replace(settings, proxy=proxy_of(environment, settings.server))
        if settings.kiosk:
            settings = _with_token(settings)
    except SettingsError as refused:
        stronger = (flags.get("language"), environment.get(PREFIX + "LANGUAGE"), settings.language)
        refused.language = next(language for language in stronger if language in LANGUAGES)
        raise
    return settings


def _with_token(settings: Settings) -> Settings:
    """Return the settings of a kiosk with the token that its file holds.

    Raises:
        SettingsError: The file cannot be read, it holds no token, or there is a name without a token.
    """
    if settings.kiosk_token_file and not settings.kiosk_token:
        try:
            token = Path(settings.kiosk_token_file).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = type(error).__name__
            raise SettingsError("fatal.bad_settings", where=settings.kiosk_token_file, why=why) from None
        settings = _merge(settings, {"kiosk_token": token}, settings.kiosk_token_file)
    if bool(settings.kiosk_name) != bool(settings.kiosk_token):
        missing = "kiosk_token" if settings.kiosk_name else "kiosk_name"
        raise SettingsError("fatal.bad_settings", where="kiosk_name + kiosk_token", why=f"{missing} ?")
    return settings


def _is_of_kiosk(name: str, value: str) -> bool:
    from sel_contract.rules.kiosks import KIOSK_NAME, KIOSK_TOKEN  # of a few machines alone

    return bool(re.fullmatch({"kiosk_name": KIOSK_NAME, "kiosk_token": KIOSK_TOKEN}[name], value))


def _check_seconds(settings: Settings) -> None:
    if settings.kiosk_warning >= settings.kiosk_idle:
        raise SettingsError("fatal.bad_settings", where="kiosk_warning", why="≥ kiosk_idle")


def _pins(machine: Path) -> dict[str, str]:
    """Return what the machine's file pins.

    Raises:
        SettingsError: The file cannot be read, or `pinned` is no table there.
    """
    pins = _table(machine).get(PINNED, {})
    if not isinstance(pins, dict):
        raise SettingsError("fatal.bad_settings", where=str(machine), why=PINNED)
    return {name: str(value) for name, value in pins.items()}


def _check_pins(settings: Settings, pinned: Settings, names: list[str], where: str, machine: Path | None) -> None:
    for name in names:
        if getattr(settings, name) != getattr(pinned, name):
            raise SettingsError("fatal.pinned_setting", name=name, where=where, file=str(machine))


def _sources(
    flags: Mapping[str, str | None],
    environment: Mapping[str, str],
    files: tuple[Path, ...],
    machine: Path | None,
    pinned: AbstractSet[str],
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield where settings were read, and what they are there; the weakest first."""
    for file in files:
        # A table of pins in any other file is refused as a setting that does not exist.
        yield str(file), {name: str(value) for name, value in _table(file).items() if name != PINNED or file != machine}
    names = [one.name for one in fields(Settings)]
    given = {name: environment[PREFIX + name.upper()] for name in names if environment.get(PREFIX + name.upper())}
    if "face" not in pinned and environment.get("ACCESSIBLE", "0") not in {
        "",
        "0",
    }:  # a habit others share
        given.setdefault("face", "line")
    habit = environment.get("ESCDELAY", "")  # likewise, from ncurses
    if "escape_delay" not in pinned and _read("escape_delay", habit):
        given.setdefault("escape_delay", habit)
    yield f"{PREFIX}*", given
    yield "sel-tui --*", {name: value for name, value in flags.items() if value is not None}


# RFC 3986, 3.2, without user information. Readers differ on what stands behind a bracket or a backslash.
_AUTHORITY: Final = r"(\[[0-9A-Fa-f:.]+\]|[^\[\]@:\\]+)(:\d{0,5})?"


def is_safe_address(address: str) -> bool:
    """Tell whether `address` may be talked to, and shown: https anywhere, http on this machine only."""
    if not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port  # a port that is none raises only when it is asked for
    except ValueError:
        return False
    if not host or not re.fullmatch(_AUTHORITY, parts.netloc) or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)


def is_proxy_address(address: str) -> bool:
    """Tell whether `address` is that of a proxy that can be used: http or https, perhaps with a name and a password."""
    if not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    authority = parts.netloc.rpartition("@")[2]
    bare = parts.path in {"", "/"} and not parts.query and not parts.fragment
    return parts.scheme in {"http", "https"} and bool(host) and bool(re.fullmatch(_AUTHORITY, authority)) and bare


def _default_files() -> tuple[Path, ...]:
    system = sys.platform
    if system == "linux":  # platformdirs says the same (a test compares) for 5 ms of the first question's 70
        machine = (os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").partition(os.pathsep)[0]
        own = os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser()
        return (Path(machine, "sel-tui", "settings.toml"), Path(own, "sel-tui", "settings.toml"))
    from platformdirs import PlatformDirs

    folders = PlatformDirs("sel-tui", appauthor=False)
    return (folders.site_config_path / "settings.toml", folders.user_config_path / "settings.toml")


def _table(file: Path) -> dict[str, object]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("fatal.bad_settings", where=str(file), why=type(error).__name__) from None
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("fatal.bad_settings", where=str(file), why=type(error).__name__) from None


def _merge(settings: Settings, given: Mapping[str, str], where: str) -> Settings:
    known = {one.name for one in fields(Settings)}
    for name, value in given.items():
        if name not in known:
            raise SettingsError("fatal.bad_settings", where=where, why=name)
        if name == "server" and not is_safe_address(value):
            raise SettingsError("fatal.bad_server", address=value)
        if name == "proxy" and value not in {"", FROM_ENVIRONMENT} and not is_proxy_address(value):
            raise SettingsError("fatal.bad_settings", where=where, why="proxy")  # it may hold a password
        if name == "printer" and not re.fullmatch(_PRINTER, value):
            raise SettingsError("fatal.bad_settings", where=where, why=f"printer = {value}")
        if name in {"kiosk_name", "kiosk_token"} and value and not _is_of_kiosk(name, value):
            raise SettingsError("fatal.bad_settings", where=where, why=name)  # it may be the token
        if name == "kiosk_staff_code_hash" and value and not re.fullmatch(_CODE_HASH, value):
            raise SettingsError("fatal.bad_settings", where=where, why=name)
        read = _read(name, value)
        if read is None:
            raise SettingsError("fatal.bad_settings", where=where, why=f"{name} = {value}")
        settings = replace(settings, **{name: read})  # type: ignore[arg-type]  # of the field's own type
    return settings


def _read(name: str, value: str) -> str | int | bool | None:
    """Return what `value` means for the setting `name`, None when it means nothing."""
    if name in RANGES:
        return int(value) if value in map(str, RANGES[name]) else None
    truth = _TRUTH.get(value.lower())
    if name in _FLAGS:
        return truth
    if name in _NAMED_TRUTH and truth is not None:
        return _NAMED_TRUTH[name][truth]
    chosen = f"sel-{value}" if name == "colour" and value in COLOURS else value
    return chosen if chosen in CHOICES.get(name, (chosen,)) else None


_FLAGS: Final = frozenset(one.name for one in fields(Settings) if isinstance(one.default, bool))
