"""Holds signals back until the program knows whether it is a kiosk. Loads nothing: it comes before everything else."""

import signal

# Ctrl+C, Ctrl+\ and Ctrl+Z send the first three, a program in the background gets the next two, the last two end one.
HELD = frozenset(
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


def hold() -> None:
    """Let these signals wait; `sel_tui.terminal.signals.Signals` lets them come."""
    signal.pthread_sigmask(signal.SIG_BLOCK, HELD)
