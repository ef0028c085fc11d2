"""Migrations: one file per revision, each up and down.

Each also declares whether the version of the program before it can go on working on the new schema
(`BESIDE_THE_OLD_VERSION`), in half a sentence why (`WHY`), and the tables and columns (`table.column`) whose contents
its way back loses (`LOST_ON_THE_WAY_BACK`): tests hold it to all three, on both databases.
"""
