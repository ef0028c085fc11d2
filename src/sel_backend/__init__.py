"""The reference back end: HTTP on top, rules in the middle, one repository for SQLite and PostgreSQL below."""
