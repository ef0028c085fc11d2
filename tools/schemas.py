"""Writes docs/schemas from the models of what the commands for scripts print: `make schemas`."""

import json
from pathlib import Path

from sel_tui.scripts.outputs import OUTPUTS

FOLDER = Path(__file__).parents[1] / "docs" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(name: str) -> str:
    """Return the text of one schema.

    Args:
        name: A key of `OUTPUTS`.
    """
    made = {"$schema": DIALECT, **OUTPUTS[name].model_json_schema(mode="serialization")}
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for one in OUTPUTS:
        (FOLDER / f"{one}.schema.json").write_text(schema(one), encoding="utf-8")
