"""`import`: client files from CSV, with a progress bar, resumable after a kill.

Exit codes: 0 every row was taken; 1 some were refused and stand in the file that is named; 2 it could not run or was
stopped, and the same command goes on where it was; 78 data folder, database and keys are not what they must be.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from sel_backend.admin.base import (
    REFUSED,
    WRONG_USE,
    TaskRefusedError,
    argument_parser,
    open_backend,
    settings_of,
    write_line,
)
from sel_backend.importing import progress
from sel_backend.importing.columns import HeaderError, check_header
from sel_backend.importing.contents import ENCODINGS, UTF_8
from sel_backend.importing.progress import Checkpoint
from sel_backend.importing.refused import RefusedRows, RefusedRowsError, holds_something_else
from sel_backend.importing.run import Counts, Import
from sel_backend.importing.source import Reading, Source, shown
from sel_backend.importing.survey import Survey, surveyed
from sel_backend.importing.values import Order
from sel_backend.serving.errors import CannotStartError, DataRefusedError, FolderInUseError
from sel_backend.settings import Settings
from sel_backend.storage.address import DatabaseAddressError
from sel_backend.storage.reasons import why

ALL_TAKEN = 0
SOME_REFUSED = 1


_GOES_ON = "the same command goes on from the last batch"
_TAB = {"\\t", "tab"}
_NAMES = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def main(arguments: Sequence[str]) -> int:
    """Import a file and return one of the exit codes above."""
    parser = argument_parser("import", "Read client files from CSV; the columns are in docs/import.md.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--delimiter", type=_delimiter, metavar="C", help="what separates columns (found out)")
    parser.add_argument("--encoding", choices=list(ENCODINGS), help="of the file (found out)")
    parser.add_argument("--dates", choices=[str(order) for order in Order], help="how dates such as 4/5/1988 are meant")
    parser.add_argument("--refused", type=Path, metavar="FILE", help="refused rows (FILE.refused.csv beside the file)")
    parser.add_argument("--again", action="store_true", help="from the first row, though it was imported before")
    chosen = parser.parse_args(arguments)
    try:
        return _import(settings_of(chosen), chosen)
    except FolderInUseError as error:
        _complain(f"{error}: stop the server first, an import writes alone with SQLite")
    except DataRefusedError as error:
        _complain(str(error))
        return REFUSED
    except (TaskRefusedError, CannotStartError, DatabaseAddressError) as error:
        _complain(str(error))
    except HeaderError as error:
        _complain(f"{shown(chosen.file)} is not imported: {error}")
    except RefusedRowsError as error:
        _complain(f"{error}; {_GOES_ON}")
    except SQLAlchemyError as error:
        _complain(f"the database cannot go on: {why(error)}; {_GOES_ON}")
    except OSError as error:
        _complain(f"{shown(error.filename or chosen.file)} cannot be used: {error.strerror or type(error).__name__}")
    except KeyboardInterrupt:
        _complain(f"stopped; {_GOES_ON}")
    return WRONG_USE


def _complain(sentence: str) -> None:
    sys.stderr.write(f"sel-backend: {sentence}\n")


def _delimiter(typed: str) -> str:
    delimiter = "\t" if typed in _TAB else typed
    if len(delimiter) != 1 or delimiter in '"\r\n\ufffd' or not delimiter.isascii():
        raise argparse.ArgumentTypeError("one character, such as ; or tab")
    return delimiter


def _import(settings: Settings, chosen: argparse.Namespace) -> int:
    if settings.demo:
        raise DataRefusedError("a demonstration has fictitious files of its own", "import into a service's folder")
    with ExitStack() as stack:
        path = chosen.refused or chosen.file.with_name(f"{chosen.file.name}.refused.csv")
        if chosen.file.exists() and holds_something_else(path, chosen.file):
            raise TaskRefusedError(
                f"{shown(path)} holds something else; name another file for refused rows with --refused"
            )
        backend = open_backend(settings, stack)
        dates = Order(chosen.dates) if chosen.dates else None
        source = Source(chosen.file, Reading(chosen.delimiter, chosen.encoding, dates))
        check_header(source.header, backend.core.questions)
        database, now = backend.core.database, backend.core.clock()
        start = database.run_now(lambda tx: progress.find(tx, source))
        if start and start.finished and not chosen.again:
            write_line("this very file was imported before; --again imports it anew")
            return SOME_REFUSED if start.refused else ALL_TAKEN
        survey = stack.enter_context(surveyed(source, backend.core.questions, settings.data_folder))
        if start is None or chosen.again:
            start = Checkpoint()
            database.run_now(lambda tx: progress.begin(tx, source, now))
        elif start.offset:
            write_line(f"going on after line {start.line:,}")
        if found := _found(source):
            write_line(f"read as {found}")
        rows = RefusedRows(path, source, start.refused, fewer=start.offset == source.size)
        stack.callback(rows.close)
        began = time.monotonic()
        on_batch = stack.enter_context(_progress(source.size, start))
        work = Import(backend, source, survey, rows, on_batch)
        end = work.run(start)
    seconds = time.monotonic() - began
    read = end.accepted + end.refused - start.accepted - start.refused
    write_line(
        f"taken {end.accepted:,}, refused {end.refused:,}; {read / max(seconds, 0.001):,.0f} rows/s, {seconds:,.1f} s"
    )
    _say_more(work.counts, survey, questions=settings.linking.questions_enabled)
    if end.refused:
        write_line(f"refused rows with line and reason: {shown(path)}")
        return SOME_REFUSED
    return ALL_TAKEN


def _found(source: Source) -> str:
    """Return what is unusual in how a file is read."""
    encoding = next(name for name, codec in ENCODINGS.items() if codec == source.encoding)
    delimiter = (
        "" if source.delimiter == "," else f"columns separated by {_NAMES.get(source.delimiter, 'the given one')}"
    )
    return ", ".join(filter(None, (encoding if source.encoding != UTF_8 else "", delimiter)))


def _say_more(counts: Counts, survey: Survey, *, questions: bool) -> None:
    if counts.unanswerable and questions:
        write_line(
            f"lack an answer that their category is asked for, so questions will not link them: {counts.unanswerable:,}"
        )
    if counts.names_left_out:
        write_line(
            "old user names that nobody can type at log-in today, left out (only ci…, er…, as…, ap… and e-mail "
            f"addresses can be typed): {counts.names_left_out:,}, the first in line {counts.first_left_out:,}"
        )
    if survey.repeated:
        places = ", ".join(f"line {line:,} by line {later:,}" for line, later in survey.examples)
        more = " …" if survey.repeated > len(survey.examples) else ""
        write_line(f"rows that a later row for the same identifier replaces: {survey.repeated:,} ({places}{more})")


@contextmanager
def _progress(size: int, start: Checkpoint) -> Iterator[Callable[[Checkpoint], None]]:
    """Show a progress bar with rate and time left on a terminal; elsewhere one line per million rows."""
    if not sys.stderr.isatty():
        reported = (start.accepted + start.refused) // 1_000_000

        def line(now: Checkpoint) -> None:
            nonlocal reported
            millions = (now.accepted + now.refused) // 1_000_000
            if millions > reported:
                reported = millions
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
