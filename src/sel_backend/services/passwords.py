"""Refuses a new account password that lacks something or is easily guessed, so that a client can show what."""

import asyncio
from functools import partial

from sel_backend.security.password_strength import easily_guessed
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


async def insist_hard_to_guess(password: str, pointer: str, *personal: str) -> None:
    """Accept a new password that nobody guesses soon. Slow: call it once the request was counted.

    Args:
        password: the new password.
        pointer: where it stands in the request.
        personal: what a guesser knows of its owner: names, address.

    Raises:
        ProblemError: `validation`, with `too-common` or `personal-word` at `pointer`.
    """
    guess = await asyncio.get_running_loop().run_in_executor(None, partial(easily_guessed, password, personal))
    if guess:
        error = FieldProblem(pointer=pointer, code=FieldCode(guess.value))
        raise ProblemError(ProblemType.VALIDATION, errors=(error,))
