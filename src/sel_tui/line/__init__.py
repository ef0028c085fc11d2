"""The line face: the same journey, one question on a line, for screen readers, braille, pipes. No Textual, no rich."""
