"""`python -m sel_backend` and the `sel-backend` command."""

import os
import sys

from sel_backend.cli import main as run

# 128 and the number of SIGPIPE, as a shell says of a program that it ends.
_BROKEN_PIPE = 141


def main() -> None:
    """Run the command and exit with its code; without a traceback where nobody reads what it says (`| head`)."""
    try:
        code = run()
    except BrokenPipeError:
        code = _BROKEN_PIPE
    finally:
        _release_output()
    sys.exit(code)


def _release_output() -> None:
    """Write what is left to write, or drop it where nobody reads it any more: Python would end with 120 instead."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nobody = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nobody, stream.fileno())
            os.close(nobody)


if __name__ == "__main__":
    main()
