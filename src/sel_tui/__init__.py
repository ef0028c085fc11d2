"""sel-tui."""
