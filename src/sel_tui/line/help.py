"""Help in the line face: first the one sentence that helps now. Pure."""

from __future__ import annotations

from dataclasses import replace

from sel_tui.journey.core.messages import Msg, language_of, msg
from sel_tui.journey.core.page import Button, Choice, EntryItem
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import overlay_page
from sel_tui.journey.registry import Overlay
from sel_tui.line.progress import Progress
from sel_tui.line.sentences import LineWords, Said, first_sentence, reference_of, said


def help_now(state: State, progress: Progress, field: EntryItem | Choice | None, words: LineWords) -> list[Said]:
    """Return the sentence that helps now, or what each of the choices needs; then how to hear the rest.

    Args:
        state: What is so.
        progress: How far the person has come on the page.
        field: The field that is asked for; None where one of the buttons is.
        words: The language.
    """
    needs = [
        msg("line.number", number=number, label=need)
        for number, button in enumerate(progress.buttons, start=1)
        if field is None and (need := button.hint or _explained(button, words)) is not None
    ]
    more = [msg("line.spell_hint")] if reference_of(progress.page) is not None else []
    more.append(msg("line.all_help"))
    if needs:
        return [said([*needs, *more], words)]
    over = overlay_page(replace(state, overlay=Overlay.HELP), field.id if field is not None else "")
    assert over is not None
    return [first_sentence(over.items[0], words), said(more, words)]


def _explained(button: Button, words: LineWords) -> Msg | None:
    """Return the sentence that explains a button without a hint, where the catalogues have one."""
    if language_of(button.label):  # it begins, whatever the language of the page
        return None
    sentence = msg(f"{button.label.key}.help")
    return sentence if words.say(sentence) != sentence.key else None
