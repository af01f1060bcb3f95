"""The server without what the front door and the rights check of a request: what the checks cost is the difference.

Everybody is the administrator, nothing is weighed or counted. What reads, answers and logs is the server's own.
"""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator, Hashable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import click

from access import Viewer
from compiler.values import coerce_variables
from models.database import Database
from schema import STRUCTURAL
from schema.engine import Engine
from schema.plans import Operation
from schema.weight import Weight
from server import app
from server.auth import Known
from server.cli import answer_requests, listen
from server.desk import Desk
from server.memory import keep_freed
from server.settings import Settings

ADMIN = Viewer("Admin", "ADMIN")
EVER = Known(ADMIN, float("inf"))
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


def from_environment() -> app.FrontDoor:
    """The application on DATABASE_URL."""
    app.opened = opened
    return app.create_app(Settings.read(os.environ))


@click.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", type=int, required=True)
def main(host: str, port: int) -> None:
    """Answer requests until stopped."""
    settings = replace(Settings.read(os.environ), host=host, port=port)
    with listen(host, port) as listener:
        answer_requests(settings, listener, "benchmarks.unchecked:from_environment")


if __name__ == "__main__":
    main()
