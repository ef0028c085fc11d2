"""What `make dist` and `make audit` say of the packages; they run the real tools."""

from __future__ import annotations

import json

import pytest
from tools.dist import findings, licences

SAFE = {"name": "a", "version": "1", "vulns": []}
HOLE = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-2026-1"}]}
UNKNOWN = {"name": "c", "version": "3", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("listed", "line", "code"),
    [
        ([SAFE], "no known vulnerability in 1 packages", 0),
        ([SAFE, HOLE], "b 2: PYSEC-2026-1", 1),
        ([SAFE, UNKNOWN], "NOT AUDITED: 1 of 2 packages", 3),
        ([HOLE, UNKNOWN], "b 2: PYSEC-2026-1", 1),
    ],
)
def test_an_audit_that_could_not_ask_is_never_a_clean_one(listed: list[object], line: str, code: int) -> None:
    lines, said = findings(json.dumps({"dependencies": listed}))
    assert (lines[0].startswith(line), said) == (True, code)


def test_an_audit_that_said_nothing_asked_nothing() -> None:
    assert findings("") == (["NOT AUDITED: the list of vulnerabilities cannot be reached from here"], 3)


def test_each_package_stands_in_the_table_with_its_licence() -> None:
    table = "".join(licences([{"Name": "b", "Version": "2", "License": "MIT |\n BSD", "URL": "u"}]))
    assert table.splitlines()[-1] == "| b | 2 | MIT \\| BSD | u |"
