"""sel-tui: link a CCQ client file to a user account, from any terminal."""

from typing import Final

__version__: Final = "0.1.0"
