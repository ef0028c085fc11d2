"""The accounts and files that the checks use: those of the demonstration, or an organisation's own from a TOML file."""

import tomllib
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, SecretStr

_FROZEN: Final = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Login(BaseModel):
    """An account. Each is used by certain checks only, because tries are counted per account."""

    model_config = _FROZEN
    email: str
    password: SecretStr


class LegacyAccess(BaseModel):
    """A file's access to the old online services; `names`: every username that it has, its number first."""

    model_config = _FROZEN
    names: tuple[str, ...]
    password: SecretStr


class Questions(BaseModel):
    """A file with the right answer to every question that it may be asked."""

    model_config = _FROZEN
    identifier: str
    answers: dict[str, SecretStr]


class Coordinates(BaseModel):
    """Linking coordinates that are good, once."""

    model_config = _FROZEN
    username: str
    code: SecretStr


class Fixtures(BaseModel):
    """All accounts, files and codes that a run uses.

    Attributes:
        person: nothing linked; proves files by questions and old access.
        retiree: nothing linked; uses the coordinates.
        spender: its method 1 is used up and waits afterwards.
        onlooker: another account.
        shared: a file that several accounts may hold.
        held: a file of one account only, held by an account that is not here.
        exhausted: a file whose tries of method 1 are used up; two names, if it has them.
        questions: one of its answers a text with a capital letter, an accent, a space or a hyphen, if there is one.
        unknown: an identifier of no file.
        agent: an agent of the desk, whose password is the agent's own; without one, the desk is not checked.
    """

    model_config = _FROZEN
    person: Login
    retiree: Login
    spender: Login
    onlooker: Login
    shared: LegacyAccess
    held: LegacyAccess
    exhausted: LegacyAccess
    questions: Questions
    coordinates: Coordinates
    unknown: str
    agent: Login | None = None


def read_fixtures(path: Path | None) -> Fixtures:
    """Return the fixtures that a TOML file holds; None: those of the demonstration.

    Raises:
        ValueError: a value is missing, unknown or of another type; the message shows no value.
        OSError: the file cannot be read.
    """
    if path is None:
        path = Path(__file__).with_name("demonstration.toml")
    return Fixtures.model_validate(tomllib.loads(path.read_text("utf-8")))
