"""`python -m sel_backend`."""

import sys

from sel_backend.cli import main

if __name__ == "__main__":
    sys.exit(main())
