"""`python -m sel_tui` and the `sel-tui` command."""

import sys

from sel_tui.cli import main as run


def main() -> None:
    """Run the program and exit with its code."""
    sys.exit(run())


if __name__ == "__main__":
    main()
