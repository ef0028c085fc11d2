"""What all parts of the settings share: frozen, and no name that nobody knows."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A table of the settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
