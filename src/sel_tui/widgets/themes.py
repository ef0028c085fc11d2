"""Our own themes: none of Textual's reaches 4.5:1 everywhere. A test computes the contrast of every pair.

The terminal's own colours cannot be computed: that theme and the monochrome one use the terminal's default pair and
attributes (bold, reverse, underline) only.
"""

from __future__ import annotations

from typing import Final

from textual.theme import Theme


def _theme(name: str, *, dark: bool, ansi: bool = False, **colours: str) -> Theme:
    # Textual's own style sheet asks for these two in a theme of the terminal's colours.
    own = {"ansi-background": colours["ground"], "ansi-foreground": colours["text"]}
    variables = own | {f"sel-{part.replace('_', '-')}": colour for part, colour in colours.items()}
    return Theme(
        name=name,
        primary=colours["accent"],
        foreground=colours["text"],
        background=colours["ground"],
        surface=colours["ground"],
        panel=colours["ground"],
        dark=dark,
        ansi=ansi,
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

LIGHT: Final = _theme(
    "sel-light",
    dark=False,
    ground="#ffffff",
    text="#1a1f24",
    quiet="#3f4954",
    accent="#00437a",
    title="#000000",
    bar="#e4eaf0",
    field="#eef2f6",
    field_text="#000000",
    focus="#00437a",
    focus_text="#ffffff",
    info="#00437a",
    success="#0b5227",
    warning="#6b3f00",
    error="#8f1010",
)

CONTRAST: Final = _theme(
    "sel-contrast",
    dark=True,
    ground="#000000",
    text="#ffffff",
    quiet="#ffffff",
    accent="#80d8ff",
    title="#ffffff",
    bar="#000000",
    field="#000000",
    field_text="#ffff00",
    focus="#ffff00",
    focus_text="#000000",
    info="#80d8ff",
    success="#7dff9a",
    warning="#ffff00",
    error="#ffc2b8",
)

_DEFAULT: Final = dict.fromkeys(
    (
        *("ground", "text", "quiet", "accent", "title", "bar", "field", "field_text"),
        *("focus", "focus_text", "info", "success", "warning", "error"),
    ),
    "ansi_default",
)
TERMINAL: Final = _theme("sel-terminal", dark=True, ansi=True, **_DEFAULT)
MONO: Final = _theme("sel-mono", dark=True, ansi=True, **_DEFAULT)

THEMES: Final = (DARK, LIGHT, CONTRAST, TERMINAL, MONO)
# Those that F8 goes through: the last two look the same, and a key that changes nothing seems broken.
_OFFERED: Final = tuple(theme.name for theme in THEMES if theme is not MONO)


def theme_after(name: str) -> str:
    """Return the name of the theme that F8 shows after `name`; the first one's after the last, and after monochrome."""
    place = _OFFERED.index(name) + 1 if name in _OFFERED else 0
    return _OFFERED[place % len(_OFFERED)]
