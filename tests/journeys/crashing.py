"""The program with a fault built in: it crashes while a secret is on the way. Started by `test_endings`."""

from __future__ import annotations

import sys

from sel_tui.cli import main
from sel_tui.visit import Visit


def _crash(self: Visit) -> None:
    secret = "Ancien-1234!"
    raise RuntimeError(f"{secret} {self.address}")


if __name__ == "__main__":
    Visit.touched = _crash  # type: ignore[method-assign]
    sys.exit(main(sys.argv[1:]))
