"""What keeps a back end from starting."""


class CannotStartError(Exception):
    """Something that an operator must put right; the message is a sentence."""


class FolderInUseError(CannotStartError):
    """Another process uses the data folder."""


class DataRefusedError(CannotStartError):
    """Data folder, database and keys are not what they must be; trying again does not help.

    Attributes:
        found: what was seen.
        advice: what to do about it.
    """

    def __init__(self, found: str, advice: str) -> None:
        super().__init__(f"{found}: {advice}")
        self.found = found
        self.advice = advice
