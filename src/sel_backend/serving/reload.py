"""SIGHUP: which settings hold at once, and which take a restart."""

import logging
from types import FrameType
from typing import Final

from sel_backend.settings import Settings

log = logging.getLogger(__name__)

# What all workers share, or what was checked when the server started.
_OF_A_START: Final = ("data_folder", "database_url", "key_file", "demo")
_OF_A_START_SERVER: Final = ("host", "port", "operator_host", "operator_port", "workers")


def reloaded(running: Settings, read: Settings) -> Settings:
    """Return the settings that were read, with those of the running server where a restart is needed; log which.

    Args:
        running: those with which the server started.
        read: those that were read again.
    """
    changed = [name for name in _OF_A_START if getattr(read, name) != getattr(running, name)]
    server = [name for name in _OF_A_START_SERVER if getattr(read.server, name) != getattr(running.server, name)]
    for name in (*changed, *(f"server.{one}" for one in server)):
        log.warning("a setting has changed that takes a restart", extra={"setting": name})
    kept = {name: getattr(running.server, name) for name in _OF_A_START_SERVER}
    return read.model_copy(
        update={name: getattr(running, name) for name in _OF_A_START} | {"server": read.server.model_copy(update=kept)}
    )


def ignore_reload(_number: int, _frame: FrameType | None) -> None:
    """Ignore SIGHUP: a single process takes new settings when it is started again."""
    log.warning("a single process takes new settings at its restart")
