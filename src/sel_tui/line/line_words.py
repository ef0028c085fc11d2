"""The words of one language for the line face, where keys are typed by name."""

from __future__ import annotations

import re
from typing import Final

from sel_tui.i18n import Words

_KEY: Final = re.compile(r"(?P<before>[:(]\s?)?\bF(?P<number>1[0-2]|[1-9])\b")


class LineWords(Words):
    """Words that prefer the text under `line.` in the catalogues, and turn « : F3 » into « : tapez f3 »."""

    def _pattern(self, key: str, count: object) -> str:
        own = super()._pattern(f"line.{key}", count)
        if own != f"line.{key}":
            return own
        text = super()._pattern(key, count)
        return text if key.startswith("line.") else _KEY.sub(self._typed, text)

    def _typed(self, match: re.Match[str]) -> str:
        key = f"f{match['number']}"
        before = match["before"]
        return key if before is None else before + super()._pattern("line.type", None).format(key=key)
