"""Builds the package for Debian: `python tools/debian_package.py WHEEL LOCK OUT`, with the Python that it runs with.

What the package is made of stands in `lay_down`, which needs no network; the environment below /opt/sel-tui comes from
pip (`SEL_PIP_PYTHON`: the Python that has one) and the lock file. The names of the account, of the data folder and of
the settings file are those of the systemd unit.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
HERE: Final = ROOT / "packaging/deb"
OPT: Final = Path("opt/sel-tui")
PROGRAMS: Final = {"sel-tui": "sel_tui", "sel-backend": "sel_backend"}
DOCUMENTS: Final = ("README.md", "CHANGELOG.md", "SECURITY.md", "ARCHITECTURE.md", "openapi.json")
SCRIPTS: Final = ("postinst", "prerm", "postrm")
PYTHON: Final = f"python{sys.version_info.major}.{sys.version_info.minor}"
# What a wheel brings for other programs, and where Debian's look for it.
SHARED: Final = {
    "man": "man",
    "bash-completion": "bash-completion",
    "zsh/site-functions": "zsh/vendor-completions",
    "fish/vendor_completions.d": "fish/vendor_completions.d",
}


@dataclass(frozen=True)
class Unit:
    """What the service's unit says of where it runs.

    Attributes:
        user: The account.
        state: The data folder.
        settings: The settings file.
        program: What is started.
    """

    user: str
    state: str
    settings: str
    program: str


def read_unit(text: str) -> Unit:
    """Return what a unit says.

    Raises:
        ValueError: It names no account, no data folder, or no settings file.
    """
    user = re.search(r"(?m)^User=(\S+)$", text)
    state = re.search(r"(?m)^StateDirectory=(\S+)$", text)
    start = re.search(r"(?m)^ExecStart=(\S+)(?:.*?--settings[ =](\S+))?", text)
    if not user or not state or not start or not start[2]:
        raise ValueError("the unit lacks User=, StateDirectory=, or --settings FILE in ExecStart=")
    return Unit(user[1], f"/var/lib/{state[1]}", start[2], start[1])


def lay_down(root: Path, version: str) -> None:
    """Write everything but the environment of packages below `root`, and the scripts of the package.

    Args:
        root: An empty folder, which becomes the machine's `/`.
        version: The program's.
    """
    units = sorted((ROOT / "deploy/systemd").glob("sel-backend.s[eo]*"))  # .service, .socket
    unit = read_unit((ROOT / "deploy/systemd/sel-backend.service").read_text("utf-8"))
    for name, module in PROGRAMS.items():
        _write(root / OPT / "bin" / name, f'#!/bin/sh\nexec /{OPT}/bin/python -I -m {module} "$@"\n')
        _link(root / "usr/bin" / name, f"/{OPT}/bin/{name}")
    for name in ("lock_consoles.py", "foot.ini"):  # where the kiosk's unit looks for them
        _copy(ROOT / "packaging/kiosk" / name, root / OPT / "share/kiosk" / name)
    for one in units:
        _copy(one, root / "usr/lib/systemd/system" / one.name)
    account = f'u {unit.user} - "sel-tui back end" {unit.state} /usr/sbin/nologin\n'
    _write(root / "usr/lib/sysusers.d/sel-tui.conf", account)
    _write(root / "usr/lib/tmpfiles.d/sel-tui.conf", f"d {unit.state} 0700 {unit.user} {unit.user} -\n")
    settings = (ROOT / "packaging/settings/back-end.toml").read_text("utf-8")
    settings = settings.replace('#data_folder = "data"', f'data_folder = "{unit.state}"')
    settings = settings.replace("#operator_port = 8001", "operator_port = 8001")
    _write(root / unit.settings.lstrip("/"), settings)
    client = (ROOT / "packaging/settings/client.toml").read_text("utf-8")
    _write(root / "etc/xdg/sel-tui/settings.toml", re.sub(r"(?m)^server = ", "#server = ", client, count=1))
    for name in ("terms.toml", "questions.toml"):  # what an organisation begins its own from
        _copy(ROOT / "src/sel_backend" / name, root / "usr/share/sel-tui/settings" / name)
    for folder in ("kiosk", "settings", "monitoring"):
        for file in sorted((ROOT / "packaging" / folder).glob("*")):
            _copy(file, root / "usr/share/sel-tui" / folder / file.name)
    for file in sorted((ROOT / "deploy").glob("*/*.*")):
        _copy(file, root / "usr/share/sel-tui" / file.relative_to(ROOT))
    document = root / "usr/share/doc/sel-tui"
    for name in DOCUMENTS:
        _copy(ROOT / name, document / name)
    for file in sorted((ROOT / "docs").rglob("*.*")):
        _copy(file, document / "docs" / file.relative_to(ROOT / "docs"))
    _copy(HERE / "copyright", document / "copyright")
    when = format_datetime(datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC))
    entry = f"sel-tui ({version}) unstable; urgency=medium\n\n  * CHANGELOG.md says what changed.\n\n"
    _zip(document / "changelog.gz", f"{entry} -- The sel-tui maintainers <sel-tui@example.org>  {when}\n".encode())
    _copy(HERE / "lintian-overrides", root / "usr/share/lintian/overrides/sel-tui")
    for file in [*document.rglob("*.md"), document / "openapi.json"]:
        if file.stat().st_size > 4096:  # noqa: PLR2004  # Debian's policy, 12.3
            _zip(file.with_name(file.name + ".gz"), file.read_bytes())
            file.unlink()
    _scripts(root, unit, version, [one.name for one in units])


def install(root: Path, wheel: Path, lock: Path) -> None:
    """Make the environment below `root` from the lock file and the wheel; take out what names this machine."""
    opt = root / OPT
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", opt], check=True)
    for link in (opt / "bin").glob("python*"):
        link.unlink()
    for shell in (opt / "bin").glob("[Aa]ctivate*"):
        shell.unlink()
    (opt / "lib64").unlink(missing_ok=True)  # a link, where there is one
    packages = opt / "lib" / PYTHON / "site-packages"
    pip: list[str | Path] = [
        os.environ.get("SEL_PIP_PYTHON", sys.executable),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "-q",
    ]
    common: list[str | Path] = [
        "install",
        "--no-compile",
        "--target",
        packages,
        "--python-version",
        PYTHON.removeprefix("python"),
    ]
    common += ["--only-binary", ":all:", "--no-deps", "--no-warn-script-location"]
    subprocess.run([*pip, *common, "--require-hashes", "-r", lock], check=True)
    # Manuals of the packages: pip adds nothing to a `share` that is there, and ours would be left out.
    shutil.rmtree(packages / "share", ignore_errors=True)
    subprocess.run([*pip, *common, wheel], check=True)
    for name in ("python", "python3", PYTHON):
        _link(opt / "bin" / name, f"/usr/bin/{PYTHON}")
    _write(opt / "pyvenv.cfg", "home = /usr/bin\ninclude-system-site-packages = false\n")
    shutil.rmtree(packages / "bin", ignore_errors=True)  # scripts of the packages, which start this machine's Python
    for file in [*packages.rglob("direct_url.json"), *packages.rglob("RECORD"), *packages.rglob("INSTALLER")]:
        file.unlink()  # they name this machine's folders, and pip is not what takes them away again
    for ours, theirs in SHARED.items():
        if (packages / "share" / ours).is_dir():
            shutil.copytree(packages / "share" / ours, root / "usr/share" / theirs, dirs_exist_ok=True)
    shutil.rmtree(packages / "share", ignore_errors=True)
    for page in (root / "usr/share/man").rglob("*.[1-9]"):
        _zip(page.with_name(page.name + ".gz"), page.read_bytes())
        page.unlink()


def pack(root: Path, out: Path, version: str) -> Path:
    """Make the package of what is below `root` and return it; the same files give the same bytes."""
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            starts = path.parent == root / OPT / "bin" or (path.name in SCRIPTS and path.parent.name == "DEBIAN")
            path.chmod(0o755 if path.is_dir() or starts else 0o644)
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]
    packed = [path for path in files if "DEBIAN" not in path.relative_to(root).parts[0]]
    sums = "".join(f"{_md5(path)}  {path.relative_to(root)}\n" for path in packed)
    _write(root / "DEBIAN/md5sums", sums)
    control = root / "DEBIAN/control"
    size = sum(path.stat().st_size for path in packed) // 1024
    _write(control, control.read_text("utf-8").replace("@SIZE@", str(size)))
    package = out / f"sel-tui_{version}_{architecture()}.deb"
    out.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, package]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return package


def architecture() -> str:
    """Return Debian's name of this machine's architecture."""
    machine = sysconfig.get_platform().rpartition("-")[2]
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)


def _scripts(root: Path, unit: Unit, version: str, units: list[str]) -> None:
    words = {
        "@VERSION@": version,
        "@ARCHITECTURE@": architecture(),
        "@PYTHON@": PYTHON,
        "@UNITS@": " ".join(reversed(units)),  # the socket before the service, or it would start it again
        "@STATE@": unit.state,
    }
    for name in ("control", *SCRIPTS):
        text = (HERE / name).read_text("utf-8")
        for mark, value in words.items():
            text = text.replace(mark, value)
        _write(root / "DEBIAN" / name, text)
    settings = sorted(path for path in (root / "etc").rglob("*") if path.is_file())
    _write(root / "DEBIAN/conffiles", "".join(f"/{path.relative_to(root)}\n" for path in settings))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _link(path: Path, target: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def _zip(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(content, 9, mtime=0))


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


if __name__ == "__main__":
    wheel, lock, out = map(Path, sys.argv[1:])
    made_of, release = out / "deb-root", wheel.name.split("-")[1]
    shutil.rmtree(made_of, ignore_errors=True)
    lay_down(made_of, release)
    install(made_of, wheel, lock)
    sys.stdout.write(f"{pack(made_of, out, release)}\n")
    shutil.rmtree(made_of)
