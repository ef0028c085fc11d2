"""`python -m sel_tui` and the `sel-tui` command."""

import gc
import os
import sys

from sel_tui.terminal.signal_mask import block_signals


def main() -> None:
    """Run the program and exit with its code."""
    block_signals()  # first: what loads below takes a third of a second, and this may be a kiosk
    gc.disable()  # until all is loaded (runtime/warm_up.py): there is no garbage yet, and looking for it is a tenth
    from sel_tui.cli import main as run
    from sel_tui.terminal.endings import Exit, release_output

    code: str | int | None = Exit.CRASH
    try:
        code = run()
    except BrokenPipeError:  # `sel-tui doctor | head`
        code = Exit.BROKEN_PIPE
    except SystemExit as usage:  # the command line was not understood, or help was asked for
        code = usage.code
    finally:
        release_output()
        if sys.flags.inspect:  # else -i or PYTHONINSPECT would give whoever sits there a prompt, and all that is held
            os._exit(code if isinstance(code, int) else Exit.OK)
    sys.exit(code)


if __name__ == "__main__":
    main()
