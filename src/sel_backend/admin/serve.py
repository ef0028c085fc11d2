"""`serve`: answer requests until told to stop."""

import argparse
import gc
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sel_backend.settings import Settings
from sel_backend.settings_sources import load_settings

IN_USE = 75  # EX_TEMPFAIL of sysexits.h: try again when the other has ended
REFUSED = 78  # EX_CONFIG of sysexits.h: folder, database and keys are not what they must be; trying again is no use


def parser() -> argparse.ArgumentParser:
    """Return the command line of `serve`."""
    made = argparse.ArgumentParser(prog="sel-backend serve", description="Answer requests until told to stop.")
    made.add_argument("--settings", type=Path, metavar="FILE", help="a TOML file")
    made.add_argument("--data", type=Path, metavar="DIR", help="the data folder")
    made.add_argument("--host", help="the address to listen on (127.0.0.1)")
    made.add_argument("--port", type=int, help="0: any free one")
    made.add_argument("--operator-port", type=int, help="for /health and /metrics")
    made.add_argument("--workers", type=int, help="processes; more than one needs PostgreSQL")
    made.add_argument("--demo", action="store_true", default=None, help="fictitious data, mails into a mailbox")
    made.add_argument("--fresh", action="store_true", help="with --demo: begin again with the first data")
    made.add_argument("--migrate", action="store_true", help="upgrade an older database first, as `init` does")
    made.add_argument("--stop-on-eof", action="store_true", help="stop when standard input is closed")
    return made


def _settings(chosen: argparse.Namespace) -> Settings:
    server = {
        "host": chosen.host,
        "port": chosen.port,
        "operator_port": chosen.operator_port,
        "workers": chosen.workers,
    }
    if chosen.demo:
        from sel_backend.demo.settings import DEMO_DESK, DEMO_SERVER, DEMO_SERVICE

        return load_settings(
            chosen.settings,
            data_folder=chosen.data,
            demo=True,
            server={**DEMO_SERVER, **{name: value for name, value in server.items() if value is not None}},
            service=DEMO_SERVICE,
            desk=DEMO_DESK,
        )
    return load_settings(chosen.settings, data_folder=chosen.data, demo=chosen.demo, server=server)


def main(arguments: Sequence[str]) -> int:
    """Serve, and return an exit code.

    0 after a clean stop, 1 when it cannot start, 2 for wrong settings, 75 for a folder in use, 78 for data or keys that
    are refused.
    """
    chosen = parser().parse_args(arguments)
    try:
        settings = _settings(chosen)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"sel-backend: the settings cannot be used: {error}\n")
        return 2
    if chosen.fresh and not settings.demo:
        sys.stderr.write("sel-backend: --fresh is for --demo only\n")
        return 2
    gc.disable()  # until it serves (serving/process.py): what loads stays; looking is a third of a start
    from sel_backend.serving.errors import CannotStartError, DataRefusedError, FolderInUseError
    from sel_backend.serving.run import serve

    try:
        return serve(
            settings,
            stop_on_eof=chosen.stop_on_eof,
            fresh=chosen.fresh,
            migrate=chosen.migrate,
            reread=partial(_settings, chosen),
        )
    except CannotStartError as error:
        sys.stderr.write(f"sel-backend: {error}\n")
        if isinstance(error, DataRefusedError):
            return REFUSED
        return IN_USE if isinstance(error, FolderInUseError) else 1
    finally:
        gc.enable()
