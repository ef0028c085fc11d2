"""`sel-backend export`: client files (as `import` reads them, without secrets) or links, as CSV."""

from collections.abc import Sequence
from pathlib import Path

from sel_backend.commands.office import DONE, command, perform, run, say
from sel_backend.operations.exports import ExportRequest
from sel_backend.settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Export; return 0, or 1 when it cannot be done."""
    parser = command("export", "Write client files or active links as CSV; no hash, answer or code is in it.")
    parser.add_argument("what", choices=("files", "links"))
    parser.add_argument("file", type=Path, help="a file that does not exist")
    chosen = parser.parse_args(arguments)
    return run(chosen, lambda settings: _export(settings, chosen.what, chosen.file))


def _export(settings: Settings, what: str, file: Path) -> int:
    request = ExportRequest.model_validate({"what": what, "path": file.absolute()})
    told = perform(settings, "export", request)
    say(f"{told['file']}  {told['rows']:,} rows")
    return DONE
