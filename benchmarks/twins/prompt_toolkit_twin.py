"""The pages with prompt_toolkit's own widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit.application import Application
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.bindings.focus import focus_next
from prompt_toolkit.layout import HSplit, Layout, Window
from prompt_toolkit.widgets import Button, Label, TextArea

from benchmarks.twins.pages import BUTTON, SECRET, TEXT, Item, TwinPage, read_pages

if TYPE_CHECKING:
    from prompt_toolkit.buffer import Buffer


class Twin:
    """The pages, one after the other."""

    def __init__(self, pages: list[TwinPage]) -> None:
        self._pages = iter(pages)
        keys = KeyBindings()
        keys.add("tab")(focus_next)
        self._app: Application[None] = Application(key_bindings=keys, full_screen=True)
        self._next()

    def run(self) -> None:
        """Show them."""
        self._app.run()

    def _next(self) -> None:
        page = next(self._pages, None)
        if page is not None:
            widgets = [self._widget(page, place, item) for place, item in enumerate(page.items)]
            bars = [Label("   ".join(page.bar)), Label(""), Label(page.title)]
            rows = [*bars, *widgets, Window(), Label(page.keys)]
            self._app.layout = Layout(HSplit(rows), focused_element=widgets[page.focus])

    def _widget(self, page: TwinPage, place: int, item: Item) -> Label | Button | TextArea:
        if item.kind == TEXT:
            return Label(item.text + "\n")
        if item.kind == BUTTON:
            return Button(item.text, handler=self._next, width=len(item.text) + 4)
        return TextArea(
            text=item.value,
            prompt=f"{item.text} : ",
            password=item.kind == SECRET,
            multiline=False,
            height=1,
            accept_handler=lambda buffer: self._accept(page, place, buffer),
        )

    def _accept(self, page: TwinPage, place: int, buffer: Buffer) -> bool:
        del buffer
        if page.items[page.after(place)].typed and page.after(place) > place:
            self._app.layout.focus_next()
        else:
            self._next()
        return True  # the text stays


if __name__ == "__main__":
    Twin(read_pages()).run()
