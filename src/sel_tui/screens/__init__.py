"""One file for each part of the journey; each screen is a view of the state."""
