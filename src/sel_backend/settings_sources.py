"""Reads the settings: flags > environment > TOML file > defaults.

Not by pydantic-settings: it costs 0.1 s a start, takes a misspelt section (`SEL_BACKEND_SESION__…`) without a word, and
knows neither lists with commas nor `_FILE`, so that the code it would save here would come back around it.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sel_backend.settings import Settings

_PREFIX: Final = "SEL_BACKEND_"
_SECRET_FILES: Final = frozenset(
    {
        ("database_url_file",),
        ("mail", "password_file"),
        ("mail", "bounces", "password_file"),
        ("server", "metrics_token_file"),
    }
)
_PASSWORD_IN_URL: Final = re.compile(r"://[^/@]*:[^@]+@|[?&]password=")
_LISTS: Final = frozenset({("server", "trusted_networks"), ("server", "trusted_proxies"), ("desk", "networks")})


def _nested(environment: Mapping[str, str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    # In order, so that what stands for a whole section comes before its parts.
    for name, value in sorted(environment.items()):
        if not name.startswith(_PREFIX):
            continue
        *parents, leaf = path = tuple(name.removeprefix(_PREFIX).lower().split("__"))
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
            if not isinstance(branch, dict):
                # As every wrong setting.
                raise ValueError(f"{name}: {_PREFIX}{parent.upper()} has a value already")  # noqa: TRY004
        if path in _SECRET_FILES:
            # As containers hand secrets over: the variable names a file that holds the value.
            branch[leaf.removesuffix("_file")] = Path(value).read_text("utf-8").strip()
        else:
            branch[leaf] = tuple(value.split(",")) if path in _LISTS else value
    return tree


def _merged(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return both; what is None above counts as not said."""
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        if isinstance(under, dict) and isinstance(value, Mapping):
            merged[name] = _merged(under, value)
        elif value is not None:
            merged[name] = value
    return merged


def secret_files(file: Path | None, environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Return the files that a password was read from: the settings' own where it holds one, and those that are named.

    Args:
        file: the TOML file, or None.
        environment: as for `load_settings`.
    """
    found = [
        Path(value)
        for name, value in environment.items()
        if name.startswith(_PREFIX) and tuple(name.removeprefix(_PREFIX).lower().split("__")) in _SECRET_FILES
    ]
    if file is not None:
        tree = tomllib.loads(file.read_text("utf-8"))
        mail = tree.get("mail", {})
        passwords = mail.get("password") or mail.get("bounces", {}).get("password")
        if passwords or _PASSWORD_IN_URL.search(str(tree.get("database_url", ""))):
            found.append(file)
    return found


def load_settings(file: Path | None, environment: Mapping[str, str] = os.environ, **flags: Any) -> Settings:
    """Return the settings from flags over environment over file over defaults.

    Args:
        file: a TOML file, or None.
        environment: `SEL_BACKEND_DATA_FOLDER`, `SEL_BACKEND_SESSION__IDLE_SECONDS` … (two underscores between levels).
        flags: what the command line says; a None counts as not said.

    Raises:
        ValueError: a value is wrong or unknown; the message shows no value.
        OSError: the file cannot be read.
    """
    # Merged over the defaults, so that one number of a rule can be said without the others.
    tree = Settings().model_dump()
    for source in (tomllib.loads(file.read_text("utf-8")) if file else {}, _nested(environment), flags):
        tree = _merged(tree, source)
    return Settings.model_validate(tree)
