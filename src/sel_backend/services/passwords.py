"""The rule for a new account password, said code by code so that a client can show what is missing."""

from collections.abc import Callable
from typing import Final

from sel_backend.services.problems import ProblemError
from sel_backend.settings import PasswordSettings
from sel_contract import FieldCode, FieldProblem, ProblemType


def _special(mark: str) -> bool:
    return not mark.isalnum() and not mark.isspace()


_KINDS: Final[tuple[tuple[str, Callable[[str], bool], FieldCode], ...]] = (
    ("upper", str.isupper, FieldCode.NEEDS_UPPER),
    ("lower", str.islower, FieldCode.NEEDS_LOWER),
    ("digit", str.isdigit, FieldCode.NEEDS_DIGIT),
    ("special", _special, FieldCode.NEEDS_SPECIAL),
)


def faults(rule: PasswordSettings, password: str) -> list[FieldCode]:
    """Return what a new password lacks; an empty list: it is good."""
    found = []
    if len(password) < rule.min_length:
        found.append(FieldCode.TOO_SHORT)
    if len(password) > rule.max_length:
        found.append(FieldCode.TOO_LONG)
    found += [code for name, has, code in _KINDS if getattr(rule, name) and not any(map(has, password))]
    return found


def insist(rule: PasswordSettings, password: str, pointer: str) -> None:
    """Accept a new password.

    Raises:
        ProblemError: `validation`, with every fault at `pointer`.
    """
    wrong = faults(rule, password)
    if wrong:
        raise ProblemError(
            ProblemType.VALIDATION, errors=tuple(FieldProblem(pointer=pointer, code=code) for code in wrong)
        )
