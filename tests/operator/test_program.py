"""`sel-backend` as a program: its version, without its extra, and where nobody reads what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sel_tui import __version__

PROGRAM = [sys.executable, "-m", "sel_backend"]
# As where `pip install sel-tui` alone was run: none of these is there.
WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"fastapi", "uvicorn", "sqlalchemy", "argon2", "alembic", "starlette"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from sel_backend.__main__ import main
sys.argv[0] = "sel-backend"
main()
"""


def test_the_version_is_the_clients() -> None:
    done = subprocess.run([*PROGRAM, "--version"], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"sel-backend {__version__}\n", "")


@pytest.mark.parametrize("command", ["serve", "init", "doctor", "openapi", "import"])
def test_without_its_extra_each_command_is_a_sentence(command: str, tmp_path: Path) -> None:
    rest = [] if command == "openapi" else ["--data", str(tmp_path), *(["x.csv"] if command == "import" else [])]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, command, *rest], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.startswith("sel-backend: ")
    assert done.stderr.endswith("is not installed: pip install 'sel-tui[backend]'\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [("openapi",), ("doctor", "--data", "nowhere"), ("--help",)])
def test_an_output_that_nobody_reads_gives_no_traceback(arguments: tuple[str, ...], tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*PROGRAM, *arguments], stdout=writer, stderr=subprocess.PIPE, cwd=tmp_path, check=False, timeout=60
    )
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode == (0 if arguments == ("--help",) else 141)
