"""The address of a database is libpq's own; one that is none is refused without showing anything of it."""

from __future__ import annotations

import pytest

from sel_backend.storage.address import DatabaseAddressError, postgresql_parameters
from sel_backend.storage.database import open_database


def test_several_hosts_and_options_are_libpqs() -> None:
    read = postgresql_parameters("postgresql://u:p%40@a:1,b:2/db?sslmode=require&target_session_attrs=any")
    assert read == {
        "user": "u",
        "password": "p@",
        "host": "a,b",
        "port": "1,2",
        "dbname": "db",
        "sslmode": "require",
        "target_session_attrs": "any",
    }


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://u:canari@h/db?sslmodus=require", "an option that PostgreSQL does not know: sslmodus"),
        ("postgresql://u:p@ss?canari=1@h/db", "no address of a database"),
        ("postgresql://u:canari@[::1/db", "no address of a database"),
        ("postgresql://u@h:canari/db", "no address of a database"),
        ("postgresql://u:canari%zz@h/db", "no address of a database"),
        ("mysql://u:canari@h/db", "no address of a database"),
        ("canari", "no address of a database"),
    ],
)
def test_an_address_that_is_none_is_a_sentence_that_shows_nothing_of_it(url: str, told: str) -> None:
    with pytest.raises(DatabaseAddressError, match=told) as refused:
        open_database(url, 1)
    assert "canari" not in str(refused.value)
    assert refused.value.__cause__ is None
