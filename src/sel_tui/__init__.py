"""sel-tui: link a CCQ client file to a user account, from any terminal."""

__version__ = "0.1.0"
