"""The rule for a new account password: what one lacks, fault by fault."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final, Protocol

from sel_contract.rules.text import LONG, normalized


class Policy(Protocol):
    """What a new password needs: the numbers of `GET /v1/service`, or an operator's settings."""

    @property
    def min_length(self) -> int:
        """The fewest characters."""

    @property
    def max_length(self) -> int:
        """The most characters."""

    @property
    def passphrase_length(self) -> int | None:
        """From how many characters on no kind of character is needed; None: from no number on."""

    @property
    def upper(self) -> bool:
        """Whether a capital letter is needed."""

    @property
    def lower(self) -> bool:
        """Whether a small letter is needed."""

    @property
    def digit(self) -> bool:
        """Whether a digit is needed."""

    @property
    def special(self) -> bool:
        """Whether a sign that is neither letter, digit nor space is needed."""


class PasswordFault(StrEnum):
    """What is wrong with a new password; each value is a `FieldCode` of the wire."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    NEEDS_UPPER = "needs-upper"
    NEEDS_LOWER = "needs-lower"
    NEEDS_DIGIT = "needs-digit"
    NEEDS_SPECIAL = "needs-special"


def _special(mark: str) -> bool:
    return not mark.isalnum() and not mark.isspace()


_KINDS: Final[tuple[tuple[str, Callable[[str], bool], PasswordFault], ...]] = (
    ("upper", str.isupper, PasswordFault.NEEDS_UPPER),
    ("lower", str.islower, PasswordFault.NEEDS_LOWER),
    ("digit", str.isdigit, PasswordFault.NEEDS_DIGIT),
    ("special", _special, PasswordFault.NEEDS_SPECIAL),
)


def password_faults(policy: Policy, password: str) -> list[PasswordFault]:
    """Return what is wrong with a new password; an empty list: it is good.

    Characters are counted in Unicode's NFC, in which a password is hashed, so that both sides count alike.
    """
    if len(password) > LONG:
        return [PasswordFault.TOO_LONG]
    password = normalized("NFC", password)
    found = []
    if len(password) < policy.min_length:
        found.append(PasswordFault.TOO_SHORT)
    if len(password) > policy.max_length:
        found.append(PasswordFault.TOO_LONG)
    if policy.passphrase_length is not None and len(password) >= policy.passphrase_length:
        return found
    found += [fault for name, has, fault in _KINDS if getattr(policy, name) and not any(map(has, password))]
    return found
