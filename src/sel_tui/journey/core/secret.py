"""A string that never shows itself. pydantic's `SecretStr` costs 0.08 s of import before the first paint."""

from typing import Final

MARK: Final = "••••"


class Secret:
    """Something typed that no log, repr, error or snapshot may show.

    Args:
        value: The clear text.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the clear text. Call it only where the text leaves for the server or for the person's own eyes."""
        return self._value

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return f"Secret({MARK!r})" if self._value else "Secret('')"

    __str__ = __repr__


Value = str | Secret


def clear(value: Value) -> str:
    """Return the clear text of `value`, secret or not."""
    return value.reveal() if isinstance(value, Secret) else value
