"""The conditions of use: data that an organisation replaces by a file of its own."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from sel_contract import Terms


@dataclass(frozen=True)
class TermsFile:
    """The conditions of use as a TOML file. `path` None: the ones that come with the back end."""

    path: Path | None = None

    @cached_property
    def current(self) -> Terms:
        """The conditions in force.

        Raises:
            ValueError: the file does not say what it must.
        """
        source = self.path or files("sel_backend").joinpath("terms.toml")
        return Terms.model_validate(tomllib.loads(source.read_text("utf-8")))
