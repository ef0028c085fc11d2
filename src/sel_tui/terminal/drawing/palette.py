"""The colours that a terminal has: an index where red, green and blue add nothing that is seen. Pure."""

from __future__ import annotations

from functools import cache
from typing import Final

from sel_tui.terminal.drawing.abilities import EVERY
from sel_tui.terminal.drawing.cells import DEFAULT, TRUE

Triplet = tuple[int, int, int]
Lab = tuple[float, float, float]

_PALETTE: Final = 256
_GREYS: Final = 232
# People set the first sixteen, and some of their schemes the next six.
_FIXED: Final = range(22, _PALETTE)
_LEVELS: Final = (0, 95, 135, 175, 215, 255)
# xterm's own, which stand for what each terminal makes of them.
_FIRST: Final[tuple[Triplet, ...]] = (
    *((0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229)),
    *((127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255)),
    (255, 255, 255),
)
# The difference that is just noticed side by side is 2.3 (Mahy, Van Eycken, Oosterlinck 1994, for CIE 1976).
_UNSEEN: Final = 1.5
# Below these sRGB and L*a*b* are straight.
_DARK: Final = 10
_FAINT: Final = 0.008856
_WHITE: Final = (0.95047, 1.0, 1.08883)


@cache
def fit(colour: int, colours: int) -> int:
    """Return what a terminal of so many `colours` shows for `colour`.

    Args:
        colour: `DEFAULT`, an index of the palette, or `TRUE` and red, green and blue.
        colours: How many colours the terminal has; 0 for none.
    """
    if colour == DEFAULT or not colours:
        return DEFAULT
    if colour < min(colours, _PALETTE):
        return colour
    if colours >= _PALETTE and (same := _by_triplet().get(_triplet(colour))) is not None:
        return same  # nothing has to be computed: most of our colours are there
    if colours < EVERY:
        return _nearest(colour, _FIXED if colours >= _PALETTE else range(min(colours, len(_FIRST))))
    near = _nearest(colour, _FIXED)
    return near if _difference(_triplet(near), _triplet(colour)) <= _UNSEEN else colour


@cache
def _by_triplet() -> dict[Triplet, int]:
    return {_triplet(index): index for index in _FIXED}


def _nearest(colour: int, among: range) -> int:
    wanted = _triplet(colour)
    return min(among, key=lambda index: _difference(_triplet(index), wanted))


def _triplet(colour: int) -> Triplet:
    if colour >= TRUE:
        return (colour >> 16 & 255, colour >> 8 & 255, colour & 255)
    if colour >= _GREYS:
        grey = 8 + 10 * (colour - _GREYS)
        return (grey, grey, grey)
    if colour < len(_FIRST):
        return _FIRST[colour]
    rest, blue = divmod(colour - len(_FIRST), 6)
    red, green = divmod(rest, 6)
    return (_LEVELS[red], _LEVELS[green], _LEVELS[blue])


def _difference(one: Triplet, other: Triplet) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(_lab(one), _lab(other), strict=True)) ** 0.5)


@cache
def _lab(triplet: Triplet) -> Lab:
    """Return `triplet`, of sRGB (IEC 61966-2-1), as CIE 1976 L*a*b*."""
    red, green, blue = map(_linear, triplet)
    x = 0.4124 * red + 0.3576 * green + 0.1805 * blue
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = 0.0193 * red + 0.1192 * green + 0.9505 * blue
    a, b, c = (_bent(value / white) for value, white in zip((x, y, z), _WHITE, strict=True))
    return (116 * b - 16, 500 * (a - b), 200 * (b - c))


def _linear(part: int) -> float:
    return float(((part / 255 + 0.055) / 1.055) ** 2.4) if part > _DARK else part / 255 / 12.92


def _bent(share: float) -> float:
    return float(share ** (1 / 3)) if share > _FAINT else 7.787 * share + 16 / 116
