"""Which tests execute which lines: found out by running them once, kept in `.mutate/` until the program changes."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
import time
from collections.abc import Generator, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pytest
from coverage import Coverage, CoverageData
from tools.mutate.copy import QUIETLY, Copy

AT_ONCE: Final = 10
MOST: Final = 400
SECONDS: Final = 60.0
_FUNCTION: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


class _Recorder:
    """Writes down what each test executes, how long it takes, and whether it passes."""

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


class Watchers:
    """The tests by what they execute.

    Args:
        copy: where they run.
        kept: a folder for what was found out.
        packages: the folders whose lines are watched.
        whole: files of tests that look at what was loaded without executing a line of it.

    Attributes:
        seconds: how long each test takes. One that failed or was skipped without any change watches nothing.
    """

    def __init__(self, copy: Copy, kept: Path, packages: Sequence[str], whole: Iterable[str] = ()) -> None:
        self._copy = copy
        self._kept = kept
        self._packages = packages
        self._whole = set(whole)
        self.seconds: dict[str, float] = {}
        self._digests: dict[str, str] = {}
        self._data = CoverageData(str(kept / "coverage"))
        kept.mkdir(exist_ok=True)
        if not self._recall():
            self._data.erase()
        self._data.read()

    def learn(self, files: Iterable[str]) -> None:
        """Run the tests of these files, but for those that are known; what a few files gave is kept at once."""
        new = [file for file in files if self._digests.get(file) != self._digest(file)]
        for start in range(0, len(new), AT_ONCE):
            self._learn({file: self._digest(file) for file in new[start : start + AT_ONCE]})

    def _learn(self, new: dict[str, str]) -> None:
        began = time.monotonic()
        seconds, failed = self._run(list(new))
        self._digests |= new
        self.seconds = {test: took for test, took in self.seconds.items() if _file(test) not in new}
        self.seconds |= {test: took for test, took in seconds.items() if test not in failed}
        notes = {"program": self._program, "digests": self._digests, "seconds": self.seconds}
        (self._kept / "notes.json").write_text(json.dumps(notes), "utf-8")
        lost = "".join(f"\n  no use, for it does not pass as it is: {test}" for test in failed)
        sys.stdout.write(f"{len(seconds)} tests of {len(new)} files run in {time.monotonic() - began:.0f} s{lost}\n")
        sys.stdout.flush()

    def of_line(self, path: str, line: int, files: Iterable[str]) -> list[str]:
        """Return the tests of these files that execute this line, as many as take a minute.

        The quickest first; of each function a second one counts twice, and so on: they are likely to see the same. What
        is executed when its file is loaded is watched by those that execute a line with the name that it gives, and by
        those that look at the whole, which come first.
        """
        wanted = set(files)
        tests = [test for test in self._of_statement(path, line) & self.seconds.keys() if _file(test) in wanted]
        seen: dict[str, int] = {}
        ranked: list[tuple[bool, float, str]] = []
        for took, test in sorted((self.seconds[test], test) for test in tests):
            function = test.partition("[")[0]
            seen[function] = seen.get(function, 0) + 1
            ranked.append((_file(test) not in self._whole, took * seen[function], test))
        chosen: list[str] = []
        left = SECONDS
        for _, _, test in sorted(ranked)[:MOST]:
            left -= self.seconds[test]
            if left < 0 and chosen:
                break
            chosen.append(test)
        return chosen

    def _recall(self) -> bool:
        try:
            notes = json.loads((self._kept / "notes.json").read_text("utf-8"))
        except FileNotFoundError:
            return False
        if notes["program"] != self._program:
            return False
        self._digests, self.seconds = notes["digests"], notes["seconds"]
        return True

    @cached_property
    def _program(self) -> str:
        """What the noted lines belong to."""
        return hashlib.sha256("".join(map(self._digest, sorted(self._texts))).encode()).hexdigest()

    def _digest(self, file: str) -> str:
        return hashlib.sha256(file.encode() + (self._copy.folder / file).read_bytes()).hexdigest()

    def _run(self, files: Sequence[str]) -> tuple[dict[str, float], list[str]]:
        notes, recorded = self._copy.folder.parent / "notes.json", self._copy.folder.parent / "coverage"

        def run() -> int:
            include = [f"{package}/*" for package in self._packages]
            coverage = Coverage(data_file=str(recorded), include=include, config_file=False)
            coverage.set_option("run:relative_files", True)
            recorder = _Recorder(coverage)
            with coverage.collect():
                code = pytest.main([*QUIETLY, *files], plugins=[recorder])
            coverage.save()
            notes.write_text(json.dumps([recorder.seconds, sorted(recorder.failed)]), "utf-8")
            return code

        recorded.unlink(missing_ok=True)
        if self._copy.apart(run) not in {0, 1}:
            raise SystemExit((self._copy.folder.parent / "output").read_text("utf-8"))
        found = CoverageData(str(recorded))
        found.read()
        self._data.update(found)
        seconds, failed = json.loads(notes.read_text("utf-8"))
        return seconds, failed

    def _of_statement(self, path: str, line: int) -> set[str]:
        statements = _statements(ast.parse((self._copy.folder / path).read_text("utf-8")), line)
        inner = statements[-1]
        if isinstance(inner, _FUNCTION):
            return self._executing(path, range(inner.body[0].lineno, (inner.end_lineno or 0) + 1))
        body = getattr(inner, "body", None)
        end = body[0].lineno - 1 if body else inner.end_lineno or 0
        executing = self._executing(path, range(inner.lineno, max(inner.lineno, end) + 1))
        if any(isinstance(one, _FUNCTION) for one in statements):
            return executing
        names = _names(inner, ast.Store)
        naming = self._naming(self._made_of(path, names)) if names else set()
        looking = {test for test in self.seconds if _file(test) in self._whole}
        return looking | executing | (naming or self._executing(path, self._by_line(path)))

    def _made_of(self, path: str, names: set[str]) -> set[str]:
        """Return these names and those that its file gives to what it makes of them when it is loaded."""
        body = ast.parse("\n".join(self._texts[path])).body
        made = {
            one for one in body if not isinstance(one, (*_FUNCTION, ast.ClassDef)) and _names(one, ast.Load) & names
        }
        more = names.union(*(_names(one, ast.Store) for one in made))
        return names if more == names else self._made_of(path, more)

    def _naming(self, names: Iterable[str]) -> set[str]:
        word = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
        found: set[str] = set()
        for path, text in self._texts.items():
            found |= self._executing(path, [place for place, line in enumerate(text, start=1) if word.search(line)])
        return found

    @cached_property
    def _texts(self) -> dict[str, list[str]]:
        files = [file for package in self._packages for file in (self._copy.folder / package).rglob("*.py")]
        return {str(one.relative_to(self._copy.folder)): one.read_text("utf-8").splitlines() for one in files}

    def _executing(self, path: str, lines: Iterable[int]) -> set[str]:
        by_line = self._by_line(path)
        return {test for line in lines for test in by_line.get(line, ())}

    def _by_line(self, path: str) -> dict[int, list[str]]:
        if path not in self._known:
            self._known[path] = self._data.contexts_by_lineno(path)
        return self._known[path]

    @cached_property
    def _known(self) -> dict[str, dict[int, list[str]]]:
        return {}


def _file(test: str) -> str:
    return test.partition("::")[0]


def _names(node: ast.AST, use: type[ast.expr_context]) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, use)}


def _statements(node: ast.AST, line: int) -> list[ast.stmt]:
    """Return the statements around a line, the outermost first."""
    for child in ast.iter_child_nodes(node):
        first = getattr(child, "lineno", 0)
        first = min([first, *(one.lineno for one in getattr(child, "decorator_list", ()))])
        # What has no place of its own, such as a case, may hold what has one.
        if hasattr(child, "lineno") and not first <= line <= child.end_lineno:
            continue
        inner = _statements(child, line)
        if isinstance(child, ast.stmt):
            return [child, *inner]
        if inner:
            return inner
    return []
