"""A receipt on paper or in a file. No Textual, no API.

The text is plain: it is read by people, screen readers and Customer Service, on paper of 42 or 80 columns.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sel_tui.i18n.prose import wrap
from sel_tui.journey.core.messages import msg
from sel_tui.journey.steps.receipt import receipt_items

if TYPE_CHECKING:
    from sel_contract import Receipt
    from sel_tui.i18n import Words

NARROW: Final = 42
WIDE: Final = 80
PRINT_SECONDS: Final = 15


class ReceiptError(Exception):
    """The receipt could not be kept; `kind` is `no-printer` or `cannot-save`."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def receipt_text(receipt: Receipt, words: Words, columns: int, *, simulation: bool) -> str:
    """Return `receipt` as plain text of at most `columns` columns, marked when it is a simulation's."""
    rule = "-" * columns
    lines = [*wrap(words.key("receipt.title"), columns), *wrap(words.key("program.name"), columns), rule]
    if simulation:
        lines += [words.key("program.simulation"), rule]
    for item in receipt_items(receipt):
        said = words.say(msg("sentence", label=item.label, value=item.value))
        lines += [*wrap(said, columns), ""]
    return "\n".join([*lines[:-1], rule, ""])


def save(text: str, reference: str) -> Path:
    """Write `text` to a new file in the person's documents folder; only the person can read it.

    Returns:
        The file's path.

    Raises:
        ReceiptError: It cannot be written.
    """
    from platformdirs import user_documents_path

    folder = user_documents_path()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"sel-{reference}.txt"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        raise ReceiptError("cannot-save") from None
    return path


def print_text(text: str) -> None:
    """Send `text` to the default printer by `lp`.

    Raises:
        ReceiptError: There is no `lp`, or it refused.
    """
    try:
        subprocess.run(["lp", "-s"], input=text.encode(), check=True, capture_output=True, timeout=PRINT_SECONDS)  # noqa: S607
    except (OSError, subprocess.SubprocessError):
        raise ReceiptError("no-printer") from None
