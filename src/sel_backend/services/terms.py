"""The conditions of use: data that an organisation replaces by a file of its own."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from sel_contract import Terms


@dataclass(frozen=True)
class TermsFile:
    """The conditions of use as a TOML file. `path` None: the ones that come with the back end."""

    path: Path | None = None

    @cached_property
    def current(self) -> Terms:
        """The conditions in force.

        Raises:
            ValueError: the file does not say what it must; the message is a sentence.
            OSError: it cannot be read.
        """
        source = self.path or files("sel_backend").joinpath("terms.toml")
        try:
            return Terms.model_validate(tomllib.loads(source.read_text("utf-8")))
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"it is no TOML: {error}") from error
        except UnicodeDecodeError as error:
            raise ValueError("it is not in UTF-8") from error
        except ValidationError as error:
            places = dict.fromkeys(".".join(map(str, one["loc"])) or "it" for one in error.errors())
            raise ValueError(f"missing or not understood: {', '.join(places)[:200]}") from error
