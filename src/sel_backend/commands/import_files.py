"""`sel-backend import`: client files from CSV, with a progress bar, resumable after a kill.

Exit codes: 0 every row was taken; 1 some were refused and stand in the file that is named; 2 it could not run or was
stopped, and the same command goes on where it was; 78 data folder, database and keys are not what they must be.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sel_backend.commands.office import REFUSED, WRONG_USE, command, opened, say, settings_of
from sel_backend.importing import progress
from sel_backend.importing.columns import HeaderError
from sel_backend.importing.progress import Checkpoint
from sel_backend.importing.refused import RefusedRows, holds_something_else
from sel_backend.importing.run import Import
from sel_backend.importing.source import Source
from sel_backend.operations.task import TaskRefusedError
from sel_backend.serving.errors import CannotStartError, DataRefusedError, FolderInUseError
from sel_backend.settings import Settings
from sel_backend.storage.database import DatabaseAddressError

ALL_TAKEN = 0
SOME_REFUSED = 1


def main(arguments: Sequence[str]) -> int:
    """Import a file and return one of the exit codes above."""
    parser = command("import", "Read client files from CSV; the columns are in docs/operations.md.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--delimiter", default=",", metavar="C")
    parser.add_argument("--refused", type=Path, metavar="FILE", help="refused rows (FILE.refused.csv beside the file)")
    parser.add_argument("--again", action="store_true", help="from the first row, though it was imported before")
    chosen = parser.parse_args(arguments)
    try:
        return _import(settings_of(chosen), chosen)
    except FolderInUseError as error:
        sys.stderr.write(f"sel-backend: {error}: stop the server first, an import writes alone with SQLite\n")
    except DataRefusedError as error:
        sys.stderr.write(f"sel-backend: {error}\n")
        return REFUSED
    except (TaskRefusedError, HeaderError, CannotStartError, DatabaseAddressError) as error:
        sys.stderr.write(f"sel-backend: {error}\n")
    except OSError as error:
        sys.stderr.write(f"sel-backend: {chosen.file} cannot be used: {error.strerror}\n")
    except KeyboardInterrupt:
        sys.stderr.write("sel-backend: stopped; the same command goes on from the last batch\n")
    return WRONG_USE


def _import(settings: Settings, chosen: argparse.Namespace) -> int:
    if settings.demo:
        raise DataRefusedError("a demonstration has fictitious files of its own", "import into a service's folder")
    with ExitStack() as stack:
        path = chosen.refused or chosen.file.with_name(f"{chosen.file.name}.refused.csv")
        if chosen.file.exists() and holds_something_else(path, chosen.file):
            raise TaskRefusedError(f"{path} holds something else; name another file for refused rows with --refused")
        backend = opened(settings, stack)
        source = Source(chosen.file, chosen.delimiter)
        database, now = backend.core.database, backend.core.clock()
        start = database.run_now(lambda tx: progress.find(tx, source))
        if start and start.finished and not chosen.again:
            say("this very file was imported before; --again imports it anew")
            return SOME_REFUSED if start.refused else ALL_TAKEN
        if start is None or chosen.again:
            start = Checkpoint()
            database.run_now(lambda tx: progress.begin(tx, source, now))
        elif start.offset:
            say(f"going on after line {start.line:,}")
        rows = RefusedRows(path, source.header, chosen.delimiter, start.refused)
        stack.callback(rows.close)
        began = time.monotonic()
        on_batch = stack.enter_context(_shown(source.size, start))
        work = Import(backend, source, rows, on_batch)
        end = work.run(start)
    seconds = time.monotonic() - began
    read = end.accepted + end.refused - start.accepted - start.refused
    say(f"taken {end.accepted:,}, refused {end.refused:,}; {read / max(seconds, 0.001):,.0f} rows/s, {seconds:,.1f} s")
    if work.unanswerable and settings.linking.questions_enabled:
        say(f"lack an answer that their category is asked for, so questions will not link them: {work.unanswerable:,}")
    if end.refused:
        say(f"refused rows with line and reason: {path}")
        return SOME_REFUSED
    return ALL_TAKEN


@contextmanager
def _shown(size: int, start: Checkpoint) -> Iterator[Callable[[Checkpoint], None]]:
    """Show a progress bar with rate and time left on a terminal; elsewhere one line per million rows."""
    if not sys.stderr.isatty():
        told = (start.accepted + start.refused) // 1_000_000

        def line(now: Checkpoint) -> None:
            nonlocal told
            millions = (now.accepted + now.refused) // 1_000_000
            if millions > told:
                told = millions
                sys.stderr.write(f"{now.accepted + now.refused:,} rows, {now.offset / size:.0%}\n")
                sys.stderr.flush()

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    bar = Progress(
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[refused]:,} refused, {task.fields[rate]:,.0f} rows/s,"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=Console(stderr=True),
    )
    began = time.monotonic()
    with bar:
        task = bar.add_task("", total=size, completed=start.offset, rows=0, refused=0, rate=0.0)

        def draw(now: Checkpoint) -> None:
            rows = now.accepted + now.refused
            rate = (rows - start.accepted - start.refused) / max(time.monotonic() - began, 0.001)
            bar.update(task, completed=now.offset, rows=rows, refused=now.refused, rate=rate)

        yield draw
