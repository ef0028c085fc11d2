"""`python -m sel_tui` and the `sel-tui` command."""

import sys

from sel_tui.terminal.signal_mask import block_signals


def main() -> None:
    """Run the program and exit with its code."""
    block_signals()  # first: what loads below takes a third of a second, and this may be a kiosk
    from sel_tui.cli import main as run
    from sel_tui.terminal.endings import Exit, release_output

    try:
        code = run()
    except BrokenPipeError:  # `sel-tui doctor | head`
        code = Exit.BROKEN_PIPE
    finally:
        release_output()
    sys.exit(code)


if __name__ == "__main__":
    main()
