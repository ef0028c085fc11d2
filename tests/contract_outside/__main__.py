"""`python -m tests.contract_outside`: all checks of schemathesis, stateful links included, on both databases at once.

The seed is printed; SEL_CONTRACT_SEED repeats a run. SEL_CONTRACT_EXAMPLES: how many examples for each operation.
Fails when schemathesis finds anything, or when fewer than 80 % of the operations ever answered 2xx.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from sel_backend.settings import LimitSettings
from tests.backend.databases import Databases, postgresql_server
from tests.operator.servers import serving

ROOT = Path(__file__).parents[2]
SHARE = 0.8
SETTINGS = """
[hashing]
memory_kib = 8
time_cost = 1
queue = 10000

[limits]
network_requests_per_second = 100000
network_burst = 100000
"""


def _settings(folder: Path, database: str | None) -> Path:
    path = folder / "settings.toml"
    raised = "".join(
        f"{name} = {{ tries = 1000000, window_seconds = 1 }}\n"
        for name in LimitSettings.model_fields
        if name not in {"network_requests_per_second", "network_burst"}
    )
    path.write_text((f'database_url = "{database}"\n' if database else "") + SETTINGS + raised, "utf-8")
    return path


def _tester(kind: str, url: str, folder: Path, seed: str) -> tuple[str, subprocess.Popen[str], Path]:
    notes = folder / "notes"
    notes.touch()
    environment = os.environ | {
        "CONTRACT_URL": url,
        "CONTRACT_NOTES": str(notes),
        "SCHEMATHESIS_HOOKS": "tests.contract_outside.hooks",
        "PYTHONPATH": str(ROOT),
    }
    examples = os.environ.get("SEL_CONTRACT_EXAMPLES", "12")
    command = [
        "schemathesis",
        "--config-file",
        str(Path(__file__).with_name("schemathesis.toml")),
        "run",
        str(ROOT / "openapi.json"),
        "--url",
        url,
        "--seed",
        seed,
    ]
    command += ["--max-examples", examples, "--no-color", "--continue-on-failure", "--warnings", "off", "--no-shrink"]
    tester = subprocess.Popen(
        [str(Path(sys.executable).parent / command[0]), *command[1:]],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return kind, tester, notes


def _answered(notes: Path) -> tuple[set[str], set[str]]:
    lines = [line.split("\t") for line in notes.read_text("utf-8").splitlines()]
    return {name for name, status in lines if status.startswith("2")}, {name for name, _ in lines}


def main() -> int:
    """Test, and return 0 when nothing was found."""
    seed = os.environ.get("SEL_CONTRACT_SEED") or str(secrets.randbelow(2**31))
    print(f"seed {seed} (SEL_CONTRACT_SEED={seed} repeats this run)", flush=True)
    began = time.monotonic()
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        databases = Databases(root, stack.enter_context(postgresql_server()), "")
        url = databases.fresh("postgresql", seeded=False)
        stack.callback(databases.drop, url)
        testers = []
        for kind, database in (("sqlite", None), ("postgresql", url)):
            folder = root / kind
            folder.mkdir()
            settings = _settings(folder, database)
            server = stack.enter_context(serving("--settings", settings, "--data", folder / "data", "--demo"))
            testers.append(_tester(kind, server["url"], folder, seed))
        failed = False
        for kind, tester, notes in testers:
            said = tester.communicate()[0]
            good, asked = _answered(notes)
            share = len(good) / max(1, len(asked))
            print(f"{kind}: {share:.0%} of {len(asked)} operations answered 2xx, exit code {tester.returncode}")
            if asked - good:
                print(f"  never: {', '.join(sorted(asked - good))}")
            if tester.returncode or share < SHARE:
                failed = True
                print(said)
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
