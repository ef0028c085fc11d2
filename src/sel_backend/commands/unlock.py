"""`sel-backend unlock`: forget the counted tries of an account, a file or a network."""

import argparse
from collections.abc import Sequence

from pydantic import ValidationError

from sel_backend.commands.office import DONE, command, perform, run, say
from sel_backend.operations.locks import Unlocking
from sel_backend.operations.task import TaskRefusedError
from sel_backend.settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Forget counted tries; return 0, or 1 when nothing was named or nobody is known by it."""
    parser = command("unlock", "Forget the counted tries of an account, a file or a network.")
    parser.add_argument(
        "--account", metavar="EMAIL", help="its methods; with --network its log-ins and single-use codes from there"
    )
    parser.add_argument("--file", metavar="IDENTIFIER", help="every method's tries of this file")
    parser.add_argument("--network", metavar="ADDRESS", help="as the server sees it")
    chosen = parser.parse_args(arguments)
    return run(chosen, lambda settings: _unlock(settings, chosen))


def _unlock(settings: Settings, chosen: argparse.Namespace) -> int:
    try:
        request = Unlocking(account=chosen.account, identifier=chosen.file, network=chosen.network)
    except ValidationError as error:
        raise TaskRefusedError("an address or an identifier is not one") from error
    say(f"counters forgotten: {perform(settings, 'unlock', request)['forgotten']}")
    return DONE
