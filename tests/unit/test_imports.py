"""What each room loads, seen in a fresh interpreter: start-up time and purity depend on it."""

from __future__ import annotations

import subprocess
import sys

import pytest

SLOW_OR_FOREIGN = ("textual", "rich", "httpx", "pydantic", "stamina", "sel_backend", "fastapi", "sqlalchemy")

# What the API client and its models take along; none of it is needed to paint.
LATE = {
    *("httpx", "httpcore", "h11", "anyio", "certifi", "idna", "truststore", "stamina", "tenacity", "sel_tui.api"),
    *("pydantic", "pydantic_core", "annotated_types", "zoneinfo", "email", "json", "http", "click", "pygments"),
    *("platformdirs.unix", "sel_tui.line.run", "sel_tui.runtime.calls", "sel_tui.demo", "tomllib", "webbrowser"),
    *("segno", "sysconfig", "sel_tui.screens.screen_saver", "sel_tui.runtime.heartbeat", "sel_tui.runtime.staff"),
    *("sel_tui.voice.voice", "sel_tui.voice.factory", "sel_tui.runtime.revocations", "sel_tui.runtime.printing"),
}

# Ends when the first page is painted, and says what is loaded then.
FIRST_PAINT = """
import sel_tui.__main__, sel_tui.cli, sel_tui.runner, sel_tui.terminal.terminfo
from sel_tui.app import SelApp
from sel_tui.runtime.options import VisitOptions
from sel_tui.terminal.capabilities import Found, decide
app = SelApp(VisitOptions("http://127.0.0.1:9"), decide(Found(term="xterm-256color", locale="C.UTF-8")))
def painted():
    import sys
    print(*sys.modules)
    app.exit()
app._start_visit = painted
app.run(headless=True)
"""

RULES = {
    "sel_contract",
    "sel_contract.building",
    "sel_contract.rules",
    *(f"sel_contract.rules.{name}" for name in ("codes", "identifiers", "passwords", "text", "values")),
}


def wire(loaded: set[str]) -> set[str]:
    """Return the modules of the contract among those that were loaded."""
    return {name for name in loaded if name.partition(".")[0] == "sel_contract"}


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules and the rooms of ours that `statement` loads."""
    return modules_of(f"{statement}\nimport sys\nprint(*sys.modules)")


def modules_of(program: str) -> set[str]:
    """Return the top-level modules, and the rooms of ours, among those that `program` prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    names = set(done.stdout.split())
    return {name.partition(".")[0] for name in names} | {
        name for name in names if name.startswith(("sel_", "textual."))
    }


@pytest.mark.parametrize(
    "statement",
    [
        "import sel_tui.journey.machine",
        "import sel_tui.journey.machine as m\nm.page(m.first_state())",
    ],
)
def test_the_journey_loads_nothing_but_itself(statement: str) -> None:
    loaded = loaded_by(statement)

    assert loaded.isdisjoint({*SLOW_OR_FOREIGN, "asyncio", "ssl"})
    assert wire(loaded) <= RULES


def test_the_command_line_loads_neither_textual_nor_the_network_nor_the_back_end() -> None:
    loaded = loaded_by("import sel_tui.cli")

    assert loaded.isdisjoint({"textual", "httpx", "pydantic", "sel_backend", "fastapi", "stamina"})


@pytest.mark.parametrize(
    "module",
    [
        "sel_tui.line.run",
        "sel_tui.runtime.visit",
        "sel_tui.runtime.clock",
        "sel_tui.runtime.receipts",
        "sel_tui.runtime.key_bindings",
        "sel_tui.settings",
        "sel_tui.i18n",
    ],
)
def test_what_both_faces_share_does_without_textual(module: str) -> None:
    assert loaded_by(f"import {module}").isdisjoint({"textual", "httpx", "pydantic", "sel_backend"})


def test_the_full_screen_face_loads_neither_http_nor_models_nor_the_back_end_before_the_first_paint() -> None:
    loaded = modules_of(FIRST_PAINT)

    assert "textual" in loaded
    assert loaded.isdisjoint({*LATE, "sel_backend", "fastapi", "sqlalchemy"})
    assert wire(loaded) <= RULES
    assert len({name for name in loaded if name.startswith("sel_")}) <= 100
    # Of Textual, which is most of a start, as much as an app without a command palette needs.
    assert len({name for name in loaded if name.partition(".")[0] == "textual"}) <= 130


def test_the_rules_of_the_contract_load_no_models() -> None:
    loaded = loaded_by(f"import {', '.join(sorted(RULES))}\nsel_contract.canonical_email")

    assert loaded.isdisjoint({*SLOW_OR_FOREIGN, "sel_tui"})
    assert wire(loaded) == RULES


def test_the_wire_imports_neither_side() -> None:
    loaded = loaded_by("import sel_contract")

    assert loaded.isdisjoint({"sel_tui", "sel_backend", "textual", "httpx", "fastapi", "sqlalchemy"})


def test_the_back_end_does_not_load_the_client() -> None:
    assert loaded_by("import sel_backend.cli").isdisjoint({"sel_tui", "textual", "httpx"})


def test_the_tester_of_back_ends_loads_neither_side() -> None:
    loaded = loaded_by("import sel_conformance.cli")

    assert loaded.isdisjoint({"sel_tui", "sel_backend", "textual", "fastapi", "sqlalchemy"})
