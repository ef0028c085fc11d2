"""One language's words as the line face puts them: what is a key on a screen is typed there."""

from __future__ import annotations

import re
from typing import Final

from sel_tui.i18n import Words

_KEY: Final = re.compile(r"(?P<before>[:(]\s?)?\bF(?P<number>1[0-2]|[1-9])\b")


class LineWords(Words):
    """Words in which a text gives way to its `line.` twin in the catalogues, and « : F3 » to « : tapez f3 »."""

    def _pattern(self, key: str, count: object) -> str:
        own = super()._pattern(f"line.{key}", count)
        if own != f"line.{key}":
            return own
        said = super()._pattern(key, count)
        return said if key.startswith("line.") else _KEY.sub(self._typed, said)

    def _typed(self, found: re.Match[str]) -> str:
        key = f"f{found['number']}"
        before = found["before"]
        return key if before is None else before + super()._pattern("line.type", None).format(key=key)
