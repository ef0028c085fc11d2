"""The voice on the full screen: what it sees and which keys are its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sel_tui.voice import Voice, open_voice
from sel_tui.widgets.cursor import HardwareCursor

if TYPE_CHECKING:
    from sel_tui.journey.core.messages import Msg
    from sel_tui.screens.step import StepScreen


class ScreenVoice(HardwareCursor):
    """An app that says what has the focus, when the person wants it."""

    voice: Voice | None = None
    _kiosk = False
    _inviting = False

    def begin_voice(self, setting: str, *, kiosk: bool = False) -> None:
        """Open the voice as the settings ask for it; nothing is started before it speaks.

        Args:
            setting: `auto`, `on` or `off`.
            kiosk: Whether others may hear, and whoever comes must be told aloud that there is a voice.
        """
        self.voice = open_voice(setting, self._announce, kiosk=kiosk)
        self._inviting = self._kiosk = kiosk

    def end_voice(self) -> None:
        """Let go of the voice."""
        if self.voice is not None:
            self.voice.close()

    def next_person(self) -> None:
        """Forget what the person before chose and heard."""
        if self.voice is not None:
            self.voice.reset()
            self._inviting = self._kiosk

    def heard(self, key: str) -> bool:
        """Fall silent; return whether `key` was the voice's own."""
        return self.voice is not None and self.voice.key(key)

    def voice_sees(self, screen: StepScreen) -> None:
        """Show the voice what stands on `screen`, so that it says what is new."""
        if self.voice is not None:
            view = screen.view
            self.voice.see(screen.page, view.item.id if view else "", screen.words, view.at if view else 0)
            if self._inviting:
                self._inviting = False
                self.voice.invite()

    def say_status(self, message: Msg) -> None:
        """Say `message`, which came by itself, in the status line and aloud."""
        self._announce(message)
        if self.voice is not None:
            self.voice.announce(message)

    def _announce(self, message: Msg | None) -> None:
        screen: StepScreen = self.screen  # type: ignore[assignment]  # every screen of ours is one
        screen.announce(message)
