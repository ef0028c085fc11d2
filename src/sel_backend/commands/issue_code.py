"""`sel-backend issue-code`: linking coordinates for a file, to say on the phone, to print, or to mail."""

from collections.abc import Sequence

from pydantic import ValidationError

from sel_backend.commands.office import DONE, command, perform, run, say
from sel_backend.operations.codes import CodeIssue
from sel_backend.operations.task import TaskRefusedError
from sel_backend.settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Issue coordinates; return 0, or 1 when there is no such file or address."""
    parser = command("issue-code", "Issue linking coordinates for a file; they replace its earlier ones.")
    parser.add_argument("identifier", help="ci1234567, er123456, asexemple …")
    parser.add_argument("--mail", action="store_true", help="send them to the address on the file, show nothing")
    chosen = parser.parse_args(arguments)
    return run(chosen, lambda settings: _issue(settings, chosen.identifier, mail=chosen.mail))


def _issue(settings: Settings, identifier: str, *, mail: bool) -> int:
    try:
        request = CodeIssue(identifier=identifier, mail=mail)
    except ValidationError as error:
        raise TaskRefusedError("this cannot be a file's identifier") from error
    told = perform(settings, "issue-code", request)
    if told.get("mailed"):
        say("the coordinates wait in the outbox")
        return DONE
    for name in ("username", "code", "expires"):
        say(f"{name:<9} {told[name]}")
    return DONE
