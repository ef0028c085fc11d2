"""Our own themes: none of Textual's reaches 4.5:1 everywhere. A test computes the contrast of every pair.

Nearly all colours are among xterm's 256, and what stands side by side shares its ink or its paper: fewer bytes to draw.

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
    ground="#121212",
    text="#eeeeee",
    quiet="#bcbcbc",
    accent="#87d7ff",
    title="#eeeeee",
    bar="#303030",
    field="#303030",
    field_text="#eeeeee",
    focus="#ffd75f",
    focus_text="#121212",
    info="#87d7ff",
    success="#87d787",
    warning="#ffd75f",
    error="#ffafaf",
)

LIGHT: Final = _theme(
    "sel-light",
    dark=False,
    ground="#ffffff",
    text="#1c1c1c",
    quiet="#444444",
    accent="#005f87",
    title="#1c1c1c",
    bar="#e4e4e4",
    field="#eeeeee",
    field_text="#1c1c1c",
    focus="#005f87",
    focus_text="#ffffff",
    info="#005f87",
    success="#005f00",
    warning="#6b3f00",
    error="#870000",
)

CONTRAST: Final = _theme(
    "sel-contrast",
    dark=True,
    ground="#000000",
    text="#ffffff",
    quiet="#ffffff",
    accent="#87d7ff",
    title="#ffffff",
    bar="#000000",
    field="#000000",
    field_text="#ffff00",
    focus="#ffff00",
    focus_text="#000000",
    info="#87d7ff",
    success="#87ff87",
    warning="#ffff00",
    error="#ffd7d7",
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
THEME_NAMED: Final = {theme.name: theme for theme in THEMES}
# Those that F8 goes through: the last two look the same, and a key that changes nothing seems broken.
_OFFERED: Final = tuple(theme.name for theme in THEMES if theme is not MONO)


def theme_after(name: str) -> str:
    """Return the name of the theme that F8 shows after `name`; the first one's after the last, and after monochrome."""
    place = _OFFERED.index(name) + 1 if name in _OFFERED else 0
    return _OFFERED[place % len(_OFFERED)]
