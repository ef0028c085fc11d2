"""`sel-backend unfreeze`: after « this was not me », free a link or end it."""

import argparse
from collections.abc import Sequence

from sel_backend.commands.office import DONE, command, perform, run, say
from sel_backend.operations.freezes import Unfreezing
from sel_backend.operations.task import TaskRefusedError
from sel_backend.settings import Settings
from sel_contract import canonical_reference


def main(arguments: Sequence[str]) -> int:
    """Free or end a frozen link; return 0, or 1 when the reference names nothing that is frozen."""
    parser = command("unfreeze", "After « this was not me »: free a link, or end it.")
    parser.add_argument("reference", metavar="REFERENCE", help="the link's own, or the one in the mail that told of it")
    parser.add_argument("--end", action="store_true", help="it was rightly disowned: others may link the file again")
    chosen = parser.parse_args(arguments)
    return run(chosen, lambda settings: _unfreeze(settings, chosen))


def _unfreeze(settings: Settings, chosen: argparse.Namespace) -> int:
    try:
        request = Unfreezing(reference=canonical_reference(chosen.reference), end=chosen.end)
    except ValueError as error:
        raise TaskRefusedError("this is not a reference") from error
    told = perform(settings, "unfreeze", request)
    say(f"links freed: {told['freed']}, links ended: {told['ended']}")
    return DONE
