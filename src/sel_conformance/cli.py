"""The command line of the checks: any back end against the contract, rule by rule. For a test system only.

Exit codes: 0 it conforms, 1 it deviates, 2 it cannot be reached or the accounts' file cannot be used.
"""

import argparse
import asyncio
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx

from sel_conformance.fixtures import Fixtures, read_fixtures
from sel_conformance.run import CHECKS, SECONDS, Outcome, conform

CONFORMS: Final = 0
DEVIATES: Final = 1
UNUSABLE: Final = 2


def main(arguments: Sequence[str], command: str) -> int:
    """Run the checks that a command line asks for and print what each found.

    Args:
        arguments: what stands behind the command's name.
        command: how the command is called, such as `sel-backend conform`, for its help and its messages.

    Returns:
        One of the exit codes above.
    """
    parser = argparse.ArgumentParser(
        prog=command,
        description="Check a back end against the contract. It links and unlinks files and uses up tries: take a test "
        "system with fresh data, such as `sel-backend serve --demo --fresh`.",
    )
    parser.add_argument("url", help="https://host or http://127.0.0.1:8000, without /v1")
    parser.add_argument("--accounts", type=Path, metavar="FILE", help="TOML; without it the demonstration's")
    parser.add_argument("--only", nargs="+", metavar="CHECK", choices=[check.name for check in CHECKS], default=[])
    parser.add_argument("--ca", type=Path, metavar="FILE", help="certificates to trust beside the system's")
    parser.add_argument("--proxy", metavar="URL", help="the proxy to go through; the environment's is never taken")
    chosen = parser.parse_args(arguments)
    if chosen.proxy and not chosen.proxy.startswith(("http://", "https://")):
        parser.error("--proxy: an address such as http://proxy.example:3128")
    program = command.partition(" ")[0]
    try:
        fixtures = read_fixtures(chosen.accounts)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{program}: the accounts cannot be used: {error}\n")
        return UNUSABLE
    return asyncio.run(_run(chosen, fixtures, program))


async def _run(chosen: argparse.Namespace, fixtures: Fixtures, program: str) -> int:
    trust = ssl.create_default_context()
    if chosen.ca:
        trust.load_verify_locations(chosen.ca)
    async with httpx.AsyncClient(
        base_url=chosen.url, timeout=SECONDS, verify=trust, proxy=chosen.proxy, trust_env=False
    ) as http:
        try:
            await http.get("/v1/service")
        except httpx.HTTPError as error:
            sys.stderr.write(f"{program}: {chosen.url} cannot be reached: {type(error).__name__}\n")
            return UNUSABLE
        outcomes = await conform(http, fixtures, chosen.only, _print)
    deviations = sum(bool(outcome.deviation) for outcome in outcomes)
    sys.stdout.write(f"{len(outcomes) - deviations} of {len(outcomes)} checks passed\n")
    return DEVIATES if deviations else CONFORMS


def _print(outcome: Outcome) -> None:
    verdict = "DEVIATES" if outcome.deviation else "conforms"
    lines = [f"{verdict}  {outcome.check.name:<12} {outcome.check.rule}"]
    if outcome.deviation:
        lines.append(f"          {'':<12} → {outcome.deviation}")
    sys.stdout.write("".join(f"{line}\n" for line in lines))
