"""`python -m benchmarks.memory`: what one process holds in memory under load, and after many distinct documents."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from access import Viewer
from benchmarks.data import filled
from benchmarks.load import Load, LoadFailed, drive
from benchmarks.queries import queries
from benchmarks.servers import OURS, Cores, running
from models.database import Database
from schema.engine import Engine
from server.demo import SCALES, ScaleName

MOST_MB = 150.0
"""What a process may hold of its own under load."""
MOST_GROWTH = 1.2
"""How many times as much it may hold after all documents as after a tenth of them."""
PLANS = 1000
"""How many operations the engine is told to keep: as many as a server does unless it is told otherwise."""
STEPS = 10
LOOK_SECONDS = 0.02
BOSS = Viewer(name="benchmark", role="ADMIN")


@dataclass(frozen=True)
class Held:
    """Megabytes of memory that a process has."""

    own: float
    """Its own: what nobody else could use."""
    files: float
    """Pages of files that it looks at in the system's cache, such as its database: given back when others want them."""
    peak: float
    """The most of both together since it started."""


def held(pid: int | str = "self") -> Held:
    """What a process has. Raises OSError where the system does not tell."""
    lines = (line.split(":") for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    found = {name: value.split() for name, value in lines}
    own, files, peak = (int(found[name][0]) / 1024 for name in ("RssAnon", "RssFile", "VmHWM"))
    return Held(own, files, peak)


@dataclass
class Watched:
    """The most memory of its own that a process had while it was watched."""

    most: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def watching(pid: int) -> Iterator[Watched]:
    """Look at a process many times a second for as long as the block runs."""
    watched = Watched()

    def look() -> None:
        while not watched.over.wait(LOOK_SECONDS):
            watched.most = max(watched.most, held(pid).own)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watched
    finally:
        watched.over.set()
        thread.join()


def documents(numbers: range) -> Iterator[str]:
    """As many different documents, of different shapes and lengths."""
    fields = ("name", "email", "phone", "city", "country", "lifecycle", "createdAt", "owner { name }")
    for number in numbers:
        chosen = " ".join(each for at, each in enumerate(fields) if number >> at & 1) or "id"
        nested = f"orders(first: {number % 5 + 1}) {{ nodes {{ number total {{ amount }} }} }}" if number % 3 else ""
        yield f"query D{number} {{ customers(first: {number % 7 + 1}) {{ nodes {{ {chosen} {nested} }} }} }}"


@dataclass(frozen=True)
class Step:
    """Where an engine stands after so many documents."""

    documents: int
    kept: int
    """Operations it keeps."""
    kept_mb: float
    """What it takes them to hold."""
    own: float
    """Megabytes that the process has of its own."""


async def distinct(url: str, count: int) -> list[Step]:
    """Ask an engine so many different documents; where it stands after each tenth. Raises RuntimeError for an error."""
    database = await Database.open(url, readers=1, pool=2)
    steps = []
    try:
        engine = Engine(database, PLANS)
        for step in range(STEPS):
            for document in documents(range(count * step // STEPS, count * (step + 1) // STEPS)):
                answer = await engine.execute(document, None, None, BOSS)
                if answer.code or not answer.executed:
                    raise RuntimeError(f"{document} is answered with {answer.body[:300]!r}")
            kept = len(engine._operations)
            steps.append(Step(count * (step + 1) // STEPS, kept, engine.held_bytes / (1 << 20), held().own))
    finally:
        await database.close()
    return steps


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--database", type=click.Choice(["sqlite", "postgres", "both"]), default="both")
@click.option("--scale", type=click.Choice(list(SCALES)), default="large", help="How much data.")
@click.option("--seconds", type=click.FloatRange(1, 600), default=2.0, help="How long each query is asked.")
@click.option("--connections", type=click.IntRange(1, 256), default=16)
@click.option("--documents", "count", type=click.IntRange(0), default=100_000, help="How many different documents.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder to keep the data in.")
def main(database: str, scale: ScaleName, seconds: float, connections: int, count: int, data: Path | None) -> None:
    """Measure a server under the reads that `python -m benchmarks` times, then an engine under distinct documents.

    Fails where a process has more than 150 MB of its own under load, or 1.2 times as much memory after all documents
    as after a tenth of them. On SQLite the pages of the database that are mapped count into the resident size, but
    they are the system's cache.
    """
    folder = (data or Path(tempfile.gettempdir()) / f"rapport-bench-{scale}").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    wrong = []
    for kind in ("sqlite", "postgres") if database == "both" else (database,):
        with filled(kind, folder, scale, set(), None) as url:
            most = under_load(kind, url, scale, connections, seconds)
            if most > MOST_MB:
                wrong.append(f"{kind}: {most:.0f} MB under load, where {MOST_MB:.0f} are allowed")
            if count:
                steps = asyncio.run(distinct(url, count))
                click.echo(f"{'documents':>12}{'kept':>8}{'they take MB':>14}{'process has MB':>16}")
                for step in steps:
                    click.echo(f"{step.documents:>12,}{step.kept:>8,}{step.kept_mb:>14.1f}{step.own:>16.1f}")
                wrong += [f"{kind}: {fault}" for fault in faults(steps)]
    if wrong:
        raise click.ClickException("; ".join(wrong) + ".")


def faults(steps: Sequence[Step]) -> Iterator[str]:
    """What is wrong with where an engine stood."""
    first, last = steps[0], steps[-1]
    if last.own > first.own * MOST_GROWTH:
        yield f"{first.own:.0f} MB grew to {last.own:.0f} with the number of documents"
    if last.kept > PLANS:
        yield f"{last.kept} documents are kept, where there should be {PLANS} at most"


def under_load(kind: str, url: str, scale: ScaleName, connections: int, seconds: float) -> float:
    """Ask a server all the reads that are timed, one after the other; the most memory of its own that it had."""
    cores = Cores.share()
    with running(url, (OURS,), cores.server) as (server,):
        click.echo(f"\n{kind}, {scale}: MB of one process{'own':>13}{'files':>8}{'peak of both':>14}")
        row(f"started, {len(server.ask('', FIRST)):,} bytes answered", held(server.process.pid))
        with watching(server.process.pid) as watched:
            for query in queries(SCALES[scale].customers):
                if query.writes:
                    continue
                bodies = query.bodies()
                size = sum(len(server.ask("", body)) for body in bodies) / len(bodies)
                try:
                    drive(server, Load(query.name, bodies, connections, seconds, cores.others), size, slow=False)
                except LoadFailed as failure:
                    raise click.ClickException(str(failure)) from None
                row(f"{query.name} {query.title}", held(server.process.pid))
    click.echo(f"{'the most':<38}{watched.most:>10.1f}")
    return watched.most


FIRST = b'{"query": "{ viewer { name } }"}'


def row(title: str, held: Held) -> None:
    click.echo(f"{title[:37]:<38}{held.own:>10.1f}{held.files:>8.1f}{held.peak:>14.1f}")


if __name__ == "__main__":
    main()
