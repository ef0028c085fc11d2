"""`sel-backend harden`: argon2id for imported answers and old passwords that nobody has used yet. Run it at night."""

import argparse
import time
from collections.abc import Sequence

from sel_backend.commands.office import DONE, command, perform, run, say
from sel_backend.operations.harden import AnswersPiece, PasswordsPiece
from sel_backend.settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Harden what rests until nothing does or the time is over; return 0, or 1 when the database cannot be used."""
    parser = command("harden", "Hash what an import left resting as peppered digests; about 35 a second and core.")
    parser.add_argument("--minutes", type=float, default=60.0, help="stop after so many (60)")
    chosen = parser.parse_args(arguments)
    return run(chosen, lambda settings: _harden(settings, chosen))


def _harden(settings: Settings, chosen: argparse.Namespace) -> int:
    until = time.monotonic() + chosen.minutes * 60
    for name, piece in (("harden-passwords", PasswordsPiece), ("harden-answers", AnswersPiece)):
        total = 0
        place: dict[str, str] | None = {}
        while place is not None and time.monotonic() < until:
            told = perform(settings, name, piece.model_validate(place))
            total += told["hardened"]
            place = told["next"] or None
        say(f"{name.partition('-')[2]:<10} {total:>10} hardened{'' if place is None else ', more remain'}")
    return DONE
