"""Every line of the log is whole, whoever else writes into the same pipe or file, and however long it would be."""

from __future__ import annotations

import json
import logging
import os
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sel_backend.observability.logs import JsonFormatter, LineHandler

ROOT = Path(__file__).parents[2]
LINES = 400


def writer(name: str, lines: int, *file: str, err: int | None = None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.operator.writing_logs", name, str(lines), *file]
    return subprocess.Popen(command, cwd=ROOT, stderr=err)


def test_two_processes_write_whole_lines_into_one_pipe_and_one_is_killed() -> None:
    reading, writing = os.pipe()
    found: Counter[str] = Counter()
    with os.fdopen(reading, "rb") as pipe, writer("killed", 0, err=writing) as endless:
        assert json.loads(pipe.readline())["logger"] == "sel_backend.killed"
        with writer("ending", LINES, err=writing) as ending:
            os.close(writing)
            for line in pipe:
                said = json.loads(line)
                assert said["message"] == "a sentence"
                assert len(line) <= select.PIPE_BUF
                found[said["logger"]] += 1
                if found["sel_backend.ending"] == LINES // 2:
                    endless.kill()
    assert (endless.returncode, ending.returncode) == (-9, 0)
    assert found["sel_backend.ending"] == LINES


def test_two_processes_write_whole_lines_into_one_file(tmp_path: Path) -> None:
    path = tmp_path / "backend.log"
    writers = [writer(name, LINES, str(path)) for name in ("one", "two")]
    assert [one.wait(60) for one in writers] == [0, 0]
    found = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert Counter(line["logger"] for line in found) == {"sel_backend.one": LINES, "sel_backend.two": LINES}
    assert path.stat().st_mode & 0o777 == 0o600


def record(**details: Any) -> logging.LogRecord:
    return logging.makeLogRecord({"name": "sel_backend.x", "levelname": "INFO", "msg": "a sentence", **details})


@pytest.mark.parametrize("text", ["x" * 5000, "é" * 5000, "\x01" * 5000, "🦫" * 5000, "\udc80" * 5000])
def test_a_line_that_would_be_too_long_is_shortened_and_stays_json(text: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    names = ("method", "route", "failure", "place", "reference", "mail", "task", "given_up")
    with closing(LineHandler(path)) as handler:
        handler.setFormatter(JsonFormatter())
        handler.emit(record(**dict.fromkeys(names, text), request_id="r" * 30, status=200))
    (line,) = path.read_bytes().splitlines(keepends=True)
    assert len(line) <= select.PIPE_BUF
    said = json.loads(line)
    assert (said["message"], said["request_id"], said["status"]) == ("a sentence", "r" * 30, 200)
    assert set(names) <= set(said)


def test_a_line_that_fits_is_left_as_it_is() -> None:
    said = json.loads(JsonFormatter().format(record(route="/v1/" + "é" * 150, status=200)))
    assert said["route"] == "/v1/" + "é" * 150


def test_after_a_line_that_could_not_be_finished_the_next_one_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"
    written = os.write
    full: Iterator[int | OSError] = iter([10, OSError(28, "No space left on device")])

    def write(file: int, data: bytes) -> int:
        answer = next(full, None)
        if isinstance(answer, OSError):
            raise answer
        return written(file, data[:answer])

    with closing(LineHandler(path)) as handler:
        handler.setFormatter(JsonFormatter())
        monkeypatch.setattr(os, "write", write)
        handler.handle(record())
        handler.handle(record())
    torn, whole = path.read_bytes().splitlines()
    assert len(torn) == 10
    assert json.loads(whole)["message"] == "a sentence"


def test_a_log_that_cannot_be_written_says_nothing_elsewhere(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    handler = LineHandler(tmp_path / "missing" / "log")
    handler.setFormatter(JsonFormatter())
    handler.handle(record(msg="canari %s", args=("Canari-2026!",)))
    assert capsys.readouterr() == ("", "")


def test_a_pipe_that_does_not_wait_is_waited_for() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    while True:
        try:
            os.write(writing, b"." * 4096)
        except BlockingIOError:
            break
    handler = LineHandler(None, writing)
    handler.setFormatter(JsonFormatter())
    waited: list[int] = []

    def drain(file: int) -> None:
        waited.append(file)
        os.read(reading, 1 << 20)

    handler.wait = drain  # type: ignore[method-assign]
    handler.handle(record())
    assert waited == [writing]
    assert json.loads(os.read(reading, 1 << 20).lstrip(b"."))["message"] == "a sentence"
    os.close(reading)
    os.close(writing)
