"""Blocks signals until the program knows whether it is a kiosk. Imports nothing of ours: it runs before all else."""

import signal

# Ctrl+C, Ctrl+\ and Ctrl+Z send the first three, a program in the background gets the next two, the last two end one.
BLOCKED = frozenset(
    {
        signal.SIGINT,
        signal.SIGQUIT,
        signal.SIGTSTP,
        signal.SIGTTIN,
        signal.SIGTTOU,
        signal.SIGTERM,
        signal.SIGHUP,
    }
)


def block_signals() -> None:
    """Block these signals; `sel_tui.terminal.signals.Signals` unblocks them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, BLOCKED)
