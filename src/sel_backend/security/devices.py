"""Device tokens: proof that somebody logged in to an account from this device, or proved its mailbox there.

Nothing is stored: a token is a time and a digest that only the holder of the keys can compute. It opens nothing; it
only lets a device be counted by itself while strangers try an account's password.
"""

import hmac
from datetime import datetime, timedelta
from typing import Final

from sel_backend.security.keys import Keys

_PURPOSE: Final = "device"
_VALID: Final = timedelta(days=365)


def new_device_token(keys: Keys, account_id: str, password_changed_at: datetime, now: datetime) -> str:
    """Return a token for this device and account, until the password changes or a year has passed."""
    made = f"{int(now.timestamp()):x}"
    return f"{made}.{_mac(keys, account_id, password_changed_at, made, keys.current)}.{keys.current}"


def is_device_token(keys: Keys, token: str, account_id: str, password_changed_at: datetime, now: datetime) -> bool:
    """Tell whether a token was made for this account, since its password last changed and within a year."""
    made, _, rest = token.partition(".")
    mac, _, name = rest.partition(".")
    if name not in keys.material or not hmac.compare_digest(
        mac.encode(), _mac(keys, account_id, password_changed_at, made, name).encode()
    ):
        return False
    return now - datetime.fromtimestamp(int(made, 16), now.tzinfo) < _VALID


def _mac(keys: Keys, account_id: str, password_changed_at: datetime, made: str, name: str) -> str:
    changed = round(password_changed_at.timestamp() * 1_000_000)
    return keys.digest(_PURPOSE, f"{account_id}:{changed}:{made}", name)
