"""How items look on a screen: they know forms and words, not the API and not the journey's rules."""
