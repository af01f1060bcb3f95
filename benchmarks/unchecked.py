"""The server without what the front door and the rights check of a request: what the checks cost is the difference.

Everybody is the administrator, nothing is weighed or counted. What reads, answers and logs is the server's own. The
process may answer with all checks as well, on another port: see `benchmarks.checks`.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Hashable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import click
import uvicorn

from access import Viewer
from compiler.values import coerce_variables
from models.database import Database
from schema import STRUCTURAL
from schema.engine import Engine
from schema.plans import Operation
from schema.weight import Weight
from server import app
from server.auth import Known
from server.cli import listen, server_config
from server.desk import Desk
from server.logs import chosen, logging_config
from server.memory import keep_freed
from server.settings import Settings

ADMIN = Viewer("Admin", "ADMIN")
EVER = Known(ADMIN, began=float("inf"))
NOTHING = Weight(0, 0, "", 0)


class Anybody:
    """Lets everybody in."""

    def at_hand(self, header: bytes | None) -> Viewer | None:
        return ADMIN

    def known(self, header: bytes) -> Known | None:
        return EVER

    async def viewer(self, headers: Any, address: str) -> Viewer:
        return ADMIN

    async def viewer_of(self, token: str) -> Viewer:
        return ADMIN

    async def still_valid(self, viewer: Viewer) -> bool:
        return True


class Unweighed(Engine):
    """Answers whatever is asked, and weighs nothing but what it is to keep."""

    def _weighed(
        self, operation: Operation, variables: Mapping[str, Any] | None, viewer: Viewer
    ) -> tuple[Mapping[str, Any], Hashable, Weight]:
        values, shape = coerce_variables(operation.variables, variables or {}, STRUCTURAL)
        self._keep(operation, values, shape)
        return values, shape, NOTHING


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[dict[str, Any]]:
    """What the process answers with, as `server.app.opened` makes it, with nobody who asks or counts."""
    database = await Database.open(settings.database_url, readers=settings.readers, pool=settings.pool)
    desk = Desk(Unweighed(database))
    gc.freeze()
    gc.set_threshold(app.GARBAGE, 20, 20)
    keep_freed()
    yield {"desk": desk, "auth": Anybody(), "database": database}
    await database.close()


async def serve(settings: Settings, ports: Mapping[int, app.Opens]) -> None:
    """Answer on each port with what is opened for it, until stopped."""
    log = logging_config(settings.log_level, chosen(settings.log_format))
    servers = [
        (uvicorn.Server(server_config(settings, app.create_app(settings, opens=opens), log_config=log)), port)
        for port, opens in ports.items()
    ]
    await asyncio.gather(*(server.serve([listen(settings.host, port)]) for server, port in servers))


@click.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", type=int, required=True)
@click.option("--checked-port", type=int, help="Answer with all checks here.")
def main(host: str, port: int, checked_port: int | None) -> None:
    """Answer requests until stopped."""
    settings = replace(Settings.read(os.environ), host=host, port=port)
    ports = {port: opened} | ({checked_port: app.opened} if checked_port else {})
    factory = server_config(settings, None).get_loop_factory()
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(serve(settings, ports))


if __name__ == "__main__":
    main()
