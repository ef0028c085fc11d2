"""`sel-backend conform URL`: check any back end against the contract, rule by rule. For a test system only."""

from collections.abc import Sequence

from sel_conformance import cli


def main(arguments: Sequence[str]) -> int:
    """Check, and return the exit code that `sel_conformance.cli` says."""
    return cli.main(arguments, command="sel-backend conform")
