"""`python -m benchmarks.faults kill9|database|disk`: breaks things on purpose, and says what became of the writes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import click

from benchmarks.faults import disk, kill9, outage
from tests.services import create_database, postgres_server

HELP = {"help_option_names": ["-h", "--help"], "show_default": True}
DATABASE = click.option("--database", type=click.Choice(["sqlite", "postgres"]), default="sqlite")


@click.group(context_settings=HELP)
def main() -> None:
    """Break the process, the database or the disk under write load; the exit code says whether all was well."""
    logging.getLogger("rapport").setLevel(logging.ERROR)  # that the database is gone is no news here


@main.command("kill9")
@DATABASE
@click.option("--seconds", type=click.FloatRange(1, 3600), default=60.0, help="How long servers are killed.")
def kill(database: str, seconds: float) -> None:
    """Kill the server with SIGKILL again and again while clients write."""

    async def work() -> kill9.Report:
        async with fresh(database) as url:
            return await kill9.run(url, seconds, click.echo)

    report = asyncio.run(work())
    end(bool(report.wrong or report.dirty))


@main.command("database")
@click.option("--faults", default=",".join(outage.FAULTS), help="Which faults, with commas between.")
@click.option("--seconds", type=click.FloatRange(0, 3600), default=0.0, help="Begin anew until this time is over.")
def database_command(faults: str, seconds: float) -> None:
    """Take PostgreSQL away from a server under load: restart, crash, ended sessions, a freeze, a table lock."""
    names = [name.strip() for name in faults.split(",")]
    for name in names:
        if name not in outage.FAULTS:
            raise click.BadParameter(f"{name} is none of {', '.join(outage.FAULTS)}")

    async def work() -> list[outage.Report]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        reports = [await outage.run(names, click.echo)]
        while loop.time() < deadline:
            reports.append(await outage.run(names, click.echo))
        return reports

    reports = asyncio.run(work())
    end(any(report.failed() for report in reports))


@main.command("disk")
def disk_command() -> None:
    """Let SQLite run out of room. (PostgreSQL's file system cannot be made small without rights to mount one.)"""

    async def work() -> disk.Report:
        async with fresh("sqlite") as url:
            return await disk.run(url, click.echo)

    report = asyncio.run(work())
    end(bool(report.wrong or report.dirty))


@contextlib.asynccontextmanager
async def fresh(kind: str) -> AsyncIterator[str]:
    """The URL of an empty database, which is gone afterwards."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="rapport-faults-") as folder:
            yield f"sqlite://{Path(folder) / 'rapport.db'}"
        return
    with postgres_server() as server:
        yield await create_database(server)


def end(failed: bool) -> None:
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
