"""Keeps the screens as the state says: the step's, and over it what lies over the step."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, cast

from textual.widget import MountError

from sel_tui.journey.machine import overlay_page, page
from sel_tui.runtime.key_bindings import key_bar
from sel_tui.screens.registry import DialogScreen, screen_for
from sel_tui.widgets.glyphs import Spelled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from sel_tui.i18n import Words
    from sel_tui.journey.core.events import Event
    from sel_tui.journey.core.page import Page
    from sel_tui.journey.core.state import State
    from sel_tui.screens.step import StepScreen
    from sel_tui.widgets.glyphs import Glyphs
    from sel_tui.widgets.textual_compat import TextualApp


class ScreenStack:
    """The screens of an app.

    Args:
        app: The app.
        words: Returns the words of a language.
        glyphs: The glyphs of this terminal.
        feed: Receives the events of the screens.
    """

    def __init__(
        self, app: TextualApp, words: Callable[[str], Words], glyphs: Glyphs, feed: Callable[[Event], None]
    ) -> None:
        self._app = app
        # One object for each language: an item whose words are the same object is not drawn again.
        self._words = cache(
            lambda language: Spelled(words(language), glyphs.encoding) if glyphs.spells else words(language)
        )
        self._glyphs = glyphs
        self._feed = feed

    @property
    def shown(self) -> StepScreen:
        """The screen on top."""
        return cast("StepScreen", self._app.screen)

    @property
    def covers_field(self) -> bool:
        """Whether what lies over the step covers a field that has the focus."""
        below = [screen for screen in self._app.screen_stack if not isinstance(screen, DialogScreen)]
        return bool(below) and cast("StepScreen", below[-1]).typing

    def first(self, state: State) -> StepScreen:
        """Return the screen of the step, which nothing lies over yet."""
        return self._new(state, page(state))

    async def show(self, state: State) -> None:
        """Change the screens to those of `state`, and move the focus where it wants it."""
        try:
            await self._show(state)
        except (MountError, ValueError):
            if not self._app.is_leaving():  # else the screens were closed under the change: nothing is left to show
                raise

    async def _show(self, state: State) -> None:
        shown = page(state)
        over = overlay_page(state, self._focused_below())
        while isinstance(self.shown, DialogScreen) and (over is None or self.shown.page.where != over.where):
            async with self._changing():
                await self._app.pop_screen()
        if not isinstance(self.shown, DialogScreen):
            if self.shown.page.where is shown.where:
                await self._refresh(state, shown)
            else:
                await self._put_on_top(self._app.switch_screen, self._new(state, shown))
            self.shown.focus_on(shown.focus, state.focus.serial, gently=state.focus.gently)
        if over is not None:
            if isinstance(self.shown, DialogScreen):
                await self._refresh(state, over)
            else:
                await self._put_on_top(self._app.push_screen, self._new(state, over))
            self.shown.focus_on(over.focus, -3 if over.focus else -2)

    async def _put_on_top(self, change: Callable[[StepScreen], Awaitable[None]], screen: StepScreen) -> None:
        """Have `screen` on top, painted once and whole."""
        async with self._changing():
            await change(screen)
        screen.appear()

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[None]:
        """Paint nothing until the change of screens, and the refreshes that Textual queues for it, are done."""
        with self._app.batch_update():
            yield
            await self._app.run_next()

    async def _refresh(self, state: State, shown: Page) -> None:
        words = self._words(state.person.language).for_service(state.app.service)
        await self.shown.show(shown, words, partial(key_bar, state, shown, words))

    def _new(self, state: State, shown: Page) -> StepScreen:
        words = self._words(state.person.language).for_service(state.app.service)
        keys = partial(key_bar, state, shown, words)
        kind = screen_for(shown.where)
        return kind(shown, words, self._glyphs, keys, self._feed)

    def _focused_below(self) -> str:
        below = [screen for screen in self._app.screen_stack if not isinstance(screen, DialogScreen)]
        view = below[-1].focused if below else None
        return str(getattr(getattr(view, "item", None), "id", ""))
