"""Compiled catalogues (GNU gettext's `.mo`), of which each text is read when it is first said.

The standard library's reader reads them whole: 3 ms of the first paint, and a third of a megabyte once both languages
were used.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MAGIC: Final = 0x950412DE
_WORD: Final = 4
_END: Final = b"\0"


class Catalogue:
    """The texts of one language; what GNU gettext calls a message is a key here.

    Args:
        file: The compiled catalogue, as little-endian as hatch_build.py makes it.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no such file.
    """

    def __init__(self, file: Path) -> None:
        self._data = file.read_bytes()
        if self._number(0) != _MAGIC:
            raise ValueError(f"{file} is no compiled catalogue")
        self._count, self._keys, self._texts = (self._number(place * _WORD) for place in (2, 3, 4))
        self._said: dict[str, tuple[str, ...]] = {}

    def gettext(self, key: str) -> str:
        """Return the text of `key`, the singular where it has a plural; the key itself where there is none."""
        return (self._forms(key) or (key,))[0]

    def plural(self, key: str, count: int) -> str | None:
        """Return the text of `key` for so many; None where it has no plural."""
        forms = self._forms(key)
        return forms[self._form_for(count)] if len(forms) > 1 else None

    def _forms(self, key: str) -> tuple[str, ...]:
        known = self._said.get(key)
        if known is None:
            known = self._said[key] = self._read(key)
        return known

    def _read(self, key: str) -> tuple[str, ...]:
        wanted = key.encode()
        place = bisect_left(range(self._count), wanted, key=self._key)
        if place == self._count or self._key(place) != wanted:
            return ()
        return tuple(form.decode() for form in self._bytes(self._texts, place).split(_END))

    def _key(self, place: int) -> bytes:
        return self._bytes(self._keys, place).partition(_END)[0]

    def _bytes(self, table: int, place: int) -> bytes:
        entry = table + place * 2 * _WORD
        start = self._number(entry + _WORD)
        return self._data[start : start + self._number(entry)]

    def _number(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + _WORD], "little")

    @cached_property
    def _form_for(self) -> Callable[[int], int]:
        from gettext import c2py

        header = dict(line.split(": ", 1) for line in self.gettext("").splitlines())
        rule: Callable[[int], int] = c2py(header["Plural-Forms"].partition("plural=")[2].rstrip(";"))
        return rule
