"""`python -m benchmarks [names]`: each name is a module of this package with `run(*, big) -> Iterable[Figure]`."""

import argparse
import sys
from importlib import import_module

BENCHMARKS = {
    "screen": "first paint, keys, bytes, slow lines, memory; Textual, prompt_toolkit, curses and lynx beside (15 min)",
    "start": "the first paint and a letter beside bare Textual: time, and instructions by valgrind where it is (2 min)",
    "readers": "what brltty, fenrir and tdsr make of both faces, beside a stock Textual program",
    "logins": "log-ins per second against raw argon2id on the same cores",
    "reads": "GET /v1/links per second against the bare framework",
    "http_servers": "log-ins, reads, memory, hostile clients, stop and kill under the HTTP servers that could carry us",
    "guessing": "what strangers gain who try a file for a day, and whether its owner is let in: a simulation",
    "links": "link operations per second, without and with the cost of hashing",
    "operation": "a start from a cold disk and a backup beside a writer; with --big a million files",
    "lookups": "look-ups with 10 thousand files; with --big also 10 million",
}


def main() -> int:
    """Run benchmarks; return 1 when one of them misses its target."""
    told = "; ".join(f"{name}: {does}" for name, does in BENCHMARKS.items())
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=f"Measure speed. {told}.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones; all without a name")
    parser.add_argument("--big", action="store_true", help="take minutes and gigabytes: ten million files")
    chosen = parser.parse_args()
    if set(chosen.names) - set(BENCHMARKS):
        parser.error(f"known names: {', '.join(BENCHMARKS)}")
    met = True
    for name in chosen.names or BENCHMARKS:
        print(f"{name}: {BENCHMARKS[name]}", flush=True)
        for figure in import_module(f"benchmarks.{name}").run(big=chosen.big):
            print(figure.line(), flush=True)
            met = met and figure.met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
