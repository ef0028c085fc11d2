"""Whether the domain of an e-mail address looks like a slip in a common one: a suggestion, never a refusal. Pure."""

from __future__ import annotations

from typing import Final

# What most people of Québec have: the large free mailboxes, and those of its Internet providers.
_COMMON: Final = (
    *("gmail.com", "hotmail.com", "hotmail.ca", "outlook.com", "live.ca", "live.com", "icloud.com"),
    *("yahoo.ca", "yahoo.com", "videotron.ca", "sympatico.ca", "bell.net", "cogeco.ca"),
)
# Real ones that stand one letter from a common one.
_REAL: Final = frozenset({"mail.com", "email.com", "ymail.com", "gmx.com", "live.fr", "hotmail.fr", "yahoo.fr"})


def meant_domain(domain: str) -> str:
    """Return the common domain that `domain` differs from by one slip, or "" when it is right or nothing like one.

    A slip is one letter that is missing, too many, another one, or in its neighbour's place. What only lacks its end is
    still being typed.

    Args:
        domain: The domain in its canonical form.
    """
    if domain in _REAL or any(one.startswith(domain) for one in _COMMON):
        return ""
    return next((one for one in _COMMON if _one_slip(domain, one)), "")


def _one_slip(typed: str, meant: str) -> bool:
    same = next((place for place, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), None)
    if same is None:
        return abs(len(typed) - len(meant)) == 1
    rest, wanted = typed[same:], meant[same:]
    swapped = rest[1::-1] + rest[2:] == wanted
    return swapped or rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:]
