"""Where the style sheets are: beside the package in a wheel, at the checkout's top level else."""

from pathlib import Path


def style_sheets() -> list[Path]:
    """Return every style sheet, in the order in which they apply.

    Raises:
        FileNotFoundError: The package was built without them.
    """
    here = Path(__file__).parent
    for folder in (here / "styles", here.parents[1] / "styles"):
        if folder.is_dir():
            return sorted(folder.glob("*.tcss"))
    raise FileNotFoundError("sel_tui/styles")
