"""Every task by name."""

from typing import Any, Final

from sel_backend.operations.agents import CREATE_AGENT
from sel_backend.operations.codes import ISSUE_CODE
from sel_backend.operations.copies import BACKUP
from sel_backend.operations.exports import EXPORT
from sel_backend.operations.freezes import UNFREEZE
from sel_backend.operations.harden import HARDEN_ANSWERS, HARDEN_PASSWORDS
from sel_backend.operations.keys import CHECK_KEYS, KEY_USAGE, RETIRE_KEY
from sel_backend.operations.locks import UNLOCK
from sel_backend.operations.purge import PURGE
from sel_backend.operations.task import Task

TASKS: Final[dict[str, Task[Any]]] = {
    task.name: task
    for task in (
        BACKUP,
        CHECK_KEYS,
        CREATE_AGENT,
        EXPORT,
        HARDEN_ANSWERS,
        HARDEN_PASSWORDS,
        ISSUE_CODE,
        KEY_USAGE,
        PURGE,
        RETIRE_KEY,
        UNFREEZE,
        UNLOCK,
    )
}
