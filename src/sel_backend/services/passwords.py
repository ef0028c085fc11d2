"""Refuses a new account password that lacks something, fault by fault so that a client can show what."""

from sel_backend.services.problems import ProblemError
from sel_backend.settings import PasswordSettings
from sel_contract import FieldCode, FieldProblem, ProblemType
from sel_contract.rules.passwords import password_faults


def insist(rule: PasswordSettings, password: str, pointer: str) -> None:
    """Accept a new password.

    Raises:
        ProblemError: `validation`, with every fault at `pointer`.
    """
    errors = tuple(
        FieldProblem(pointer=pointer, code=FieldCode(fault.value)) for fault in password_faults(rule, password)
    )
    if errors:
        raise ProblemError(ProblemType.VALIDATION, errors=errors)
