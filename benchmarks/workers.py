"""`python -m benchmarks.workers`: what a second process that answers requests adds to the first."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import click

from benchmarks.data import filled
from benchmarks.load import Load, LoadFailed, drive
from benchmarks.processes import postmaster
from benchmarks.queries import queries
from benchmarks.servers import KINDS, LAVISH, OURS, ROOT, Server, answers
from server.demo import DEMO_TOKEN, SCALES, ScaleName
from tests.services import free_port

DOCUMENTS = 10_000
"""How many a round has: many more than a process keeps plans of, should it come to the first of them again."""
WARM_SECONDS = 1.0


@dataclass(frozen=True)
class Work:
    """What the processes are given to do."""

    name: str
    bodies: Callable[[int], list[bytes]]
    """The requests of each round, one after the other and then again."""


def works(customers: int) -> list[Work]:
    """Much work for the server and hardly any for the database; and the point read, which is the other way round."""
    document = """query D%d { customers(first: 1) { nodes { id name email phone city country lifecycle createdAt
      orders(first: 1) { nodes { id number status orderDate total { amount currency }
        lines(first: 1) { nodes { id quantity price { amount currency } product { id sku name } } } } }
      tickets(first: 1) { nodes { id number issue status priority createdAt } } } } }"""

    def fresh(round_: int) -> list[bytes]:
        numbers = range(DOCUMENTS * round_, DOCUMENTS * (round_ + 1))
        return [json.dumps({"query": document % number}).encode() for number in numbers]

    point = next(query for query in queries(customers) if query.name == "Q1")
    return [
        Work("documents never asked before", fresh),
        Work("one customer by id", lambda _: point.bodies()),
    ]


@dataclass(frozen=True)
class Turn:
    """What was measured while the processes of one server were at work."""

    rate: float
    """Requests answered in a second."""
    server: float
    """Milliseconds on a core for each, of all of its processes."""
    database: float
    """The same of PostgreSQL."""
    others: float
    """The same of the load generator."""


@contextlib.contextmanager
def serving(url: str, workers: int) -> Iterator[Server]:
    """A server of so many processes, on any core. Raises RuntimeError with what it says instead."""
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CRM_")}
    command = [sys.executable, "-m", "server", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with tempfile.TemporaryFile() as log:
        started = subprocess.Popen(
            [*command, "--workers", str(workers)],
            cwd=ROOT,
            env=environment | LAVISH | {"DATABASE_URL": url},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            server = Server(KINDS[OURS], f"http://127.0.0.1:{port}", started, DEMO_TOKEN)
            if not answers(server):
                log.seek(0)
                raise RuntimeError(f"It did not start:\n{log.read().decode(errors='replace')}")
            yield server
        finally:
            started.terminate()
            try:
                started.wait(timeout=15)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


def turn(server: Server, load: Load, size: float) -> Turn:
    """Load a server for a while. Raises LoadFailed."""
    before = cpu_of_ended()
    sample = drive(server, load, size, slow=False)
    others = (cpu_of_ended() - before) * 1000 / (sample.rate * load.seconds)
    return Turn(sample.rate, sample.cpu, sample.database, others)


def cpu_of_ended() -> float:
    """Seconds that children of this process, such as load generators, have spent on a core and then ended."""
    times = os.times()
    return times.children_user + times.children_system


def typical(turns: Sequence[Turn]) -> Turn:
    """The median of turns, figure by figure."""
    return Turn(
        median(each.rate for each in turns),
        median(each.server for each in turns),
        median(each.database for each in turns),
        median(each.others for each in turns),
    )


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--database", type=click.Choice(["sqlite", "postgres", "both"]), default="both")
@click.option("--scale", type=click.Choice(list(SCALES)), default="large", help="How much data.")
@click.option("--workers", type=click.IntRange(2, 64), default=2, help="How many processes, beside a server of one.")
@click.option("--rounds", type=click.IntRange(1, 100), default=3, help="How often each server has its turn.")
@click.option("--seconds", type=click.IntRange(1, 600), default=3, help="How long a turn is.")
@click.option("--connections", type=click.IntRange(1, 256), default=16)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder to keep the data in.")
def main(
    database: str, scale: ScaleName, workers: int, rounds: int, seconds: float, connections: int, data: Path | None
) -> None:
    """Time a server of one process and one of several, in turns, on all the cores there are.

    The load and the database need cores too. The ceiling is what all cores could answer if nobody ever waited: cores
    over what a request takes of them, whoever's process it is, and as many times one process as there are.
    """
    folder = (data or Path(tempfile.gettempdir()) / f"rapport-bench-{scale}").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    click.echo(f"{cores} cores for the server, the database and the load; nothing pinned to one.")
    for kind in ("sqlite", "postgres") if database == "both" else (database,):
        with contextlib.ExitStack() as stack:
            url = stack.enter_context(filled(kind, folder, scale, set(), None))
            database_pid = postmaster(url)
            servers = [stack.enter_context(serving(url, count)) for count in (1, workers)]
            click.echo(
                f"\n{kind:<34}{'1 process: req/s':>17}{'CPU ms: server':>16}{'database':>10}{'load':>7}"
                f"{f'{workers}: req/s':>12}{'server':>8}{'database':>10}{'load':>7}{'times':>8}{'ceiling':>9}"
            )
            for work in works(SCALES[scale].customers):
                loads = [
                    Load("", work.bodies(at), connections, seconds, set(), database_pid) for at in range(rounds + 1)
                ]
                size = sum(len(servers[0].ask("", each)) for each in loads[0].bodies[:100]) / 100
                try:
                    for server in servers:
                        turn(server, replace(loads[0], seconds=WARM_SECONDS), size)
                    turns = [[turn(server, load, size) for server in servers] for load in loads[1:]]
                except LoadFailed as failure:
                    raise click.ClickException(str(failure)) from None
                one, several = (typical([each[at] for each in turns]) for at in (0, 1))
                ratio = median(each[1].rate / each[0].rate for each in turns)
                taken = one.server + one.database + one.others
                ceiling = min(workers, cores * 1000 / taken / one.rate)
                click.echo(
                    f"{work.name:<34}{one.rate:>17,.0f}{one.server:>16.3f}{one.database:>10.3f}{one.others:>7.3f}"
                    f"{several.rate:>12,.0f}{several.server:>8.3f}{several.database:>10.3f}{several.others:>7.3f}"
                    f"{ratio:>8.2f}{ceiling:>9.2f}"
                )


if __name__ == "__main__":
    main()
