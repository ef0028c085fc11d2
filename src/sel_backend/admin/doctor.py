"""`doctor`: look at settings, clock, database, mail and permissions; say what to do about each."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from sel_backend.admin.base import (
    DONE,
    FAILED,
    NoArguments,
    TaskRefusedError,
    argument_parser,
    perform,
    run_command,
    write_line,
)
from sel_backend.admin.check_keys import CHECK_KEYS
from sel_backend.admin.mails import MAILS, MailsRequest
from sel_backend.clock import utc_now
from sel_backend.installation import mail_diagnosis
from sel_backend.installation.diagnosis import examine
from sel_backend.installation.findings import Finding
from sel_backend.serving.errors import DataRefusedError, FolderInUseError
from sel_backend.serving.lock import alone_in
from sel_backend.settings import Settings
from sel_backend.settings_sources import secret_files


def main(arguments: Sequence[str]) -> int:
    """Check everything and print the findings; return 0 when all is right, 1 when something is wrong."""
    chosen = argument_parser("doctor", "Look at everything that must be right; changes nothing.").parse_args(arguments)
    return run_command(chosen, lambda settings: _look(settings, secret_files(chosen.settings)))


def _look(settings: Settings, secrets: Sequence[Path]) -> int:
    wrong = 0
    with ExitStack() as stack:
        held = False
        if settings.url.startswith("sqlite") and settings.data_folder.is_dir():
            try:
                stack.enter_context(alone_in(settings.data_folder))
            except FolderInUseError:
                held = True
        findings = examine(settings, utc_now(), held=held, secrets=secrets)
        for finding in chain(findings, _ask_server(settings) if held else ()):
            write_line(f"{'ok   ' if finding.right else 'WRONG'}  {finding.name:<20} {finding.seen}")
            if not finding.right:
                wrong += 1
                write_line(f"       {'':<20} → {finding.advice}")
    write_line("all is right" if not wrong else f"{wrong} to put right")
    return FAILED if wrong else DONE


def _ask_server(settings: Settings) -> Iterator[Finding]:
    """Ask a running server, which holds the database, whether it knows the keys, and what waits in the outbox."""
    if not settings.server.operator_port:
        return
    try:
        perform(settings, CHECK_KEYS, NoArguments())
        found = perform(settings, MAILS, MailsRequest())
    except DataRefusedError as error:
        yield Finding("server's keys", error.found, error.advice)
    except TaskRefusedError as error:
        yield Finding("server's keys", str(error), "check --operator-port")
    else:
        yield Finding("server's keys", "the running server knows them")
        yield mail_diagnosis.outbox(found["waiting"], found["refused"], found["dead"], demo=settings.demo)
