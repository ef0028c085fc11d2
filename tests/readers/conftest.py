"""tdsr is in no registry: its test is collected only where a program of that name is on the path."""

import shutil

collect_ignore = [] if shutil.which("tdsr") else ["test_tdsr.py"]
