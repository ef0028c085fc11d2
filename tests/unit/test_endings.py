"""How the program ends: codes that scripts can rely on, and a crash that tells where and never what."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sel_tui.terminal.endings import Exit, record_crash

CANARY = "Canari-3f9c-Secret!"


def send(password: str) -> None:
    raise ValueError(f"cannot send {password}")


def crash(password: str) -> BaseException:
    try:
        send(password)
    except ValueError as error:
        return error
    return AssertionError("it did not crash")


def test_the_exit_codes_are_those_that_the_documentation_promises() -> None:
    codes = {code.name: code.value for code in Exit}

    assert codes["OK"] == 0
    assert codes["USAGE"] == 2
    assert (codes["UNAVAILABLE"], codes["CRASH"], codes["CONFIG"]) == (69, 70, 78)
    assert (codes["HANGUP"], codes["TERMINATED"]) == (128 + 1, 128 + 15)


def test_the_record_of_a_crash_says_where_it_happened_and_never_with_what(tmp_path: Path) -> None:
    reference = record_crash(crash(CANARY), tmp_path / "state")
    text = (tmp_path / "state" / f"crash-{reference}.txt").read_text(encoding="utf-8")

    assert "builtins.ValueError" in text
    assert "test_endings.py" in text
    assert " crash" in text
    assert CANARY not in text
    assert "cannot send" not in text


def test_the_record_is_in_a_folder_for_this_person_alone(tmp_path: Path) -> None:
    record_crash(crash(CANARY), tmp_path / "state")

    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_each_crash_has_a_reference_of_its_own_that_can_be_read_aloud(tmp_path: Path) -> None:
    references = {record_crash(crash(CANARY), tmp_path) for _ in range(20)}

    assert len(references) == 20
    assert all(len(reference) == 8 and reference.isalnum() for reference in references)


def test_only_the_last_records_stay(tmp_path: Path) -> None:
    oldest = tmp_path / "crash-00000000.txt"
    oldest.touch()
    os.utime(oldest, (0, 0))
    others = tmp_path / "notes.txt"
    others.touch()
    references = [record_crash(crash(CANARY), tmp_path) for _ in range(20)]

    assert not oldest.exists()
    assert others.exists()
    assert {path.name for path in tmp_path.glob("crash-*")} == {f"crash-{one}.txt" for one in references}


def test_a_folder_that_cannot_be_written_still_gives_a_reference(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")

    assert record_crash(crash(CANARY), in_the_way / "state")
    assert in_the_way.read_text(encoding="utf-8") == ""
