"""What stood half typed on a line when something else came: it stands there again when the same thing is asked."""

from __future__ import annotations

from sel_tui.journey.core.secret import Secret, Value, clear
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import is_public
from sel_tui.journey.registry import Overlay, Step
from sel_tui.line.prompts import Location, Prompt


class HalfTyped:
    """Half-typed answers, by where they were typed."""

    def __init__(self) -> None:
        self._kept: dict[Location, Value] = {}

    def keep(self, prompt: Prompt, typed: str) -> None:
        """Keep `typed` for when the same is asked again."""
        self._kept[prompt.location] = Secret(typed) if prompt.hidden or prompt.secret else typed

    def take(self, prompt: Prompt) -> str:
        """Return what stood on the line of `prompt`; it is not kept any longer."""
        return clear(self._kept.pop(prompt.location, ""))

    def end(self, before: State, after: State) -> None:
        """Forget what has lost its place between two states: all of it with the person, a secret with its page."""
        if before.person.generation != after.person.generation:
            self._kept.clear()
        session_ended = before.account.session is not None and after.account.session is None
        if session_ended or before.step is not after.step:
            way = (after.step, *after.trail)
            self._kept = {
                location: typed
                for location, typed in self._kept.items()
                if not isinstance(typed, Secret)
                and (location[0] in way or not (isinstance(location[0], Step) and is_public(location[0])))
            }
        if after.overlay is None:
            self._kept = {
                location: typed for location, typed in self._kept.items() if not isinstance(location[0], Overlay)
            }
