"""What keeps a back end from starting."""


class CannotStartError(Exception):
    """Something that an operator must put right; the message is a sentence."""


class FolderInUseError(CannotStartError):
    """Another process uses the data folder."""
