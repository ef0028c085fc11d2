"""The keys of the whole program, and the key bar with those that work now. No Textual."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from sel_tui.i18n import LANGUAGES, Words
from sel_tui.journey.core.drafts import has_drafts
from sel_tui.journey.core.effects import FetchService
from sel_tui.journey.core.events import Cancelled, Closed, Command, Event, LanguageChosen, Opened
from sel_tui.journey.core.fields import MASKED
from sel_tui.journey.core.page import Button, Page
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import can_go_back, fields_of, method_of
from sel_tui.journey.registry import ENTRANCE, Overlay, Step

LINE_FACE_KEY: Final = "f5"
# The two keys, one directly after the other, that lead to the staff's page of a kiosk; `Chord` tells them.
STAFF_KEYS: Final = ("ctrl+x", "ctrl+t")
STAFF_KEY: Final = " ".join(STAFF_KEYS)
_SHORT: Final = 100
# Cells around a key and its label in the bar.
_AROUND: Final = 3
_OVERLAYS: Final = {"f1": Overlay.HELP, "f3": Overlay.CONTACT, "f9": Overlay.DEMO, "f10": Overlay.LEAVE}
_LEAVING: Final = {"ctrl+q": "f10", "ctrl+c": "f10"}


class Chord:
    """Tells when the two keys of the staff were pressed, one directly after the other."""

    def __init__(self) -> None:
        self._before = ""

    def read(self, key: str) -> bool:
        """Note that `key` was read, "" for what is no key; return whether it was the second of the two."""
        before, self._before = self._before, key
        return (before, key) == STAFF_KEYS


def own_event(key: str, state: State) -> Event | None:
    """Return the event of `key`, or None when the key is for the screen.

    Args:
        key: The key's name, as Textual names it.
        state: The current state.
    """
    if key == STAFF_KEY:
        return Command("staff") if state.app.staff else None
    if key == "ctrl+c" and _is_first_page(state):
        return None
    key = _LEAVING.get(key, key)
    if key in {"f10", "escape"} and _waits_for_anybody(state):
        return None
    if state.overlay is Overlay.EXPIRING and key != "f10":
        return Command("stay")
    if key == "f2":
        following = [language for language in LANGUAGES if language != state.person.language]
        return LanguageChosen(following[0])
    if key in _OVERLAYS:
        if key == "f9" and not _simulated(state):
            return None
        return Closed() if state.overlay is _OVERLAYS[key] else Opened(_OVERLAYS[key])
    if key == "f4" and state.overlay is None and _masks(state):
        return Command("show_secrets")
    if key == "escape":
        if state.overlay is not None:
            return Closed()
        return Cancelled() if state.busy is not None else Command("back")
    return None


def can_change_face(state: State) -> bool:
    """Tell whether the line face can take over: before a log-in, unless more is awaited than what the server is."""
    waits = state.busy is not None and not isinstance(state.busy.effect, FetchService)
    return state.step in ENTRANCE and (state.overlay is not None or not waits)


def key_bar(state: State, page: Page, words: Words, width: int) -> list[tuple[str, str]]:
    """Return the keys that work now, each with its label.

    Args:
        state: The current state.
        page: The page of the step.
        words: The language.
        width: The width of the terminal in cells.
    """
    if state.overlay is not None:
        if state.overlay is Overlay.EXPIRING:
            from sel_tui.journey.overlays.expiring import stay_label

            return [(words.key("key.any"), words.key(stay_label(state))), ("F10", words.key(_leave(state)))]
        return [("F2", words.key("key.language")), (words.key("key.escape"), words.key("key.close"))]
    ways = [_Room.AMPLE, _Room.USUAL, _Room.LITTLE] if width >= _SHORT else [_Room.USUAL, _Room.LITTLE]
    bars = [_bar(state, page, words, room) for room in ways]
    return next((bar for bar in bars if sum(len(key) + len(label) + _AROUND for key, label in bar) <= width), bars[-1])


class _Room(IntEnum):
    """How much room there is for the keys of a step.

    AMPLE has those too that are found in the help otherwise, in long words. LITTLE leaves out those that the page
    itself names beside what they do: F4 at its field, F5 to F7 at their buttons.
    """

    LITTLE = 0
    USUAL = 1
    AMPLE = 2


def _bar(state: State, page: Page, words: Words, room: _Room) -> list[tuple[str, str]]:
    """Return the keys of a step, in their order."""
    ample, login = room is _Room.AMPLE, state.step in {Step.LOGIN, Step.DESK_LOGIN}
    contact = words.key("key.contact" if ample else "key.contact.short")
    keys = [("F1", words.key("key.help")), ("F2", words.key("key.language"))]
    if not state.app.desk:  # an agent is whom others reach
        keys.append(("F3", contact))
    if room and _masks(state):
        keys.append(("F4", words.key("key.hide" if state.shown else "key.show")))
    if can_change_face(state) and not _waits_for_anybody(state):
        keys.append((LINE_FACE_KEY.upper(), words.key("key.line_face" if ample else "key.line_face.short")))
    shortcuts = [item.key for item in page.items if isinstance(item, Button) and item.key]
    methods = [key.upper() for key in shortcuts if key in {"f5", "f6", "f7"}]
    if room and methods and method_of(state):
        keys.append((" ".join(methods), words.key("key.methods")))
    if state.app.desk:
        keys += _of_buttons(page, words, "f5", "f6", "f7", "c")
    if ample:
        keys.append(("F8", words.key("key.theme")))
    if _simulated(state) and (ample or not state.app.desk or login):
        keys.append(("F9", words.key("key.demo")))
    if not _waits_for_anybody(state):
        keys.append(("F10", words.key(_leave(state))))
    if login and (ample or state.app.kiosk):
        keys.append(("F11", words.key("key.voice")))
    keys += _of_buttons(page, words, "f12")
    if _waits_for_anybody(state):
        return keys
    if state.busy is not None:
        keys.append((words.key("key.escape"), words.key("key.cancel")))
    elif can_go_back(state):
        keys.append((words.key("key.escape"), words.key("key.back")))
    return keys


def _of_buttons(page: Page, words: Words, *named: str) -> list[tuple[str, str]]:
    """Return the keys of the page's buttons that are among those named."""
    buttons = {item.key: item for item in page.items if isinstance(item, Button)}
    return [(key.upper(), words.say(buttons[key].label)) for key in named if key in buttons]


def _leave(state: State) -> str:
    return "key.finish" if state.app.kiosk else "key.leave"


def _waits_for_anybody(state: State) -> bool:
    """Tell whether a kiosk waits for whoever comes: there is nobody who could leave or go back."""
    return state.step is Step.ATTRACT and state.overlay is None


def _is_first_page(state: State) -> bool:
    """Tell whether nothing is typed yet at the login of a kiosk: there is nothing that Ctrl+C could stop."""
    first = state.app.kiosk and state.step is Step.LOGIN and state.overlay is None
    return first and not has_drafts(state)


def _masks(state: State) -> bool:
    return any(field.kind in MASKED for field in fields_of(state))


def _simulated(state: State) -> bool:
    return state.app.service is not None and state.app.service.simulation
