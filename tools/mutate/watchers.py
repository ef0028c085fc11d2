"""Which tests execute which lines."""

from __future__ import annotations

import ast
import json
import re
import sys
import time
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pytest
from coverage import Coverage, CoverageData

from tools.mutate.copy import QUIETLY, Copy

MOST: Final = 150
SECONDS: Final = 30.0
_Function: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


class _Recorder:
    """Writes down what each test executes, and how long it takes."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self._coverage.switch_context(item.nodeid)
        began = time.monotonic()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.monotonic() - began

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.failed.add(report.nodeid)


@dataclass(frozen=True)
class Watchers:
    """The tests by what they execute; `seconds` says how long each takes."""

    folder: Path
    data: CoverageData
    seconds: dict[str, float]
    packages: Sequence[str]

    @classmethod
    def of(cls, copy: Copy, tests: str, packages: Sequence[str]) -> Watchers:
        """Run these tests (words of pytest's command line) once; one that fails or is skipped now watches nothing."""
        notes, recorded = copy.folder.parent / "notes.json", copy.folder.parent / "coverage"

        def run() -> int:
            include = [str(copy.folder / package / "*") for package in packages]
            coverage = Coverage(data_file=str(recorded), include=include, config_file=False)
            recorder = _Recorder(coverage)
            with coverage.collect():
                code = pytest.main([*QUIETLY, *tests.split()], plugins=[recorder])
            coverage.save()
            notes.write_text(json.dumps([recorder.seconds, sorted(recorder.failed)]), "utf-8")
            return code

        recorded.unlink(missing_ok=True)
        began = time.monotonic()
        code = copy.apart(run)
        if code not in {0, 1}:
            raise SystemExit((copy.folder.parent / "output").read_text("utf-8"))
        seconds, failed = json.loads(notes.read_text("utf-8"))
        lost = "".join(f", not {test}" for test in failed)
        sys.stdout.write(f"{len(seconds)} tests in {time.monotonic() - began:.0f} s{lost}\n")
        sys.stdout.flush()
        data = CoverageData(str(recorded))
        data.read()
        return cls(copy.folder, data, {test: took for test, took in seconds.items() if test not in failed}, packages)

    def of_lines(self, path: str, line: int) -> list[str]:
        """Return the tests that execute this line, as many as take half a minute.

        The quickest first, and of each function one before a second one: they are likely to see different things. What is
        executed when its file is loaded is watched by those that execute a line with the name that it gives.
        """
        tests = self._of_statement(path, line) & self.seconds.keys()
        seen: dict[str, int] = {}
        ranked: list[tuple[int, float, str]] = []
        for took, test in sorted((self.seconds[test], test) for test in tests):
            function = test.partition("[")[0]
            seen[function] = seen.get(function, 0) + 1
            ranked.append((seen[function], took, test))
        chosen: list[str] = []
        left = SECONDS
        for _, took, test in sorted(ranked)[:MOST]:
            left -= took
            if left < 0 and chosen:
                break
            chosen.append(test)
        return chosen

    def _of_statement(self, path: str, line: int) -> set[str]:
        statements = _statements(ast.parse((self.folder / path).read_text("utf-8")), line)
        inner = statements[-1]
        if isinstance(inner, _Function):
            return self._executing(path, range(inner.body[0].lineno, (inner.end_lineno or 0) + 1))
        end = inner.body[0].lineno - 1 if hasattr(inner, "body") else inner.end_lineno or 0
        executing = self._executing(path, range(inner.lineno, max(inner.lineno, end) + 1))
        if any(isinstance(one, _Function) for one in statements):
            return executing
        names = {one.id for one in ast.walk(inner) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        naming = self._naming(names) if names else set()
        return executing | naming if naming else self._executing(path, self._lines(path))

    def _naming(self, names: Iterable[str]) -> set[str]:
        word = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
        found: set[str] = set()
        for path, text in self._texts.items():
            found |= self._executing(path, [place for place, line in enumerate(text, start=1) if word.search(line)])
        return found

    @cached_property
    def _texts(self) -> dict[str, list[str]]:
        files = [file for package in self.packages for file in (self.folder / package).rglob("*.py")]
        return {str(file.relative_to(self.folder)): file.read_text("utf-8").splitlines() for file in files}

    def _lines(self, path: str) -> range:
        return range(1, len(self._texts[path]) + 1)

    def _executing(self, path: str, lines: Iterable[int]) -> set[str]:
        by_line = self._by_file.setdefault(path, self.data.contexts_by_lineno(str(self.folder / path)))
        return {test for line in lines for test in by_line.get(line, ()) if test}

    @cached_property
    def _by_file(self) -> dict[str, dict[int, list[str]]]:
        return {}


def _statements(node: ast.AST, line: int) -> list[ast.stmt]:
    """Return the statements around a line, the outermost first."""
    for child in ast.iter_child_nodes(node):
        first = (
            min([child.lineno, *(one.lineno for one in getattr(child, "decorator_list", ()))])
            if hasattr(child, "lineno")
            else 0
        )
        if hasattr(child, "lineno") and first <= line <= (child.end_lineno or 0):
            inner = _statements(child, line)
            return [child, *inner] if isinstance(child, ast.stmt) else inner
        if isinstance(child, ast.excepthandler | ast.match_case) or not hasattr(child, "lineno"):
            inner = _statements(child, line)
            if inner:
                return inner
    return []
