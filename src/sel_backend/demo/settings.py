"""What is different in demonstration mode."""

from typing import Any, Final

DEMO_SERVER: Final[dict[str, Any]] = {
    "port": 0,
    # Everybody in a demonstration comes from one network: limits per account, method and file still hold.
    "trusted_networks": ("127.0.0.0/8", "::1/128"),
}
DEMO_DESK: Final[dict[str, Any]] = {"networks": ("127.0.0.0/8", "::1/128")}
DEMO_SERVICE: Final[dict[str, Any]] = {
    "operator": {
        "fr-CA": "Démonstration sel-tui, données fictives",
        "en-CA": "sel-tui demonstration, fictitious data",
    },
}
