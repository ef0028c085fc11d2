"""One SELECT without the cost around it: compiled once, given to the driver, no transaction to begin and to end.

Measured on `GET /v1/links`: beginning, two statements and committing cost more than everything else together.
"""

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Select

Rows = list[tuple[Any, ...]]


class Lookup:
    """A SELECT with one parameter. A single statement sees one state of the database even outside a transaction."""

    def __init__(self, statement: Select[Any], parameter: str) -> None:
        self._statement = statement
        self._parameter = parameter
        self._texts: dict[str, str] = {}

    def run(self, engine: Engine, value: str) -> Rows:
        """Return the rows as the driver gives them, by a connection of a pool; every failure is the driver's own."""
        connection = engine.raw_connection()
        driver: Any = connection.driver_connection
        try:
            driver.autocommit = True
            rows: Rows = driver.execute(self._text(engine.dialect), {self._parameter: value}).fetchall()
            driver.autocommit = False
        except BaseException:
            connection.invalidate()
            raise
        finally:
            connection.close()
        return rows

    def run_on(self, connection: Connection, value: str) -> Rows:
        """Return the same by SQLite's one connection, outside a transaction."""
        driver: Any = connection.connection.driver_connection
        return list(driver.execute(self._text(connection.dialect), (value,)))

    def _text(self, dialect: Dialect) -> str:
        text = self._texts.get(dialect.name)
        if text is None:
            text = self._texts[dialect.name] = str(self._statement.compile(dialect=dialect))
        return text

    def run_in(self, tx: Connection, value: str) -> Rows:
        """Return the same in a transaction, with the failures that everything else has."""
        parameters = (value,) if tx.dialect.name == "sqlite" else {self._parameter: value}
        return [tuple(row) for row in tx.exec_driver_sql(self._text(tx.dialect), parameters)]
