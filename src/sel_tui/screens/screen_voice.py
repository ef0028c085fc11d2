"""The voice of the full-screen face: what it is shown, and its keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sel_tui.journey.core.page import EntryItem
from sel_tui.voice import KEY, ON
from sel_tui.widgets.renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sel_tui.journey.core.messages import Msg
    from sel_tui.screens.step import StepScreen
    from sel_tui.voice import Voice


class ScreenVoice(Renderer):
    """An app that says what has the focus, when the person asks for it."""

    voice: Voice | None = None
    _open: Callable[[], Voice] | None = None
    _kiosk = False
    _inviting = False
    _place: tuple[int, int] | None = None

    def start_voice(self, setting: str, *, kiosk: bool = False) -> None:
        """Let the voice be opened, at once where it speaks by itself; no engine is started before it speaks.

        Args:
            setting: `auto`, `on` or `off`.
            kiosk: Whether others may hear; an invitation is then spoken to whoever comes.
        """
        self._open = partial(_opened, setting, self._announce, kiosk=kiosk)
        self._inviting = self._kiosk = kiosk
        if kiosk or setting == ON:
            self.voice = self._open()

    def close_voice(self, *, bye: bool) -> None:
        """Close the voice.

        Args:
            bye: Whether the person has left.
        """
        if self.voice is not None:
            self.voice.close(bye=bye)

    def reset_voice(self) -> None:
        """Forget the choices of the person before, and what was said to them."""
        if self.voice is not None:
            self.voice.reset()
            self._inviting = self._kiosk

    def takes_voice_key(self, key: str) -> bool:
        """Fall silent; return whether `key` belongs to the voice, which its own key opens."""
        if self.voice is None and self._open is not None and key == KEY:
            self.voice = self._open()
            self.show_to_voice(self._screen)
        if self.voice is None:
            return False
        self._place = self._rows_in_sight()
        return self.voice.key(key)

    def explain_by_voice(self, *, letter: bool) -> None:
        """Have the voice say why a key did nothing, unless something has moved.

        Args:
            letter: Whether the key writes something.
        """
        if self.voice is not None and self._place == self._rows_in_sight():
            self.voice.explain(letter=letter)

    def show_to_voice(self, screen: StepScreen) -> None:
        """Show `screen` to the voice, which says what is new."""
        if self.voice is not None:
            view = screen.view
            caret = 0 if view is None else view.edit.caret if isinstance(view.item, EntryItem) else view.at
            self.voice.see(screen.page, view.item.id if view else "", screen.words, caret)
            if self._inviting:
                self._inviting = False
                self.voice.invite()

    def say_status(self, message: Msg) -> None:
        """Say `message`, which no key caused, in the status line and aloud."""
        self._announce(message)
        if self.voice is not None:
            self.voice.announce(message)

    def _rows_in_sight(self) -> tuple[int, int]:
        """Return the first row in sight, and the row that is read of what has the focus."""
        screen = self._screen
        return screen.top, screen.view.row if screen.view is not None else 0

    def _announce(self, message: Msg | None) -> None:
        self._screen.announce(message)

    @property
    def _screen(self) -> StepScreen:
        screen: StepScreen = self.screen  # type: ignore[assignment]  # every screen of ours is one
        return screen


def _opened(setting: str, show_text: Callable[[Msg], None], *, kiosk: bool) -> Voice:
    from sel_tui.voice import open_voice

    return open_voice(setting, show_text, kiosk=kiosk)
