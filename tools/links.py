"""Finds links in the documents that lead nowhere: files that are not there, headings that do not exist.

`python tools/links.py [FOLDER]` looks at the Markdown of the tree, or, with a folder, at the site that was built there,
where it also names whatever a browser would fetch from another host. Asks no network: the addresses of other hosts are
not looked at.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

ROOT: Final = Path(__file__).parents[1]
_FENCE: Final = re.compile(r"^ *(```|~~~)")
_LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?: \"[^\"]*\")?\)")
_HEADING: Final = re.compile(r"^#{1,6} +(.*?) *#*$")
_LOADS: Final = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src", "object": "data"}


def documents(root: Path) -> list[Path]:
    """Return the Markdown files of the tree that a reader follows."""
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md"), *(root / "packaging").rglob("*.md")])


def broken_in_markdown(files: list[Path]) -> list[str]:
    """Return one line for each link that leads nowhere, with its file and line."""
    anchors = {file.resolve(): set(_anchors(file)) for file in files}
    found = []
    for file in files:
        for number, line in _prose(file):
            for target in _LINK.findall(re.sub(r"`[^`]*`", "", line)):
                parts = urlsplit(target)
                if parts.scheme or parts.netloc:
                    continue
                to = (file.parent / unquote(parts.path)).resolve() if parts.path else file.resolve()
                missing = not to.exists() or (parts.fragment and parts.fragment not in anchors.get(to, set()))
                if missing:
                    found.append(f"{file.name}:{number}: {target}")
    return found


def slug(heading: str) -> str:
    """Return the anchor that a heading gets, as the code hosts make it: letters, digits, hyphens and underscores."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")


def broken_in_site(folder: Path) -> list[str]:
    """Return one line for each link of a built site that leads nowhere, and each thing that another host serves."""
    pages = {file.resolve(): _Page(file) for file in sorted(folder.rglob("*.html"))}
    found = []
    for file, page in pages.items():
        found += [f"{file.name}: loads {url}" for url in page.loads if urlsplit(url).netloc]
        for target in page.links:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc or file.name == "404.html":
                continue
            to = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            to = to / "index.html" if to.is_dir() else to
            anchors = pages[to].anchors if to in pages else set()
            if not to.exists() or (parts.fragment and unquote(parts.fragment) not in anchors):
                found.append(f"{file.name}: {target}")
    return found


def _prose(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are no code, with their numbers."""
    fenced = False
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def _anchors(file: Path) -> Iterator[str]:
    seen: dict[str, int] = {}
    for _, line in _prose(file):
        if heading := _HEADING.match(line):
            anchor = slug(heading[1])
            yield f"{anchor}-{seen[anchor]}" if anchor in seen else anchor
            seen[anchor] = seen.get(anchor, 0) + 1


class _Page(HTMLParser):
    """What a page of the site links to, loads, and can be linked at."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what one element says."""
        given = {name: value for name, value in attrs if value}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
        if tag in _LOADS and _LOADS[tag] in given and given.get("rel") != "canonical":
            self.loads.add(given[_LOADS[tag]])


if __name__ == "__main__":
    wrong = broken_in_site(Path(sys.argv[1])) if sys.argv[1:] else broken_in_markdown(documents(ROOT))
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    sys.exit(bool(wrong))
