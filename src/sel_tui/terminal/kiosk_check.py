"""What `sel-tui doctor --kiosk` looks at: whether this machine is one that a person cannot leave the program on.

Reads files alone; the list is that of docs/kiosk.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg, msg, public

ACCOUNT: Final = "sel-kiosk"
CUPS: Final = "etc/cups/cupsd.conf"
SETTINGS: Final = "etc/xdg/sel-tui/settings.toml"
_NO_SHELL: Final = frozenset({"/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/false"})
_WRITABLE_BY_OTHERS: Final = 0o022
_QUIETEST: Final = 3  # the kernel says only what is worse than an error
_NO: Final = frozenset({"no", "off", "false"})
_VOICES: Final = ("usr/bin/espeak-ng", "usr/bin/speech-dispatcher")


class _Found(NamedTuple):
    name: str
    good: bool
    seen: Msg | None = None


def check_kiosk(words: Words, *, voice: str, code: bool, root: Path = Path("/")) -> tuple[list[str], bool]:
    """Return a line for each thing looked at, and whether nothing is missing.

    Args:
        words: The language.
        voice: The setting of that name.
        code: Whether the settings, which have been read, hold the hash of the staff's code.
        root: Where the machine's files are.
    """
    found = list(_look(root, voice, code=code))
    return [words.key("kiosk_check.title"), *(_line(one, words) for one in found)], all(one.good for one in found)


def _line(found: _Found, words: Words) -> str:
    good = found.seen or msg("kiosk_check.good")
    value = good if found.good else msg("kiosk_check.missing", what=msg(f"kiosk_check.{found.name}.todo"))
    return words.say(msg("sentence", label=msg(f"kiosk_check.{found.name}"), value=value))


def _look(root: Path, voice: str, *, code: bool) -> Iterator[_Found]:
    units = sorted(
        one.name
        for pattern in ("*.wants/sel-tui-kiosk@*.service", "*.wants/sel-tui-kiosk-screen.service")
        for one in (root / "etc/systemd/system").glob(pattern)
    )
    yield _Found("unit", bool(units), public(", ".join(units)))
    yield _Found("account", _shell_of(root) in _NO_SHELL, public(ACCOUNT))
    yield _Found("settings", *_settings(root / SETTINGS))
    yield _Found("staff", good=True, seen=None if code else msg("kiosk_check.staff.none"))
    logins = _systemd(root, "logind")
    yield _Found("consoles", logins.get("NAutoVTs") == logins.get("ReserveVT") == "0")
    restart = root / "etc/systemd/system/ctrl-alt-del.target"
    masked = restart.is_symlink() and restart.readlink() == Path("/dev/null")
    yield _Found("restart", masked and _systemd(root, "system").get("CtrlAltDelBurstAction") == "none")
    yield _Found("magic", _number(root / "proc/sys/kernel/sysrq") == 0)
    said = _number(root / "proc/sys/kernel/printk")
    yield _Found("kernel", said is not None and said <= _QUIETEST)
    if (root / CUPS).exists():
        kept = dict(re.findall(r"^\s*(PreserveJob\w+)\s+(\S+)\s*$", _read(root / CUPS), re.MULTILINE))
        yield _Found("paper", all(kept.get(f"PreserveJob{what}", "").lower() in _NO for what in ("Files", "History")))
    if voice != "off":
        yield _Found("voice", any((root / name).exists() for name in _VOICES))


def _read(file: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return file.read_text("utf-8")
    return ""


def _shell_of(root: Path) -> str:
    rows = [line.split(":") for line in _read(root / "etc/passwd").splitlines()]
    return next((row[-1] for row in rows if row[0] == ACCOUNT), "")


def _settings(file: Path) -> tuple[bool, Msg | None]:
    try:
        status = file.stat()
        given = tomllib.loads(_read(file))
    except (OSError, tomllib.TOMLDecodeError):
        return False, None
    ours = status.st_uid == file.parent.stat().st_uid and not status.st_mode & _WRITABLE_BY_OTHERS
    return ours and given.get("kiosk") is True and bool(given.get("server")), public(f"/{SETTINGS}")


def _systemd(root: Path, name: str) -> dict[str, str]:
    """Return what systemd's `<name>.conf` and the files beside it say."""
    files = [root / f"etc/systemd/{name}.conf"]
    for folder in ("usr/lib", "etc"):
        files += sorted((root / folder / f"systemd/{name}.conf.d").glob("*.conf"))
    given = (re.findall(r"^\s*(\w+)\s*=\s*(\S*)\s*$", _read(file), re.MULTILINE) for file in files)
    return {name: value for pairs in given for name, value in pairs}


def _number(file: Path) -> int | None:
    first = next(iter(_read(file).split()), "")
    return int(first) if first.isdecimal() else None
