"""The task `check-keys`, used by `doctor` and `rotate-key`: whether the keys at hand are the database's own."""

from sel_backend.admin.base import NoArguments, Result, Task
from sel_backend.backend import Backend


async def check_keys(backend: Backend, _request: NoArguments) -> Result:
    """Return the current key's name; opening the back end, or calling the server, has compared the keys already."""
    return {"current": backend.core.keys.current}


CHECK_KEYS = Task("check-keys", NoArguments, check_keys)
