"""Migrations: one file per revision, each up and down."""
