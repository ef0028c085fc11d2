"""Our own themes: none of Textual's reaches 4.5:1 everywhere. A test computes the contrast of every pair."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme


def _theme(name: str, *, dark: bool, **colours: str) -> Theme:
    variables = {f"sel-{part.replace('_', '-')}": colour for part, colour in colours.items()}
    return Theme(
        name=name,
        primary=colours["accent"],
        foreground=colours["text"],
        background=colours["ground"],
        surface=colours["ground"],
        panel=colours["ground"],
        dark=dark,
        variables=variables,
    )


DARK: Final = _theme(
    "sel-dark",
    dark=True,
    ground="#10161d",
    text="#e8edf2",
    quiet="#b4c0cc",
    accent="#8fd0ff",
    title="#ffffff",
    bar="#1d2935",
    field="#22303d",
    field_text="#ffffff",
    focus="#ffd75f",
    focus_text="#10161d",
    info="#8fd0ff",
    success="#8ee6a8",
    warning="#ffd75f",
    error="#ffb3a7",
)

THEMES: Final = (DARK,)
