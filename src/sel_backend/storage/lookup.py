"""One SELECT without the cost around it: compiled once, given to a reader, no transaction to begin and to end.

Measured on `GET /v1/links`: beginning, two statements and committing cost more than everything else together.
"""

from typing import Any

from sqlalchemy import Connection, Dialect, Select

from sel_backend.storage.readers import Rows


class Lookup:
    """A SELECT with one parameter. A single statement sees one state of the database even outside a transaction."""

    def __init__(self, statement: Select[Any], parameter: str) -> None:
        self._statement = statement
        self.parameter = parameter
        self._texts: dict[str, str] = {}

    def text(self, dialect: Dialect) -> str:
        """Return the statement as the driver takes it."""
        text = self._texts.get(dialect.name)
        if text is None:
            text = self._texts[dialect.name] = str(self._statement.compile(dialect=dialect))
        return text

    def run_in(self, tx: Connection, value: str) -> Rows:
        """Return the same in a transaction, with the failures that everything else has."""
        parameters = (value,) if tx.dialect.name == "sqlite" else {self.parameter: value}
        return [tuple(row) for row in tx.exec_driver_sql(self.text(tx.dialect), parameters)]
