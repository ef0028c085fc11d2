"""Keeps the keyboard from switching to another console, or lets it again: `lock_consoles.py lock /dev/tty1`.

VT_LOCKSWITCH and VT_UNLOCKSWITCH of ioctl_console(2); root only.
"""

import fcntl
import os
import sys

_REQUESTS = {"lock": 0x560B, "unlock": 0x560C}


def main(arguments: list[str]) -> int:
    """Lock or unlock the consoles of the machine; return an exit code."""
    if len(arguments) != 2 or arguments[0] not in _REQUESTS:  # noqa: PLR2004
        sys.stderr.write("usage: lock_consoles.py lock|unlock /dev/tty1\n")
        return 2
    word, console = arguments
    try:
        opened = os.open(console, os.O_RDWR | os.O_NOCTTY)
        try:
            fcntl.ioctl(opened, _REQUESTS[word], 0)
        finally:
            os.close(opened)
    except OSError as error:
        sys.stderr.write(f"{console}: {error.strerror}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
