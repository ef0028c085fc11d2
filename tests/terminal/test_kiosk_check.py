"""`sel-tui doctor --kiosk` finds in order what `packaging/kiosk` lays down, and names each piece that is missing."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sel_tui.i18n import Words
from sel_tui.terminal.kiosk_check import check_kiosk

KIOSK = Path(__file__).parents[2] / "packaging/kiosk"
WANTS = "etc/systemd/system/getty.target.wants/sel-tui-kiosk@tty1.service"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine on which every file of `packaging/kiosk` is where docs/kiosk.md puts it."""
    for source, place in (
        ("sel-tui-kiosk@.service", "etc/systemd/system/sel-tui-kiosk@.service"),
        ("sel-tui-kiosk.logind", "etc/systemd/logind.conf.d/sel-tui-kiosk.conf"),
        ("sel-tui-kiosk.manager", "etc/systemd/system.conf.d/sel-tui-kiosk.conf"),
        ("sel-tui-kiosk.sysctl", "etc/sysctl.d/60-sel-tui-kiosk.conf"),
        ("settings.toml", "etc/xdg/sel-tui/settings.toml"),
    ):
        put(tmp_path, place, (KIOSK / source).read_text("utf-8"))
    told = dict(line.split(" = ") for line in (KIOSK / "sel-tui-kiosk.sysctl").read_text("utf-8").splitlines()[1:])
    put(tmp_path, "proc/sys/kernel/sysrq", told["kernel.sysrq"])
    put(tmp_path, "proc/sys/kernel/printk", "\t".join(told["kernel.printk"].split()))
    put(tmp_path, "etc/passwd", "root:x:0:0::/root:/bin/bash\nsel-kiosk:x:998:998::/:/usr/sbin/nologin\n")
    put(tmp_path, "usr/bin/espeak-ng", "")
    (tmp_path / WANTS).parent.mkdir(parents=True)
    (tmp_path / WANTS).symlink_to("/etc/systemd/system/sel-tui-kiosk@.service")
    (tmp_path / "etc/systemd/system/ctrl-alt-del.target").symlink_to("/dev/null")
    return tmp_path


CUPSD = "etc/cups/cupsd.conf"


def test_no_wheel_makes_the_letters_of_a_graphical_kiosk_so_small_or_large_that_nobody_can_read_them() -> None:
    given = configparser.ConfigParser()
    given.read_string("[main]\n" + (KIOSK / "foot.ini").read_text("utf-8"))
    bindings = [given[f"{what}-bindings"] for what in ("key", "mouse")]

    assert {one[f"font-{change}"] for one in bindings for change in ("increase", "decrease")} == {"none"}
    assert all(value for section in given.values() for value in section.values())  # foot takes no empty one


@pytest.mark.parametrize(
    ("said", "good"),
    [
        ("PreserveJobFiles No\nPreserveJobHistory No\n", True),
        ("  PreserveJobFiles Off\nPreserveJobHistory no\n", True),
        ("PreserveJobFiles No\n", False),
        ("#PreserveJobFiles No\n#PreserveJobHistory No\n", False),
        ("PreserveJobFiles 1d\nPreserveJobHistory No\n", False),
    ],
)
def test_where_receipts_are_printed_none_of_them_may_be_kept(machine: Path, said: str, good: bool) -> None:
    put(machine, CUPSD, said)
    lines, ready = check_kiosk(Words("fr"), voice="auto", code=True, root=machine)

    assert ready is good
    assert any(line.startswith("Reçus imprimés") for line in lines)


def put(root: Path, place: str, text: str) -> None:
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).write_text(text, "utf-8")


def test_a_machine_made_as_the_document_says_is_in_order(machine: Path) -> None:
    for language in ("fr", "en"):
        lines, ready = check_kiosk(Words(language), voice="auto", code=True, root=machine)
        assert ready, lines
        assert len(lines) == 10


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda root: (root / WANTS).unlink(), "systemctl enable"),
        (lambda root: put(root, "etc/passwd", "sel-kiosk:x:998:998::/:/bin/sh"), "sel-kiosk"),
        (lambda root: put(root, "etc/passwd", ""), "sel-kiosk"),
        (lambda root: (root / "etc/xdg/sel-tui/settings.toml").chmod(0o666), "settings.toml"),
        (lambda root: (root / "etc/xdg/sel-tui/settings.toml").unlink(), "settings.toml"),
        (lambda root: put(root, "etc/xdg/sel-tui/settings.toml", "server = 'https://a'"), "kiosk = true"),
        (lambda root: put(root, "etc/xdg/sel-tui/settings.toml", "kiosk ="), "kiosk = true"),
        (lambda root: put(root, "etc/systemd/logind.conf.d/z.conf", "[Login]\nNAutoVTs=6\n"), "NAutoVTs=0"),
        (lambda root: shutil.rmtree(root / "etc/systemd/logind.conf.d"), "ReserveVT=0"),
        (lambda root: (root / "etc/systemd/system/ctrl-alt-del.target").unlink(), "ctrl-alt-del"),
        (lambda root: shutil.rmtree(root / "etc/systemd/system.conf.d"), "CtrlAltDelBurstAction=none"),
        (lambda root: put(root, "proc/sys/kernel/sysrq", "438"), "kernel.sysrq = 0"),
        (lambda root: put(root, "proc/sys/kernel/printk", "7\t4\t1\t7"), "kernel.printk"),
        (lambda root: (root / "proc/sys/kernel/printk").unlink(), "kernel.printk"),
        (lambda root: (root / "usr/bin/espeak-ng").unlink(), "espeak-ng"),
    ],
)
def test_each_piece_that_is_missing_is_named_with_what_to_do(
    machine: Path, spoil: Callable[[Path], None], named: str
) -> None:
    spoil(machine)
    lines, ready = check_kiosk(Words("fr"), voice="auto", code=True, root=machine)
    assert not ready
    (wrong,) = [line.replace("\u00a0", " ") for line in lines if "à faire" in line]
    assert named in wrong


def test_a_kiosk_without_a_voice_needs_none(machine: Path) -> None:
    (machine / "usr/bin/espeak-ng").unlink()
    assert check_kiosk(Words("fr"), voice="off", code=True, root=machine)[1]


if shutil.which("systemd-analyze"):

    @pytest.fixture
    def unit(tmp_path: Path) -> Path:
        """The unit as systemd reads it, its commands replaced by one that this machine has."""
        text = (KIOSK / "sel-tui-kiosk@.service").read_text("utf-8").replace("/opt/sel-tui/bin/python", "/bin/true")
        placed = tmp_path / "sel-tui-kiosk@tty1.service"
        placed.write_text(text, "utf-8")
        return placed

    def test_systemd_finds_nothing_wrong_with_the_unit(unit: Path) -> None:
        found = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
        assert (found.returncode, found.stderr) == (0, "")

    def test_systemd_calls_the_unit_safe(unit: Path) -> None:
        # 20 of 100: what it calls « OK », its best word, ends at 20.
        command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)]
        subprocess.run(command, capture_output=True, check=True)


def test_a_machine_without_a_code_for_its_staff_is_in_order_and_says_so(machine: Path) -> None:
    with_code, without = (check_kiosk(Words("fr"), voice="auto", code=code, root=machine) for code in (True, False))

    assert with_code[1]
    assert without[1]
    assert "sel-tui kiosk-code" not in " ".join(with_code[0])
    assert "sel-tui kiosk-code" in " ".join(without[0])
