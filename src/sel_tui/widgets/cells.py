"""Writes the cells that have changed and none before them: Textual 8.2 crops what it repaints on the right alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.control import Control

from sel_tui.widgets.textual_compat import ChopsUpdate

if TYPE_CHECKING:
    from rich.console import Console


class CellsUpdate(ChopsUpdate):
    """An update of parts of rows: a reader of the terminal's output hears a typed letter, not its label again."""

    def render_segments(self, console: Console) -> str:
        """Return what is sent to the terminal."""
        written: list[str] = []
        for row, start, end in self.spans:
            for chop_end, (left, strip) in zip(self.chop_ends[row], self.chops[row].items(), strict=True):
                first, last = max(left, start), min(chop_end, end)
                if strip is not None and first < last:
                    written.append(Control.move_to(first, row).segment.text)
                    written.append(strip.crop(first - left, last - left).render(console))
        return "".join(written)
