"""`python -m benchmarks`: times the server, the limit and its peers in turns; prints the ratios."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import click
import msgspec

from benchmarks import by_hand, checks
from benchmarks.batch import KINDS as BATCHES
from benchmarks.batch import MOST, TICKET, Compared, compare
from benchmarks.data import filled, living_customers
from benchmarks.load import Load, LoadFailed
from benchmarks.measure import Result, measure
from benchmarks.peers.peer import PEERS
from benchmarks.processes import PROC, postmaster
from benchmarks.queries import CUSTOMERS, Query, queries, tickets_of
from benchmarks.servers import JOINED, KINDS, LIMIT, LOADERS, OURS, ROWS, STATIC, Cores, running
from benchmarks.table import heading, setting, table
from models.backends.sqlite import read_path
from server.demo import SCALES, ScaleName

BATCH, CHECKS = "batch", "checks"
PEER_NAMES = tuple(peer.name for peer in PEERS)
USUAL = (OURS, STATIC, LIMIT, JOINED, ROWS, *PEER_NAMES, LOADERS)
"""The servers that are compared unless others are named."""


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--database", type=click.Choice(["sqlite", "postgres", "both"]), default="both")
@click.option("--scale", type=click.Choice(list(SCALES)), default="large", help="How much data.")
@click.option("--queries", "chosen", default="Q1,Q2,Q3,Q4,Q5,Q6,Q8,checks,Q7,batch", help="Which, with commas between.")
@click.option("--servers", help=f"Which, with commas between: {', '.join(KINDS)}.  [default: all that are installed]")
@click.option("--lifetimes", type=click.IntRange(1, 100), default=1, help="How often all servers are started anew.")
@click.option("--rounds", type=click.IntRange(1, 100), default=3, help="How often each server has its turn.")
@click.option("--seconds", type=click.FloatRange(0.1, 600), default=3.0, help="How long a turn is.")
@click.option("--connections", type=click.IntRange(1, 256), default=16)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder to keep the data in.")
@click.option("--fresh", is_flag=True, help="Make the data anew.")
@click.option("--postgres-url", help="An empty database of a server that runs, instead of one made for this.")
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures as JSON.")
def main(
    database: str,
    scale: ScaleName,
    chosen: str,
    servers: str | None,
    lifetimes: int,
    rounds: int,
    seconds: float,
    connections: int,
    data: Path | None,
    fresh: bool,
    postgres_url: str | None,
    save: Path | None,
) -> None:
    """Time the server, the limit, and what people would pick instead.

    All answer the same queries from the same database and take turns under the same load. First they are
    checked to answer with the same objects. `python -m benchmarks.peers install` installs the peers.
    """
    folder = (data or Path(tempfile.gettempdir()) / f"rapport-bench-{scale}").absolute()
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    known = {query.name: query for query in queries(SCALES[scale].customers)}
    others = {BATCH, CHECKS}.intersection(chosen.split(","))
    asked = pick(",".join(name for name in chosen.split(",") if name not in others), known)
    names = pick(servers, {name: name for name in KINDS}) if servers else usual()
    cores = Cores.share()
    click.echo(setting(connections, lifetimes, rounds, seconds, cores))
    load = Load("", (), connections, seconds, cores.others)
    results: list[Result] = []
    failures = 0
    for kind in ("sqlite", "postgres") if database == "both" else (database,):
        for writes in (False, True):
            turn = [query for query in asked if query.writes == writes]
            if not turn and (BATCH if writes else CHECKS) not in others:
                continue
            with filled(kind, folder, scale, cores.others, postgres_url, writes=writes) as url:
                place = Place(kind, url, cores, replace(load, postmaster=postmaster(url)), rounds)
                if writes:
                    variables = tickets_of(asyncio.run(living_customers(url, CUSTOMERS)))
                    turn = [replace(query, variables=variables) for query in turn]
                if turn:
                    click.echo(heading(kind, scale, writes))
                    failures += compare_servers(place, names, turn, lifetimes)
                    results += place.results.values()
                if writes and BATCH in others:
                    compare_batches(place)
                if not writes and CHECKS in others:
                    compare_checks(place, known["Q1"], lifetimes, rounds * seconds)
    if save:
        save.write_bytes(msgspec.json.format(msgspec.json.encode([asdict(result) for result in results])))
    if failures:
        raise click.ClickException("Not every query could be timed.")


@dataclass
class Place:
    """A database, how it is asked, and what came of it so far."""

    kind: str
    url: str
    cores: Cores
    load: Load
    rounds: int
    results: dict[str, Result] = field(default_factory=dict)


def compare_servers(place: Place, names: Sequence[str], asked: Sequence[Query], lifetimes: int) -> int:
    """Let servers take turns at queries, in lifetimes whose rounds are pooled; print each query's table at the end.

    The answer is how many queries could not be timed.
    """
    failures = 0
    for lifetime in range(1, lifetimes + 1):
        taking = [name for name in names if place.kind in KINDS[name].databases]
        taking = [name for name in taking if any(KINDS[name].takes(query) for query in asked)]
        with running(place.url, taking, place.cores.server) as started:
            for query in asked:
                able = [server for server in started if server.kind.takes(query)]
                result = place.results.setdefault(query.name, Result(place.kind, query.name))
                try:
                    measure(result, query, able, replace(place.load, query=query.name), place.rounds)
                except LoadFailed as failure:
                    failures += 1
                    click.echo(f"{failure}")
                    continue
                if lifetime == lifetimes:
                    click.echo("\n".join(table(result, query)))
    return failures


def compare_batches(place: Place) -> None:
    """What a record of a batch takes, beside one that is written alone."""
    click.echo(f"\n{place.kind}, one at a time and {MOST} at once")
    with running(place.url, [OURS], place.cores.server) as (ours,):
        for kind in BATCHES:
            compared = compare(ours, kind, place.rounds)
            click.echo(str(compared))
            if compared.kind == TICKET:
                click.echo(at_best(place.url, compared, place.rounds))


def compare_checks(place: Place, query: Query, lifetimes: int, seconds: float) -> None:
    """What the checks cost the point read; lifetimes are pooled."""
    click.echo(f"\n{place.kind}, what the checks cost the point read, in turns of 25 ms")
    if not PROC.exists():
        click.echo("Left out: only Linux tells exactly enough how long a process has been on a core.")
        return
    costs: list[checks.Cost] = []
    for _ in range(lifetimes):
        costs += checks.compare(place.url, place.cores, query, place.load.connections, seconds, place.load.postmaster)
    for cost in checks.pooled(costs):
        click.echo(str(cost))


def usual() -> list[str]:
    """The servers that are compared unless others are named: those that are installed."""
    missing = [name for name in USUAL if (peer := KINDS[name].peer) and not peer.installed]
    if missing:
        click.echo(f"Left out: {', '.join(missing)}. To install them: python -m benchmarks.peers install")
    return [name for name in USUAL if name not in missing]


def at_best(url: str, compared: Compared, rounds: int) -> str:
    """How little a ticket of a batch can take, and how many times less than one alone; told in a line."""
    customers = asyncio.run(living_customers(url, CUSTOMERS))
    if url.startswith("sqlite"):
        least = by_hand.on_sqlite(read_path(url), customers, MOST, rounds)
    else:
        least = asyncio.run(by_hand.on_postgres(url, customers, MOST, rounds))
    return f"{'its rows by hand':<16}{least:>42,.0f} µs in a batch{compared.alone / least:>9.1f} times"


def pick(chosen: str, known: dict[str, Query] | dict[str, str]) -> list:  # type: ignore[type-arg]
    """The named ones. Raises BadParameter for a name that is none."""
    names = [name.strip() for name in chosen.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise click.BadParameter(f"{name} is none of {', '.join(known)}")
    return [known[name] for name in names]


if __name__ == "__main__":
    main()
