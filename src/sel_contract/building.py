"""When the validators of the models are built: a program sets this before it loads the first model."""

at_first_use = False
"""False: all when they are loaded, as a server wants whose threads share them. True: each when it is first used, as a
client wants that uses a few: of sixty it builds a dozen."""
