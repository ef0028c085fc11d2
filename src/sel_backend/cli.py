"""`sel-backend`: one sub-command per file in `admin`; only the one that runs is imported."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module, metadata

_OWN = frozenset({"sel_backend", "sel_contract", "sel_conformance"})
_FAILED = 1
COMMANDS = {
    "serve": "answer requests",
    "openapi": "print the OpenAPI 3.1 document",
    "init": "make the data folder, the keys and the schema",
    "doctor": "check settings, clock, database, mail and permissions",
    "import": "read client files from CSV",
    "harden": "hash what an import left resting",
    "export": "write client files or links as CSV",
    "create-agent": "create an account for Customer Service",
    "issue-code": "issue linking coordinates for a file",
    "kiosks": "show which kiosks are alive; add, renew or remove one",
    "unlock": "forget counted tries",
    "unfreeze": "after « this was not me »: free a link, or end it",
    "case": "what stands behind a reference that a person reads over the phone",
    "mails": "show mails that wait or were given up, or send them now",
    "bounce": "put what comes back to its mail: one message on standard input, or a mailbox",
    "purge": "delete what has served its time",
    "rotate-key": "make and use a new key",
    "backup": "copy SQLite's file",
    "conform": "check a back end against the contract",
}


def _module(command: str) -> str:
    # `import` is a word of Python's own.
    return "import_files" if command == "import" else command.replace("-", "_")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a sub-command and return the exit code: 0 done, 1 failed, 2 wrong use, 78 data or keys refused.

    Args:
        arguments: the command line without the program's name; this process's own when None.
    """
    chosen = parser().parse_args(arguments)
    os.umask(0o077)  # databases, logs, keys and copies are for their owner alone, whatever the folder allows
    try:
        module = import_module(f"sel_backend.admin.{_module(chosen.command)}")
        code: int = module.main(chosen.rest)
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package in _OWN:
            raise
        sys.stderr.write(f"sel-backend: {package} is not installed: pip install 'sel-tui[backend]'\n")
        return _FAILED
    return code


def parser() -> argparse.ArgumentParser:
    """Return what reads the command's name; each command reads the rest by itself."""
    made = argparse.ArgumentParser(prog="sel-backend", description="The reference back end of sel-tui.")
    made.add_argument("--version", action=_Version, nargs=0, help="print the version")
    made.add_argument(
        "command",
        choices=tuple(COMMANDS),
        metavar="COMMAND",
        help="; ".join(f"{name}: {does}" for name, does in COMMANDS.items()),
    )
    made.add_argument("rest", nargs=argparse.REMAINDER, help="`sel-backend COMMAND --help` shows them")
    return made


class _Version(argparse.Action):
    """Prints the version that is installed, which is looked up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it, and end."""
        sys.stdout.write(f"sel-backend {metadata.version('sel-tui')}\n")
        parser.exit()
