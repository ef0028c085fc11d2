"""`sel-backend conform URL`: check any back end against the contract, rule by rule. For a test system only.

Exit codes: 0 it conforms, 1 it deviates, 2 it cannot be reached or the accounts' file cannot be used.
"""

import argparse
import asyncio
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

from sel_backend.commands.office import DONE, FAILED, WRONG_USE, say
from sel_backend.conformance.people import People, read_people
from sel_backend.conformance.run import CHECKS, SECONDS, Outcome, conform


def main(arguments: Sequence[str]) -> int:
    """Check, and return one of the exit codes above."""
    parser = argparse.ArgumentParser(
        prog="sel-backend conform",
        description="Check a back end against the contract. It links and unlinks files and uses up tries: take a test "
        "system with fresh data, such as `sel-backend serve --demo --fresh`.",
    )
    parser.add_argument("url", help="https://host or http://127.0.0.1:8000, without /v1")
    parser.add_argument("--accounts", type=Path, metavar="FILE", help="TOML; without it the demonstration's")
    parser.add_argument("--only", nargs="+", metavar="CHECK", choices=[check.name for check in CHECKS], default=[])
    parser.add_argument("--ca", type=Path, metavar="FILE", help="certificates to trust beside the system's")
    chosen = parser.parse_args(arguments)
    try:
        people = read_people(chosen.accounts)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"sel-backend: the accounts cannot be used: {error}\n")
        return WRONG_USE
    return asyncio.run(_run(chosen, people))


async def _run(chosen: argparse.Namespace, people: People) -> int:
    trust = ssl.create_default_context()
    if chosen.ca:
        trust.load_verify_locations(chosen.ca)
    async with httpx.AsyncClient(base_url=chosen.url, timeout=SECONDS, verify=trust) as http:
        try:
            await http.get("/v1/service")
        except httpx.HTTPError as error:
            sys.stderr.write(f"sel-backend: {chosen.url} cannot be reached: {type(error).__name__}\n")
            return WRONG_USE
        outcomes = await conform(http, people, chosen.only, _tell)
    deviations = sum(bool(outcome.deviation) for outcome in outcomes)
    say(f"{len(outcomes) - deviations} of {len(outcomes)} checks passed")
    return FAILED if deviations else DONE


def _tell(outcome: Outcome) -> None:
    say(f"{'DEVIATES' if outcome.deviation else 'conforms'}  {outcome.check.name:<12} {outcome.check.says}")
    if outcome.deviation:
        say(f"          {'':<12} → {outcome.deviation}")
