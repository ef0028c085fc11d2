"""The pages with Textual's own widgets, one for each of ours: what a program costs that does nothing of its own.

`--server URL` does what else a client cannot do without: it imports pydantic, httpx and truststore after the first
paint and opens one connection.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, ComposeResult
from textual.containers import Container, VerticalScroll
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from benchmarks.twins.pages import BUTTON, SECRET, TEXT, Item, TwinPage, read_pages

if TYPE_CHECKING:
    from textual.widget import Widget

CONNECTED = "connecté"


class PageScreen(Screen[None]):
    """One page."""

    def __init__(self, page: TwinPage) -> None:
        super().__init__()
        self.page = page

    def compose(self) -> ComposeResult:
        """Lay the page out as ours is: bars above and below, items in one column."""
        yield Static("   ".join(self.page.bar), id="bar", markup=False)
        with Container(id="stage"), Container(id="column"):
            yield Static(self.page.title, id="heading", markup=False)
            with VerticalScroll(id="body", can_focus=False):
                for place, item in enumerate(self.page.items):
                    yield self._widget(place, item)
            yield Static(item_hint(self.page, self.page.focus), id="status", markup=False)
        yield Static(self.page.keys, id="keys", markup=False)

    def on_mount(self) -> None:
        """Put the focus where the page wants it."""
        self.query_one(f"#item{self.page.focus}").focus()

    @staticmethod
    def _widget(place: int, item: Item) -> Widget:
        name = f"item{place}"
        if item.kind == TEXT:
            return Static(item.text, id=name, markup=False)
        if item.kind == BUTTON:
            return Button(item.text, id=name, compact=True)
        return Input(item.value, placeholder=item.text, password=item.kind == SECRET, compact=True, id=name)


def item_hint(page: TwinPage, place: int) -> str:
    """Return what is said of an item in the status line."""
    return page.items[place].error or page.items[place].hint


class Twin(App[None]):
    """The pages, one after the other."""

    ENABLE_COMMAND_PALETTE = False
    CSS: ClassVar[str] = """
    #bar { height: 2; } #stage { height: 1fr; } #column { height: 100%; max-width: 82; layout: vertical; }
    #body { height: 1fr; } #body Static { margin-bottom: 1; } #status { height: 1; } #keys { height: 1; }
    """

    def __init__(self, pages: list[TwinPage], server: str) -> None:
        super().__init__()
        self._pages = pages
        self._at = 0
        self._server = server
        self._client: object = None

    def get_default_screen(self) -> Screen[None]:
        """Return the first page."""
        return PageScreen(self._pages[0])

    def on_mount(self) -> None:
        """Connect once the first page is painted."""
        if self._server:
            self.call_after_refresh(self._connect)

    async def _connect(self) -> None:
        import ssl

        import httpx
        import pydantic
        import truststore

        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if self._server.startswith("https:") else True
        client = self._client = httpx.AsyncClient(verify=context, trust_env=False)

        class Answer(pydantic.BaseModel):
            contract_version: str

        Answer.model_validate_json((await client.get(f"{self._server}/v1/service")).content)
        self.screen.query_one("#status", Static).update(CONNECTED)

    def on_input_submitted(self) -> None:
        """Go on to the next field, or to the next page after the last one."""
        following = self.screen.focused
        self.screen.focus_next()
        if not isinstance(self.screen.focused, Input) or self.screen.focused is following:
            self._next()

    def on_button_pressed(self) -> None:
        """Go on to the next page."""
        self._next()

    def _next(self) -> None:
        self._at = min(self._at + 1, len(self._pages) - 1)
        page = PageScreen(self._pages[self._at])
        if len(self.screen_stack) == 1:  # Textual 8.2 cannot switch from a default screen
            self.push_screen(page)
        else:
            self.switch_screen(page)


if __name__ == "__main__":
    Twin(read_pages(), sys.argv[2] if len(sys.argv) > 2 else "").run(mouse=False)
