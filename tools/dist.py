"""Makes what is handed out beside the packages, in `dist/`: bills of materials, licences, checksums.

`python tools/dist.py make OUT`, `… sum OUT`, `… audit`. Run by the Python of the environment that has cyclonedx-py,
pip-licenses and pip-audit (`requirements/dist.lock`); `make dist` and `make audit` do.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
BIN: Final = Path(sys.executable).parent
SETS: Final = {"client": "sel-tui", "service": "sel-tui-with-back-end"}


def make(out: Path) -> None:
    """Write a bill of materials for each set of locked packages, the licences of all of them, and the checksums.

    Raises:
        SystemExit: A package says of no licence that it has it.
    """
    listed: dict[str, dict[str, Any]] = {}
    for lock, name in SETS.items():
        with _installed(lock) as python:
            command = [BIN / "cyclonedx-py", "environment", python, "--pyproject", ROOT / "pyproject.toml"]
            command += ["--mc-type", "application", "--output-reproducible", "--sv", "1.6", "--of", "JSON"]
            _run([*command, "-o", out / f"{name}.cdx.json"])
            said = _run([BIN / "pip-licenses", "--python", python, "--format", "json", "--with-urls"])
            listed |= {one["Name"]: one for one in json.loads(said)}
    unknown = [name for name, one in listed.items() if one["License"] == "UNKNOWN"]
    if unknown:
        raise SystemExit(f"no licence is known of {', '.join(unknown)}")
    (out / "licences.md").write_text("".join(licences(list(listed.values()))), "utf-8")
    sum_up(out)


def sum_up(out: Path) -> None:
    """Write the checksums of all that is handed out."""
    files = sorted(file for file in out.iterdir() if file.is_file() and file.name != "SHA256SUMS")
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    (out / "SHA256SUMS").write_text(sums, "utf-8")


def licences(listed: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of a table of packages with their licences.

    Args:
        listed: What pip-licenses says of each: `Name`, `Version`, `License`, `URL`.
    """
    yield "# Licences\n\nsel-tui itself: MIT. The packages that it is run with, at the locked versions:\n\n"
    yield "| package | version | licence | home |\n|---|---|---|---|\n"
    for one in sorted(listed, key=lambda one: str(one["Name"]).lower()):
        licence = " ".join(str(one["License"]).split()).replace("|", "\\|")
        yield f"| {one['Name']} | {one['Version']} | {licence} | {one['URL']} |\n"


def audit() -> int:
    """Ask whether a locked package has a known vulnerability; return 0 none, 1 some, 3 when not all could be asked."""
    worst = 0
    for lock in SETS:
        file = ROOT / "requirements" / f"{lock}.lock"
        command = [BIN / "pip-audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
        lines, code = findings(_run([*command, "--format", "json", "-r", file], check=False))
        sys.stdout.write("".join(f"{file.name}: {line}\n" for line in lines))
        worst = max(worst, code)
    return worst


def findings(said: str) -> tuple[list[str], int]:
    """Return what pip-audit's JSON says, in lines, and the exit code of `audit`; nothing said is nothing asked."""
    listed = json.loads(said)["dependencies"] if said.strip() else []
    found = [f"{one['name']} {one['version']}: {hole['id']}" for one in listed for hole in one.get("vulns", ())]
    asked = sum("vulns" in one for one in listed)
    if not listed or asked < len(listed):
        left = f"NOT AUDITED: {len(listed) - asked} of {len(listed)} packages" if listed else "NOT AUDITED"
        return [*found, f"{left}: the list of vulnerabilities cannot be reached from here"], 1 if found else 3
    return found or [f"no known vulnerability in {asked} packages"], int(bool(found))


class _installed:  # noqa: N801  # used as a function is
    """An environment with the packages of one lock file and nothing else; it ends with its block."""

    def __init__(self, lock: str) -> None:
        self._lock = ROOT / "requirements" / f"{lock}.lock"
        self._folder = tempfile.TemporaryDirectory()

    def __enter__(self) -> Path:
        environment = Path(self._folder.name, "environment")
        _run([sys.executable, "-m", "venv", "--without-pip", environment])
        python = environment / "bin/python"
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install", "--quiet"]
        _run([*pip, "--no-deps", "--no-compile", "--require-hashes", "-r", self._lock])
        return python

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _run(command: list[Any], *, check: bool = True) -> str:
    return subprocess.run([str(part) for part in command], check=check, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    if sys.argv[1] == "audit":
        sys.exit(audit())
    {"make": make, "sum": sum_up}[sys.argv[1]](Path(sys.argv[2]))
