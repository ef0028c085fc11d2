"""`python -m benchmarks.generate ROWS FILE`: fictitious client files as CSV, the same ones each time."""

import csv
import sys
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path

HEADER = (
    "identifier",
    "display_name",
    "street",
    "city",
    "province",
    "postal_code",
    "country",
    "email",
    "trade",
    "legacy_scheme",
    "legacy_hash",
    "legacy_salt",
    "answer:birth_date",
    "answer:worker_postal_code",
    "answer:trade",
    "answer:first_certificate_year",
)
TRADES = ("charpentier-menuisier", "électricienne", "plâtrier", "peintre", "grutier", "couvreuse", "soudeur")
CITIES = ("Montréal", "Québec", "Laval", "Gatineau", "Saguenay", "Rimouski")


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Yield `count` workers, numbered from 10000000 on."""
    for number in range(count):
        postal = f"H{number % 10}{'ABCEGHJKLM'[number % 9]} {number % 7}Y{number % 10}"
        salt = f"{number % 65536:04x}"
        yield (
            f"ci{10_000_000 + number}",
            f"Personne {number} Exemple",
            f"{number % 9000} rue du Chantier",
            CITIES[number % len(CITIES)],
            "QC",
            postal,
            "Canada",
            f"p{number}@exemple.test",
            TRADES[number % len(TRADES)],
            "sha1",
            sha1(f"{salt}Ancien-{number}!".encode(), usedforsecurity=False).hexdigest(),
            salt,
            f"{1950 + number % 50}-{number % 12 + 1:02}-{number % 28 + 1:02}",
            postal,
            TRADES[number % len(TRADES)],
            str(1980 + number % 40),
        )


def main() -> int:
    """Write the file."""
    count, path = int(sys.argv[1]), Path(sys.argv[2])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows(count))
    return 0


if __name__ == "__main__":
    sys.exit(main())
