"""Draws frames of cells: from what a terminal shows to what it is to show, in few bytes. Pure: no Textual, no I/O."""
