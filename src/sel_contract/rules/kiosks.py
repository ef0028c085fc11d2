"""The names of kiosks and the form of their tokens."""

from typing import Final

KIOSK_NAME_LIMIT: Final = 40
KIOSK_NAME: Final = rf"^[a-z0-9][a-z0-9-]{{0,{KIOSK_NAME_LIMIT - 1}}}$"
KIOSK_TOKEN: Final = r"^[A-Za-z0-9_-]{43}$"  # noqa: S105 - the form of one
