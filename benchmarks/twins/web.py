"""The pages as plain web forms without style sheets or scripts, for a browser of text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from benchmarks.twins.pages import BUTTON, SECRET, TEXT, Item, TwinPage


@contextmanager
def served(pages: list[TwinPage]) -> Iterator[str]:
    """Yield the address of the first page; every form leads to the next one."""
    bodies = [_html(place, page) for place, page in enumerate(pages)]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with a page."""
            place = min(int(self.path.strip("/") or 0), len(bodies) - 1)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(bodies[place])))
            self.end_headers()
            self.wfile.write(bodies[place])

        def do_POST(self) -> None:
            """Read a form; answer with its page."""
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def log_message(self, *told: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def _html(place: int, page: TwinPage) -> bytes:
    items = "".join(_item(item) for item in page.items)
    form = f'<form method="post" action="/{place + 1}">{items}</form>'
    bar, keys = escape(" ".join(page.bar)), escape(page.keys)
    head = f'<html lang="fr"><head><meta charset="utf-8"><title>{escape(page.title)}</title></head>'
    return f"{head}<body><p>{bar}</p><h1>{escape(page.title)}</h1>{form}<p>{keys}</p></body></html>".encode()


def _item(item: Item) -> str:
    if item.kind == TEXT:
        return f"<p>{escape(item.text)}</p>"
    below = f"<br>{escape(item.error or item.hint)}" if item.error or item.hint else ""
    if item.kind == BUTTON:
        return f'<p><input type="submit" value="{escape(item.text)}">{below}</p>'
    kind = "password" if item.kind == SECRET else "text"
    return f'<p>{escape(item.text)} <input type="{kind}" name="f" size="46" value="{escape(item.value)}">{below}</p>'
