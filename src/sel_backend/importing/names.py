"""Which rows may have the names that they ask for: a name is one file's, whatever the order of the rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sel_backend.importing.rows import Prepared


@dataclass(frozen=True)
class Line:
    """A prepared row and the line it stands in."""

    number: int
    row: Prepared


@dataclass(frozen=True)
class Holder:
    """The file that has a name now."""

    file_id: str
    identifier: str


def conflicting(lines: Sequence[Line], holders: Mapping[str, Holder], *, releasing: bool) -> set[int]:
    """Return the numbers of the lines that must be refused for a name.

    A name that another file has is free when that file's own row is among the lines, does not ask for it again and is
    not refused itself. Of two lines that ask for one name, the first gets it.

    Args:
        lines: each identifier once, in the order of the file.
        holders: who has the names that the lines ask for.
        releasing: a row replaces its file's names; else it only adds to them.
    """
    by_identifier = {line.row.identifier: line for line in lines}
    waiting: defaultdict[str, list[Line]] = defaultdict(list)
    refused: set[int] = set()

    def refuse(line: Line) -> None:
        pending = [line]
        while pending:
            one = pending.pop()
            if one.number not in refused:
                refused.add(one.number)
                pending += waiting.get(one.row.identifier, ())

    for line in lines:
        for name in line.row.names:
            holder = holders.get(name)
            if holder is None or holder.identifier == line.row.identifier:
                continue
            other = by_identifier.get(holder.identifier)
            if releasing and other is not None and name not in other.row.names:
                waiting[holder.identifier].append(line)
                if other.number not in refused:
                    continue
            refuse(line)
    claimed: set[str] = set()
    for line in lines:
        if line.number in refused:
            continue
        if claimed.isdisjoint(line.row.names):
            claimed.update(line.row.names)
        else:
            refuse(line)
    return refused
