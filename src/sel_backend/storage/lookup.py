"""One SELECT without the cost around it: compiled once, given to the driver, no transaction to begin and to end.

Measured on `GET /v1/links`: beginning, two statements and committing cost more than everything else together.
"""

from typing import Any

from sqlalchemy import Connection, Engine, Select

Rows = list[tuple[Any, ...]]


class Lookup:
    """A SELECT with one parameter. A single statement sees one state of the database even outside a transaction."""

    def __init__(self, statement: Select[Any], parameter: str) -> None:
        self._statement = statement
        self._parameter = parameter
        self._texts: dict[str, str] = {}

    def run(self, engine: Engine, value: str) -> Rows:
        """Return the rows as the driver gives them, types unchanged; every failure is the driver's own."""
        text = self._texts.get(engine.dialect.name)
        if text is None:
            text = self._texts[engine.dialect.name] = str(self._statement.compile(dialect=engine.dialect))
        connection = engine.raw_connection()
        driver: Any = connection.driver_connection
        try:
            if engine.dialect.name == "sqlite":
                return list(driver.execute(text, (value,)))
            try:
                driver.autocommit = True
                rows: Rows = driver.execute(text, {self._parameter: value}).fetchall()
                driver.autocommit = False
            except BaseException:
                connection.invalidate()
                raise
            return rows
        finally:
            connection.close()

    def run_in(self, tx: Connection, value: str) -> Rows:
        """Return the same in a transaction, with the failures that everything else has."""
        text = str(self._statement.compile(dialect=tx.dialect))
        parameters = (value,) if tx.dialect.name == "sqlite" else {self._parameter: value}
        return [tuple(row) for row in tx.exec_driver_sql(text, parameters)]
