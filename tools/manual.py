"""What `make docs` adds to the pages of `docs/`: files of the tree's root, the annotated settings, the contract.

mkdocs calls the functions by their names (https://www.mkdocs.org/user-guide/configuration/#hooks).
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tools.contract_pages import models_page, routes_page  # noqa: E402  # mkdocs loads this file by its path

# Files of the root, and the pages that they become.
PAGES: Final = {
    "SECURITY.md": "security.md",
    "ARCHITECTURE.md": "architecture.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
}
_LINKS: Final = {**PAGES, "README.md": "index.md", "openapi.json": "contract/index.md"}
_INCLUDED: Final = re.compile(r"\[[^\]]+\]\(\.\./(packaging/settings/[a-z-]+\.toml)\)\.")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made."""
    from mkdocs.structure.files import File

    document = json.loads((ROOT / "openapi.json").read_text("utf-8"))
    made = {page: in_docs((ROOT / name).read_text("utf-8")) for name, page in PAGES.items()}
    made |= {"contract/index.md": routes_page(document), "contract/models.md": models_page(document)}
    for name, text in made.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Lead links to files of the root to their pages, and show the settings files where they are linked."""
    for name, page in _LINKS.items():
        markdown = markdown.replace(f"](../{name}", f"]({page}").replace(f"](../../{name}", f"](../{page}")
    return _INCLUDED.sub(_shown, markdown)


def in_docs(text: str) -> str:
    """Return a page of the root as it is read in `docs/`."""
    text = text.replace("](docs/", "](")
    for name, page in _LINKS.items():
        text = text.replace(f"]({name}", f"]({page}")
    return text


def _shown(link: re.Match[str]) -> str:
    text = (ROOT / link[1]).read_text("utf-8")
    return f"`{link[1]}`:\n\n```toml\n{text}```"
