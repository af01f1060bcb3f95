"""The databases that are measured: the demo's company on SQLite and PostgreSQL, made once and then kept."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from models.database import Database, migrate
from server.demo import ScaleName, demo_state, fill, settle_users
from tests import services

# Reads do not care for durability, so a killed run may cost the data: it is made again.
SETTINGS = services.FAST | {"shared_buffers": "256MB"}
# Writes are measured as durable as PostgreSQL makes them by itself.
DURABLE = SETTINGS | {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_wal_size": "4GB"}


@contextlib.contextmanager
def filled(
    database: str, folder: Path, scale: ScaleName, cores: set[int], url: str | None, *, writes: bool = False
) -> Iterator[str]:
    """The URL of a database that holds the demo's company, for as long as the block runs.

    What `writes` gets a copy of its own, which is gone afterwards: the data is the same in every run.
    """
    if database == "sqlite":
        path = folder / "rapport.db"
        prepare(f"sqlite://{path}", scale)
        if not writes:
            yield f"sqlite://{path}"
            return
        with tempfile.TemporaryDirectory(dir=folder) as copies:
            yield f"sqlite://{shutil.copy(path, copies)}"
    elif url is not None:
        prepare(url, scale)
        with copied(url) if writes else contextlib.nullcontext(url) as used:
            yield used
    else:
        with postgres(folder / "postgres", cores, DURABLE if writes else SETTINGS) as base:
            prepare(base, scale)
            with copied(base) if writes else contextlib.nullcontext(base) as used:
                yield used


@contextlib.contextmanager
def copied(url: str) -> Iterator[str]:
    """The URL of a copy of a PostgreSQL database."""
    copy = asyncio.run(services.create_database(url.rpartition("/")[0] + "/template1", url.rpartition("/")[2]))
    try:
        yield copy
    finally:
        asyncio.run(services.drop_database(url, copy))


def prepare(url: str, scale: ScaleName) -> None:
    """Fill a database, unless it was filled before. Raises SystemExit where it holds anybody else's rows."""
    asyncio.run(migrate(url))
    match asyncio.run(demo_state(url)):
        case "demo":
            asyncio.run(settle_users(url))
            return
        case "foreign":
            sys.exit("The database holds rows of its own: the benchmark needs an empty one.")
    print(f"Filling {url.partition(':')[0]} at scale {scale} …", file=sys.stderr, flush=True)
    asyncio.run(fill(url, scale))
    asyncio.run(settle(url))


async def settle(url: str) -> None:
    """Bring a filled database to where it would be after a while of use."""
    database = await Database.open(url, readers=1, pool=1)
    try:
        await database.execute("VACUUM ANALYZE" if database.dialect == "postgres" else "ANALYZE")
    finally:
        await database.close()


async def living_customers(url: str, count: int) -> list[int]:
    """The ids of customers that were not removed, from all over the table."""
    database = await Database.open(url, readers=1, pool=1)
    try:
        rows = await database.execute("SELECT id FROM customer WHERE deleted_at IS NULL ORDER BY id")
        return [id_ for (id_,) in rows[:: max(1, len(rows) // count)]][:count]
    finally:
        await database.close()


@contextlib.contextmanager
def postgres(home: Path, cores: set[int], settings: Mapping[str, str]) -> Iterator[str]:
    """A PostgreSQL server on the data in a folder; the URL of its database."""
    programs, user = services.find_postgres(), services.unprivileged_user()
    data, log, port = home / "data", home / "log", services.free_port()
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        if user:
            os.chown(home, user.pw_uid, user.pw_gid)
        services.initialise(programs, data, log, user)
        (home / "complete").touch()
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    process = services.spawn([programs / "postgres", "-D", data, "-p", str(port), *options], log, user)
    try:
        services.wait_until_ready(process, data, log)
        if cores:
            os.sched_setaffinity(process.pid, cores)  # each session's process inherits it
        yield f"postgres://rapport@127.0.0.1:{port}/postgres"
    finally:
        services.stop(process)
