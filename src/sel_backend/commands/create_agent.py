"""`sel-backend create-agent`: an account for somebody at Customer Service."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from sel_backend.commands.office import DONE, command, perform, run, say
from sel_backend.operations.agents import AgentRequest
from sel_backend.operations.task import TaskRefusedError
from sel_backend.settings import Settings

PASSWORD_VARIABLE = "SEL_AGENT_PASSWORD"  # noqa: S105 - a name


def main(arguments: Sequence[str]) -> int:
    """Create the account; return 0, or 1 when it cannot be."""
    parser = command("create-agent", "Create an account for somebody at Customer Service.")
    parser.add_argument("email")
    parser.add_argument("first_name")
    parser.add_argument("last_name")
    parser.add_argument("--language", choices=("fr-CA", "en-CA"), default="fr-CA")
    parser.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help=f"its first line (or the variable {PASSWORD_VARIABLE}); without one a password is made and shown once",
    )
    chosen = parser.parse_args(arguments)
    return run(chosen, lambda settings: _create(settings, chosen))


def _create(settings: Settings, chosen: argparse.Namespace) -> int:
    told = {name: getattr(chosen, name) for name in ("email", "first_name", "last_name", "language")}
    try:
        password = os.environ.get(PASSWORD_VARIABLE)
        if chosen.password_file:
            password = chosen.password_file.read_text("utf-8").splitlines()[0]
        request = AgentRequest.model_validate(told | {"password": password or None})
    except ValidationError as error:
        wrong = ", ".join(str(item["loc"][0]) for item in error.errors())
        raise TaskRefusedError(f"not as it should be: {wrong}") from error
    except (OSError, IndexError) as error:
        raise TaskRefusedError("the password file cannot be read or is empty") from error
    answer = perform(settings, "create-agent", request)
    say(f"account   {answer['email']}")
    if "password" in answer:
        say(f"password  {answer['password']}   (shown this once)")
    return DONE
