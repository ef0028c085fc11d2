"""Conformance is tested with the back end's own worlds."""

from tests.backend.conftest import database_kind, database_url, databases, worlds

__all__ = ["database_kind", "database_url", "databases", "worlds"]
