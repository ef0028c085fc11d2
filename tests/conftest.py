"""What all tests share: hypothesis that repeats itself, an environment without this machine's own settings."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

import sel_tui.runtime.calls  # noqa: F401  # the first call would load it in a thread, whose end no test sees
from tests.forked import demonstrated
from tests.readers import console

# The same examples each time: what fails on one machine fails on all. HYPOTHESIS_PROFILE=search looks for new ones,
# also among the constants of our own modules: which of those are loaded depends on what else is tested.
settings.register_profile(
    "same",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", deadline=None, database=None, max_examples=2_000, print_blob=True)
# Read here: no setting of this machine reaches a test.
NO_SKIPS = bool(os.environ.get("SEL_NO_SKIPS"))

_MEMORY: Final = Path("/dev/shm")  # noqa: S108  # for the tests alone, in a folder that nobody can guess
_ROOM: Final = 4 * 1024**3
WAITING: Final = (
    "tests/voice/test_whole_journey",
    "tests/readers/",
    "tests/printing/",
    "tests/journeys/",
    "tests/faults/",
    "tests/accessibility/test_wire.py",
    "tests/backend/test_serving.py",
    "tests/backend/test_service_manager.py",
    "tests/operator/test_import_killed.py",
    "tests/operator/test_upgrades.py",
    "tests/line/test_program.py",
)
QUICK: Final = ("tests/api/", "tests/contract/", "tests/unit/", "tests/terminal/", "tests/line/test_every_scenario.py")

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
if settings.get_current_profile_name() == "same":
    pytest.MonkeyPatch().setattr("hypothesis.internal.conjecture.providers.is_local_module_file", lambda _: False)


def pytest_configure(config: pytest.Config) -> None:
    """Write in memory where there is room: a file on a disk costs thirty times as much, and nothing here lasts."""
    if "TMPDIR" not in os.environ and config.option.basetemp is None and _room(_MEMORY) > _ROOM:
        os.environ["TMPDIR"] = tempfile.mkdtemp(prefix="sel-", dir=_MEMORY)
        Path(os.environ["TMPDIR"]).chmod(0o1777)  # PostgreSQL has a user of its own
        tempfile.tempdir = None
        # Once all else is let go of: what multiprocessing keeps there goes at -100.
        Finalize(None, shutil.rmtree, args=[os.environ["TMPDIR"], True], exitpriority=-200)
    # Else the sound library that espeak-ng asks for links such a folder in the home, and may search it for ever.
    os.environ.setdefault("PULSE_RUNTIME_PATH", str(Path(tempfile.gettempdir(), "pulse")))


def _room(folder: Path) -> int:
    return shutil.disk_usage(folder).free if os.access(folder, os.W_OK) else 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread what waits for programs of its own among what does not, and end with what is quick, so that no core rests.

    In each part, the order stays.
    """
    waiting = [item for item in items if item.nodeid.startswith(WAITING)]
    quick = [item for item in items if item.nodeid.startswith(QUICK)]
    busy = [item for item in items if not item.nodeid.startswith((*WAITING, *QUICK))]
    every = len(busy) // (len(waiting) or 1) + 1
    spread: list[pytest.Item] = []
    for place, one in enumerate(waiting):
        spread += [*busy[place * every : (place + 1) * every], one]
    items[:] = [*spread, *busy[len(waiting) * every :], *quick]


def pytest_collection_finish() -> None:
    """Look less often for garbage among all that was imported: a fifth of the time of what runs an app."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("SEL_", "TEXTUAL"))]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def first_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's data as they are at first: hashing its passwords takes longer than most journeys."""
    home = tmp_path_factory.mktemp("first")
    with demonstrated(home / "data", home):
        return home / "data"


@pytest.fixture
def demonstration(tmp_path_factory: pytest.TempPathFactory, first_data: Path) -> Iterator[str]:
    """The address of a demonstration of the test's own, from data that were made once."""
    home = tmp_path_factory.mktemp("demonstration")
    shutil.copytree(first_data, home / "data")
    with demonstrated(home / "data", home) as address:
        yield address


def _for_want_of_a_console(report: pytest.TestReport) -> bool:
    why = console.missing()
    return bool(why) and why in str(report.longrepr)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI has installed all that tests can need, a skipped test is a failure; a real console may be missing."""
    report = yield
    if report.skipped and NO_SKIPS and not hasattr(report, "wasxfail") and not _for_want_of_a_console(report):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report
