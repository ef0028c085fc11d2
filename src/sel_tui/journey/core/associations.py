"""Associations of the industry, suggested while an acronym is typed. Data, never a closed list. Pure.

The acronyms behind `as` and `ap` are our proposal: no public page prints them. Names verified on 2026-11-23.
"""

from typing import Final

KNOWN: Final = {
    "asftq": "FTQ-Construction",
    "ascsn": "CSN-Construction",
    "ascsd": "CSD Construction",
    "assqc": "SQC",
    "ascpqmc": "CPQMC",
    "apacq": "ACQ",
    "apacrgtq": "ACRGTQ",
    "apapchq": "APCHQ",
    "apaecq": "AECQ",
}
MOST: Final = 3


def suggestions(identifier: str) -> tuple[str, ...]:
    """Return known identifiers that begin as `identifier` does, or whose acronym it holds, with their names."""
    prefix, typed = identifier[:2], identifier[2:]
    if prefix not in {"as", "ap"}:
        return ()
    found = [known for known in KNOWN if known.startswith(identifier)]
    # « FTQ-Construction » typed whole still leads to the acronym.
    found += [known for known in KNOWN if known[:2] == prefix and typed.startswith(known[2:]) and known not in found]
    return tuple(f"{known} ({KNOWN[known]})" for known in found[:MOST])
