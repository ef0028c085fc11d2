"""A copy of the project in which tests run, each time in a new process that has loaded what never changes."""

from __future__ import annotations

import compileall
import importlib
import os
import py_compile
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

# What most tests import and no change touches: loaded once, before the processes part.
_LOADED_ONCE: Final = (
    "alembic",
    "argon2",
    "cryptography.fernet",
    "fastapi",
    "httpx",
    "hypothesis",
    "psycopg_pool",
    "pydantic",
    "schemathesis",
    "sqlalchemy.orm",
    "starlette.testclient",
    "textual.app",
    "uvicorn",
)
_ROOT: Final = Path(__file__).parents[2]
QUIETLY: Final = ("-q", "-W", "ignore::pytest.PytestAssertRewriteWarning")
_POSTGRESQL: Final = (
    "import sys; from tests.backend.databases import postgresql_server\n"
    "with postgresql_server() as url: print(url.replace('+psycopg', ''), flush=True); sys.stdin.read()"
)


@dataclass(frozen=True)
class Copy:
    """The copy, and how tests run in it."""

    folder: Path

    def passes(self, tests: Sequence[str], patience: float) -> bool:
        """Tell whether these tests pass, in this order, within so many seconds."""

        def run() -> int:
            sys.dont_write_bytecode = True
            files = dict.fromkeys(test.partition("::")[0] for test in tests)
            return pytest.main(["-x", *QUIETLY, *files], plugins=[_Chosen(tests)])

        return self.apart(run, patience) == 0

    def apart(self, run: Callable[[], int], patience: float = 3600) -> int | None:
        """Return what this returns in a process of its own in the copy; None after so many seconds."""
        child = os.fork()
        if not child:
            code = 70
            try:
                self._begin()
                code = int(run())
            except BaseException:  # noqa: BLE001 - whatever it is, the child must not go on as its parent
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(code)
        end = time.monotonic() + patience
        try:
            while time.monotonic() < end:
                done, status = os.waitpid(child, os.WNOHANG)
                if done:
                    return os.waitstatus_to_exitcode(status)
                time.sleep(0.05)
            return None
        finally:
            # What a test started and left behind ends with it.
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(child, 0)

    def _begin(self) -> None:
        os.setsid()
        os.chdir(self.folder)
        source = str(self.folder / "src")
        sys.path[:] = [source, *(entry for entry in sys.path if entry not in {"", str(_ROOT)})]
        # A grandchild writes no bytecode: two changes within a second have one time.
        os.environ |= {"PYTHONPATH": source, "PYTHONDONTWRITEBYTECODE": "1"}
        output = os.open(self.folder.parent / "output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream, target in ((os.open(os.devnull, os.O_RDONLY), 0), (output, 1), (output, 2)):
            os.dup2(stream, target)


class _Chosen:
    """Keeps the chosen tests, in their order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._places = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._places), key=lambda item: self._places[item.nodeid]
        )


@contextmanager
def copied(root: Path) -> Iterator[Copy]:
    """Yield a copy of what git knows, beside a PostgreSQL server for all its tests."""
    with warnings.catch_warnings(action="ignore"):
        for name in _LOADED_ONCE:
            importlib.import_module(name)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "copy"
        known = subprocess.run(
            ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=root, check=True, capture_output=True, text=True
        )
        made = (str(file.relative_to(root)) for file in root.glob("src/sel_tui/i18n/locales/**/*.mo"))
        for name in (*known.stdout.rstrip("\0").split("\0"), *made):
            if (root / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / name, folder / name)
        # Held against the text itself, so a changed file is compiled anew.
        compileall.compile_dir(folder / "src", quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
        with _postgresql(folder) as server:
            os.environ["SEL_TEST_POSTGRESQL"] = server
            yield Copy(folder)


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-c", _POSTGRESQL]
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=folder, env=environment, text=True, **pipes) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.communicate()
