"""Names of the HTTP headers that carry meaning, and the version in every path."""

from typing import Final

API_PREFIX: Final = "/v1"
CONTRACT_VERSION: Final = "1.0"
IDEMPOTENCY_KEY: Final = "Idempotency-Key"
IDEMPOTENCY_REPLAYED: Final = "Idempotency-Replayed"
REQUEST_ID: Final = "X-Request-Id"
TERMINAL: Final = "Sel-Terminal"
"""What kind of terminal a client has, one of `sel_contract.desk.TerminalKind`; anything else is none to a server."""
PROBLEM_JSON: Final = "application/problem+json"
IDEMPOTENCY_KEY_PATTERN: Final = r"^[A-Za-z0-9_-]{8,64}$"
IDEMPOTENCY_KEY_LIMIT: Final = 64
