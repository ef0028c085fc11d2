"""A process that logs: `python -m tests.operator.writing_logs NAME LINES [FILE]`; without an end where LINES is 0."""

from __future__ import annotations

import itertools
import logging
import sys
from pathlib import Path

from sel_backend.observability.logs import configure

LONG = "é\x01" * 3000


def main() -> None:
    name, lines = sys.argv[1], int(sys.argv[2])
    configure(Path(sys.argv[3]) if len(sys.argv) > 3 else None)
    log = logging.getLogger(f"sel_backend.{name}")
    for number in itertools.islice(itertools.count(), lines or None):
        details = dict.fromkeys(("method", "route", "failure", "place", "reference", "mail", "task"), LONG)
        log.info("a sentence", extra=details | {"status": number})


if __name__ == "__main__":
    main()
