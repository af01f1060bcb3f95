"""Brings a database's tables up to date: runs the numbered SQL files here that it has not seen yet.

Each exists for both databases, `0001_initial.sqlite.sql` and `0001_initial.postgres.sql`, and is plain SQL to
be read: Tortoise's own migrations leave out check constraints without a word, rebuild SQLite tables in a way
that deletes the rows that refer to them, and note what they did outside the transaction they did it in.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from models.backends import PAUSE, DatabaseUnavailable
from models.backends.sqlite import explain, read_path, spell_instant

FOLDER = Path(__file__).parent

TABLE = "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL)"
LOCK = 0x5241_5050_4F52_54
"""The number of PostgreSQL's advisory lock that only one migrating process holds."""
WAIT_SECONDS = 120
"""How long to wait for another process that migrates the same database."""


class DatabaseNewer(Exception):
    """The database was made by a newer version of this program, which this one cannot serve."""


async def apply(url: str, dialect: str) -> list[str]:
    """Run what is missing, each in a transaction that also notes it; the names of the migrations that ran."""
    scripts = load(dialect)
    if dialect == "sqlite":
        return await asyncio.to_thread(apply_to_sqlite, read_path(url), scripts)
    return await apply_to_postgres(url, scripts)


def load(dialect: str) -> dict[str, str]:
    """Every migration's SQL by its name, in order."""
    suffix = f".{dialect}.sql"
    files = sorted(FOLDER.glob(f"*{suffix}"))
    return {file.name.removesuffix(suffix): file.read_text("utf-8") for file in files}


def next_missing(scripts: dict[str, str], applied: set[str]) -> str | None:
    """The first migration a database has not seen."""
    unknown = applied - scripts.keys()
    if unknown:
        raise DatabaseNewer(
            f"A newer version of this program has migrated the database ({', '.join(sorted(unknown))})."
            " Start that version, or restore the backup from before."
        )
    return next((name for name in scripts if name not in applied), None)


def apply_to_sqlite(path: str, scripts: dict[str, str]) -> list[str]:
    done: list[str] = []
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=WAIT_SECONDS)) as connection:
            switch_to_wal(connection)
            # A table is altered by making it anew; with foreign keys on, dropping the old one would delete
            # the rows that refer to it. What they refer to is checked before each commit instead.
            connection.execute("PRAGMA foreign_keys=OFF")
            while step_sqlite(connection, scripts, done):
                pass
    except sqlite3.Error as error:
        raise explain(error) from error
    return done


def switch_to_wal(connection: sqlite3.Connection) -> None:
    """Have a file keep its log beside it. While another process does so, SQLite does not wait by itself."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(PAUSE)


def step_sqlite(connection: sqlite3.Connection, scripts: dict[str, str], done: list[str]) -> bool:
    """Run one missing migration; whether there was one."""
    connection.execute("BEGIN IMMEDIATE")  # one process at a time from here
    try:
        connection.execute(TABLE)
        applied = {name for (name,) in connection.execute("SELECT name FROM migration")}
        name = next_missing(scripts, applied)
        if name is not None:
            for statement in statements(scripts[name]):
                connection.execute(statement)
            dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
            if dangling:
                raise sqlite3.IntegrityError(f"{name} leaves rows that refer to nothing: {dangling[:5]}")
            connection.execute("INSERT INTO migration VALUES (?, ?)", (name, now()))
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    if name is None:
        return False
    done.append(name)
    return True


def statements(script: str) -> Iterator[str]:
    """The statements of a script one by one; SQLite itself tells where one ends."""
    statement = ""
    for piece in script.split(";")[:-1]:
        statement += f"{piece};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


async def apply_to_postgres(url: str, scripts: dict[str, str]) -> list[str]:
    import asyncpg

    from models.backends.postgres_connections import CONNECT_SECONDS, SETTINGS, unavailable

    done: list[str] = []
    with unavailable():
        try:
            connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS, server_settings=SETTINGS)
        except (asyncpg.PostgresError, ValueError) as error:  # what the server or the driver has against the URL
            raise DatabaseUnavailable(str(error)) from error
        try:
            while True:
                async with connection.transaction():
                    # Held until this transaction ends, however it ends.
                    await connection.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
                    try:
                        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
                    except asyncpg.LockNotAvailableError as error:
                        raise DatabaseUnavailable("Another process is still migrating it.") from error
                    await connection.execute(TABLE)
                    applied = {row[0] for row in await connection.fetch("SELECT name FROM migration")}
                    name = next_missing(scripts, applied)
                    if name is None:
                        return done
                    await connection.execute(scripts[name])
                    await connection.execute("INSERT INTO migration VALUES ($1, $2)", name, now())
                done.append(name)
        except (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidSchemaNameError) as error:
            raise DatabaseUnavailable(f"{error} (its user must be allowed to make tables there)") from error
        finally:
            await connection.close(timeout=CONNECT_SECONDS)


def now() -> str:
    return spell_instant(dt.datetime.now(dt.UTC))
