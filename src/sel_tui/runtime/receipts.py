"""The text of a receipt, and the file of whatever a person keeps; `printing.py` puts it on paper. No Textual, no API.

The text is plain: it is read by people, screen readers and Customer Service, on paper of 42 or 80 columns.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sel_tui.i18n.prose import wrap
from sel_tui.journey.core.messages import msg, published
from sel_tui.journey.steps.receipt import receipt_items

if TYPE_CHECKING:
    from sel_contract import Receipt, Service
    from sel_tui.i18n import Words

NARROW: Final = 42
WIDE: Final = 80


class ReceiptError(Exception):
    """A file could not be saved; its `kind` is `cannot-save`."""

    kind: Final = "cannot-save"

    def __init__(self) -> None:
        super().__init__(self.kind)


def receipt_text(receipt: Receipt, words: Words, columns: int, service: Service | None) -> str:
    """Return `receipt` as plain text.

    Args:
        receipt: The receipt.
        words: The person's language.
        columns: How wide a line is at most.
        service: Whose service it is, which a receipt says; None when it has not said. A simulation's is marked.
    """
    rule = "-" * columns
    names = [words.key("receipt.title"), words.key("program.name")]
    if service is not None:
        names.append(words.say(msg("login.operator", operator=published(service.operator))))
    lines = [*(line for name in names for line in wrap(name, columns)), rule]
    if service is not None and service.simulation:
        lines += [words.key("program.simulation"), rule]
    for item in receipt_items(receipt):
        said = words.say(msg("sentence", label=item.label, value=item.value))
        lines += [*wrap(said, columns), ""]
    return "\n".join([*lines[:-1], rule, ""])


def save(text: str, name: str, suffix: str = ".txt") -> Path:
    """Write `text` to a file in the person's documents folder; only the person can read it.

    Args:
        text: What is written.
        name: What the file is about, such as the receipt's reference.
        suffix: The end of its name.

    Returns:
        The file's path.

    Raises:
        ReceiptError: It cannot be written.
    """
    from platformdirs import user_documents_path

    folder = user_documents_path()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"sel-{name}{suffix}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError:
        raise ReceiptError from None
    return path
