"""`sel-tui doctor`: says in words what was decided for this terminal and why. No Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sel_tui.journey.core.messages import Msg, msg, public

if TYPE_CHECKING:
    from sel_tui.i18n import Words
    from sel_tui.terminal.capabilities import Decision, Found

_OPTIONS = (
    "--face screen|line · --colour dark|light|contrast|terminal|mono · --glyphs unicode|latin|ascii · --braille yes|no"
)


def report(found: Found, decision: Decision, words: Words) -> list[str]:
    """Return the lines of the report.

    Args:
        found: What is known of the terminal.
        decision: What was decided.
        words: The language.
    """
    size = msg("doctor.unknown")
    if found.columns:
        size = msg("doctor.size.value", columns=found.columns, rows=found.rows)
    rows: list[tuple[str, Msg]] = [
        ("doctor.terminal", public(found.term) if found.term else msg("doctor.unknown")),
        ("doctor.size", size),
        ("doctor.face", _because(msg(f"face.{decision.face}"), decision.why_face)),
        ("doctor.colour", _because(msg(f"doctor.colour.{decision.colour}"), decision.why_colour)),
        ("doctor.glyphs", _because(msg(f"doctor.glyphs.{decision.glyphs}"), decision.why_glyphs)),
        ("doctor.braille", msg("doctor.braille.cells", cells=decision.cells) if decision.cells else msg("doctor.none")),
        ("doctor.keys", msg("doctor.keys.value")),
        ("doctor.change", public(_OPTIONS)),
    ]
    return [
        words.key("doctor.title"),
        *(words.say(msg("sentence", label=msg(key), value=value)) for key, value in rows),
    ]


def keys_report(decision: Decision, words: Words) -> list[str]:
    """Return the line of the report about the wait for the rest of a key, and how to change it."""
    wait = msg("doctor.escape.value", milliseconds=round(decision.escape_wait * 1_000))
    value = _because(wait, decision.why_wait)
    return [words.say(msg("sentence", label=msg("doctor.escape"), value=value))]


def renderer_report(*, own: bool, why: Msg, words: Words) -> list[str]:
    """Return the line of the report about who writes to the terminal.

    Args:
        own: Whether it is the program's own renderer.
        why: Why.
        words: The language.
    """
    value = _because(msg(f"doctor.renderer.{'own' if own else 'stock'}"), why)
    return [words.say(msg("sentence", label=msg("doctor.renderer"), value=value))]


def _because(value: Msg, why: Msg) -> Msg:
    return msg("doctor.because", value=value, why=why)
