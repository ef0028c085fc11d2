"""What is loaded behind the first page, seen in a fresh interpreter: a host of thin clients holds it many times."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.scenarios.models import SERVICE

PROGRAM = """
import asyncio, gc, json, sys
gc.disable()
from sel_tui.runtime.warm_up import load_calls
asyncio.run(load_calls())
from sel_contract import Message, Service
Service.model_validate_json(sys.argv[1])
def kinds(kind):
    for one in kind.__subclasses__():
        yield one
        yield from kinds(one)
models = list(kinds(Message))
print(json.dumps({
    "modules": list(sys.modules),
    "models": [one.__name__ for one in models],
    "built": [one.__name__ for one in models if one.__pydantic_complete__],
    "collects": gc.isenabled(),
    "frozen": gc.get_freeze_count(),
}))
"""


@pytest.fixture(scope="module")
def warm() -> dict[str, Any]:
    command = [sys.executable, "-c", PROGRAM, SERVICE.wire().decode()]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    loaded: dict[str, Any] = json.loads(done.stdout)
    return loaded


def test_the_client_builds_the_models_that_it_uses_and_no_others(warm: dict[str, Any]) -> None:
    assert len(warm["models"]) > 50
    assert "Service" in warm["built"]
    assert len(warm["built"]) <= 8


def test_the_command_line_of_httpx_is_not_loaded_and_can_still_be(warm: dict[str, Any]) -> None:
    assert "httpx" in warm["modules"]
    assert {"click", "pygments", "httpx._main"}.isdisjoint(warm["modules"])


def test_garbage_is_collected_again_once_all_is_loaded_which_is_not_looked_at_again(warm: dict[str, Any]) -> None:
    assert warm["collects"]
    assert warm["frozen"] > 10_000


ENDS = """
import asyncio, gc, weakref
gc.disable()
from sel_tui.runtime.warm_up import collect_all, load_calls
class Screen:
    pass
screen = Screen()
screen.itself = screen
held = weakref.ref(screen)
asyncio.run(load_calls())
del screen
gc.collect()
frozen = held() is not None
collect_all()
print(frozen, held() is None)
"""


def test_what_was_there_when_all_was_loaded_ends_with_its_visit() -> None:
    done = subprocess.run([sys.executable, "-c", ENDS], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.split() == ["True", "True"]


def test_a_server_has_all_its_models_built_before_its_threads_use_them() -> None:
    program = "import sel_contract.links, sel_contract.base\nprint(sel_contract.links.Links.__pydantic_complete__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "True"
