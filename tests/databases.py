"""What tests of a database ask of it again and again."""

from __future__ import annotations

import asyncio
import time

from models import Team
from models.database import Database


async def count(database: Database) -> int:
    """How many teams there are."""
    return int(await database.read("SELECT count(*) FROM team") or 0)


async def assert_healthy(database: Database) -> None:
    """Whatever happened before: all readers read, a write is stored, and no transaction is left open."""
    async with asyncio.timeout(10):
        before = await count(database)
        await asyncio.gather(*(count(database) for _ in range(30)))
        async with database.transaction():
            await Team.create(name=f"healthy {time.monotonic_ns()}")
        assert await count(database) == before + 1
        if database.dialect == "postgres":
            query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            assert await database.execute(f"{query} AND state LIKE 'idle in transaction%'") == [(0,)]
            # Ten tasks hold a connection each: none has leaked from the writer's pool.
            async with asyncio.TaskGroup() as group:
                gate = asyncio.Barrier(10)
                for _ in range(10):
                    group.create_task(hold(database, gate))


async def hold(database: Database, gate: asyncio.Barrier) -> None:
    """Keep a transaction open until others have one too."""
    async with database.transaction():
        await gate.wait()


async def write_one(database: Database, number: int) -> None:
    """Write a row."""
    async with database.transaction():
        await Team.create(name=f"team {number}")
