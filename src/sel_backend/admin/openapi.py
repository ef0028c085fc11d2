"""`openapi`: print the OpenAPI 3.1 document."""

import json
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Print the document; the same contract always gives the same bytes. Return 0."""
    del arguments
    from sel_backend.api.app import create_app
    from sel_backend.settings import Settings

    document = create_app(None, Settings()).openapi()
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    return 0
