"""Every task by its name. The server looks up here the task that a request on its operator's port names."""

from typing import Any, Final

from sel_backend.admin.backup import BACKUP
from sel_backend.admin.base import Task
from sel_backend.admin.bounce import BOUNCE, READ_BOUNCES
from sel_backend.admin.case import CASE
from sel_backend.admin.check_keys import CHECK_KEYS
from sel_backend.admin.create_agent import CREATE_AGENT
from sel_backend.admin.export import EXPORT
from sel_backend.admin.harden import HARDEN_ANSWERS, HARDEN_PASSWORDS
from sel_backend.admin.issue_code import ISSUE_CODE
from sel_backend.admin.kiosks import ADD_KIOSK, KIOSKS, REMOVE_KIOSK, RENEW_KIOSK
from sel_backend.admin.mails import MAILS
from sel_backend.admin.purge import PURGE
from sel_backend.admin.rotate_key import KEY_USAGE, RESEAL, RETIRE_KEY
from sel_backend.admin.unfreeze import UNFREEZE
from sel_backend.admin.unlock import UNLOCK

TASKS: Final[dict[str, Task[Any]]] = {
    task.name: task
    for task in (
        ADD_KIOSK,
        BACKUP,
        BOUNCE,
        CASE,
        CHECK_KEYS,
        CREATE_AGENT,
        EXPORT,
        HARDEN_ANSWERS,
        HARDEN_PASSWORDS,
        ISSUE_CODE,
        KEY_USAGE,
        KIOSKS,
        MAILS,
        PURGE,
        READ_BOUNCES,
        REMOVE_KIOSK,
        RENEW_KIOSK,
        RESEAL,
        RETIRE_KEY,
        UNFREEZE,
        UNLOCK,
    )
}
