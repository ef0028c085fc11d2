"""Scripts against a real server: a file linked from a pipe, once; all that is printed is as its schema says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
from tools import schemas

from sel_tui.scripts import problems
from sel_tui.scripts.outputs import OUTPUTS
from sel_tui.terminal.endings import Exit
from tests.journeys.terminal import settings
from tests.operator.servers import serving

PASSWORD: Final = "Chantier-2026!"
ACCOUNT: Final = f"nouvelle@exemple.test\n{PASSWORD}\n"
# What the file says; a set of questions asks for some of it.
FACTS: Final = {
    "birth_date": "1988-04-17",
    "worker_postal_code": "H2X 1Y4",
    "trade": "charpentier-menuisier",
    "first_certificate_year": "2009",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, first_data: Path) -> Iterator[str]:
    """The demonstration's server, on data of its own."""
    data = tmp_path_factory.mktemp("scripts") / "data"
    shutil.copytree(first_data, data)
    with serving("--demo", "--data", data) as said:
        yield said["url"]


@pytest.fixture
def script(server: str, tmp_path: Path) -> Any:
    def run(*words: str, given: str = ACCOUNT, schema: str) -> tuple[int, dict[str, Any]]:
        done = subprocess.run(
            [sys.executable, "-m", "sel_tui", *words, "--json", "--server", server],
            input=given,
            env=settings(tmp_path),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        said = done.stdout or done.stderr
        assert bool(done.stdout) != bool(done.stderr)
        assert (done.returncode == 0) == bool(done.stdout)
        assert not [secret for secret in (PASSWORD, *FACTS.values()) if secret in said]
        read: dict[str, Any] = json.loads(said)
        jsonschema.validate(read, _schema("error" if done.returncode else schema))
        return done.returncode, read

    return run


def _schema(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((schemas.FOLDER / f"{name}.schema.json").read_text("utf-8"))
    return read


def test_the_questions_are_asked_and_answered_in_one_script_and_a_repetition_links_nothing_twice(script: Any) -> None:
    _, challenge = script("questions", given=f'{ACCOUNT}{{"identifier": "ci1234567"}}', schema="questions")
    answers = {question["id"]: FACTS[question["id"]] for question in challenge["questions"]}
    proof = json.dumps({"challenge_id": challenge["id"], "answers": answers})
    link = ("link", "--method", "questions", "--idempotency-key", "once-and-only-once")
    first = script(*link, given=ACCOUNT + proof, schema="link")
    again = script(*link, given=ACCOUNT + proof, schema="link")
    other = script("link", "--method", "legacy_access", given=_old("Ancien-1234!"), schema="link")
    _, after = script("status", "--credentials-fd", "0", schema="status")

    assert first == again
    assert first[0] == 0
    assert (other[0], other[1]["type"], other[1]["link_id"]) == (73, "already-linked", first[1]["link"]["id"])
    assert after["account"]["linked"] == 1


def _old(password: str) -> str:
    return ACCOUNT + json.dumps({"username": "ci1234567", "password": password})


def test_an_agents_case_is_as_its_schema_says(script: Any) -> None:
    code, case = script("desk", "case", "exp1re0005", given=f"agent@exemple.test\n{PASSWORD}\n", schema="desk-case")

    assert (code, case["reference"]) == (0, "EXP1-RE00-05")


@pytest.mark.parametrize("name", OUTPUTS)
def test_each_schema_is_that_of_what_is_printed(name: str) -> None:
    assert (schemas.FOLDER / f"{name}.schema.json").read_text("utf-8") == schemas.schema(name)


def test_the_table_of_exit_codes_is_the_programs() -> None:
    text = (schemas.FOLDER.parent / "scripts.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| [^|]* \| ([^|]*) \|$", text, re.MULTILINE)
    written = {kind: int(code) for code, kinds in rows for kind in re.findall(r"`([a-z-]+)`", kinds)}

    assert written == {**dict.fromkeys(problems.TITLES, Exit.UNAVAILABLE), **problems.EXITS}
