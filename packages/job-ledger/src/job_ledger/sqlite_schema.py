"""The tables of the SQLite ledger, and the migration of older files."""

from __future__ import annotations

import sqlite3

from job_ledger.errors import StoreUnavailable

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """
        create table if not exists job (
            job_id text primary key,
            user text not null,
            problem_id text not null,
            state text not null,
            accepted integer not null,
            delivered integer not null,
            started integer,
            finished integer,
            expires integer,
            attempts integer not null,
            token integer not null,
            ended_by integer,
            lease_until integer,
            cancel integer not null,
            progress text,
            outcome text,
            error text,
            detail text,
            backend text not null,
            time_limit real,
            request_id text,
            digest text not null,
            key_digest text unique
        ) without rowid, strict
        """,
        "create index if not exists job_user on job (user, job_id)",
        "create index if not exists job_state on job (state, accepted)",
        "create index if not exists job_expires on job (expires) where expires is not null",
        "create table if not exists document (job_id text primary key, content blob not null) strict",
        "create table if not exists result (job_id text primary key, content blob not null) strict",
        """
        create table if not exists counter (name text primary key, value integer not null)
        without rowid, strict
        """,
        """
        create table if not exists worker (name text primary key, until integer not null)
        without rowid, strict
        """,
    ),
    ("alter table job add column max_moves integer", "alter table job add column move_price real"),
    (
        "alter table job add column size integer",
        "alter table job add column claimed integer",
        "alter table job add column spent integer",
    ),
    ("alter table job add column curve_points integer",),
)
"""Statements by version, never changed once released; ``user_version`` of the file counts those applied."""


def bring_up_to_date(ledger: sqlite3.Connection) -> None:
    """Apply the migration steps that a file lacks; call it within a transaction.

    Parameters
    ----------
    ledger
        The file, new or written by any version.

    Raises
    ------
    StoreUnavailable
        If the file was written by a later version.
    """
    version = version_of(ledger)
    if version > len(STEPS):
        raise StoreUnavailable(
            f"the file of the job store has version {version}, this program knows {len(STEPS)}:"
            " update the program, or give it another file"
        )
    for statements in STEPS[version:]:
        for statement in statements:
            ledger.execute(statement)
    ledger.execute(f"pragma user_version = {len(STEPS)}")


def version_of(ledger: sqlite3.Connection) -> int:
    """Return how many steps have been applied to a file."""
    return int(ledger.execute("pragma user_version").fetchone()[0])
