"""The address of a database is libpq's own; one that is none is refused without showing anything of it."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from sel_backend.storage.address import DatabaseAddressError, postgresql_parameters
from sel_backend.storage.database import open_database
from sel_backend.storage.reasons import kind_of, why


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


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ('FATAL:  password authentication failed for user "canari"', "the user or the password is refused (28P01)"),
        ('FATAL:  no pg_hba.conf entry for host "canari"', "the server does not let this user in from here (28000)"),
        ("FATAL:  sorry, too many clients already", "the server has no connection left (53300)"),
        ("FATAL:  the database system is starting up", "the server starts or stops (57P03)"),
        ('connection to server at "canari" failed: session is read-only', "no server takes writes (25006)"),
        ("SSL error: certificate verify failed", "TLS: the certificate or the protocol is refused"),
        ("server does not support SSL, but SSL was required", "the server has no TLS"),
        ("connection timeout expired", "no answer in time"),
        ("canari", "OperationalError"),
    ],
)
def test_why_a_connection_fails_is_said_in_words_of_ours(said: str, reason: str) -> None:
    driver = psycopg.OperationalError(f"connection failed: {said}")
    assert why(OperationalError("canari", {"canari": "canari"}, driver)) == reason


def test_a_failure_is_named_by_its_kind_and_its_sqlstate_alone() -> None:
    driver = psycopg.errors.DiskFull("could not extend file canari")
    assert why(OperationalError("canari", None, driver)) == "DiskFull (53100)"
    assert kind_of(OperationalError("canari", None, driver)) == "DiskFull 53100"
    assert kind_of(KeyError("canari")) == "KeyError"
    assert why(OperationalError("canari", None, sqlite3.OperationalError("disk I/O error"))) == "disk I/O error"
