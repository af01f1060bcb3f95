"""`python -m benchmarks`: times the server, the limit and hand-written resolvers in turns; prints the ratios."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median

import click
import msgspec

from benchmarks import by_hand
from benchmarks.answers import difference, objects
from benchmarks.batch import KINDS, MOST, TICKET, Compared, compare
from benchmarks.data import filled, living_customers
from benchmarks.load import WRK, Load, LoadFailed, Sample, drive
from benchmarks.queries import CUSTOMERS, Query, queries, tickets_of
from benchmarks.servers import LIMIT, LOADERS, OURS, ROWS, UNCHECKED, Cores, Server, running
from models.backends.sqlite import read_path
from server.demo import DEMO_TOKEN, SCALES, ScaleName

WARM_SECONDS = 1.0
NAMES = (OURS, LIMIT, LOADERS)
WRITING = (OURS, LIMIT, ROWS)
"""The servers that are compared in reading and in writing."""
BATCH, CHECKS = "batch", "checks"
ROLES = (DEMO_TOKEN, "demo-rep")
"""Whose point reads are timed with checks and without: who sees every row, and who has row rules."""


@dataclass
class Result:
    """One query on one database: the rounds of each server."""

    database: str
    query: str
    bytes: int
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def typical(self, name: str) -> Sample:
        """The median of a server's rounds, figure by figure."""
        rounds = self.samples[name]
        return Sample(
            median(sample.rate for sample in rounds),
            median(sample.p50 for sample in rounds),
            median(sample.p99 for sample in rounds),
            median(sample.cpu for sample in rounds),
        )

    def ratio(self, name: str) -> float | None:
        """Our rate over a server's: the median over rounds, in each of which one ran right after the other."""
        if OURS not in self.samples or name not in self.samples:
            return None
        ours, theirs = self.samples[OURS], self.samples[name]
        if len(theirs) < len(ours):
            return self.typical(OURS).rate / self.typical(name).rate
        return median(one.rate / other.rate for one, other in zip(ours, theirs, strict=True))


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--database", type=click.Choice(["sqlite", "postgres", "both"]), default="both")
@click.option("--scale", type=click.Choice(list(SCALES)), default="large", help="How much data.")
@click.option("--queries", "chosen", default="Q1,Q2,Q3,Q4,Q5,Q6,checks,Q7,batch", help="Which, with commas between.")
@click.option("--servers", default=",".join((*NAMES, "rows")), help="Which servers, with commas between.")
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
    servers: str,
    rounds: int,
    seconds: float,
    connections: int,
    data: Path | None,
    fresh: bool,
    postgres_url: str | None,
    save: Path | None,
) -> None:
    """Time the server, a bare endpoint with SQL written by hand, and resolvers with DataLoaders.

    All answer the same queries from the same database and take turns under the same load. First they are
    checked to answer with the same objects.
    """
    folder = (data or Path(tempfile.gettempdir()) / f"rapport-bench-{scale}").absolute()
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    known = {query.name: query for query in queries(SCALES[scale].customers)}
    others = {BATCH, CHECKS}.intersection(chosen.split(","))
    asked = pick(",".join(name for name in chosen.split(",") if name not in others), known)
    names = pick(servers, {name: name for name in NAMES} | {"rows": ROWS})
    cores = Cores.share()
    click.echo(setting(connections, rounds, seconds, cores))
    results: list[Result] = []
    failed = False
    for kind in ("sqlite", "postgres") if database == "both" else (database,):
        for writes in (False, True):
            turn = [query for query in asked if query.writes == writes]
            taking = [name for name in names if name in (WRITING if writes else NAMES)]
            if not turn and (BATCH if writes else CHECKS) not in others:
                continue
            with filled(kind, folder, scale, cores.others, postgres_url, writes=writes) as url:
                if writes:
                    variables = tickets_of(asyncio.run(living_customers(url, CUSTOMERS)))
                    turn = [replace(query, variables=variables) for query in turn]
                with running(url, taking if turn or writes else (), cores.server) as started:
                    if turn:
                        click.echo(heading(kind, scale, taking, writes))
                    for query in turn:
                        load = Load(query.name, query.bodies(), connections, seconds, cores.others)
                        try:
                            results.append(measure(kind, query, started, load, rounds))
                        except LoadFailed as failure:
                            failed = True
                            click.echo(f"{failure}")
                            continue
                        click.echo(line(results[-1], query, taking))
                    if writes and BATCH in others and OURS in taking:
                        click.echo(f"\n{kind}, one at a time and {MOST} at once")
                        for kind_of in KINDS:
                            compared = compare(started[taking.index(OURS)], kind_of, rounds)
                            click.echo(str(compared))
                            if compared.kind == TICKET:
                                click.echo(at_best(url, compared, rounds))
                if not writes and CHECKS in others:
                    with running(url, (OURS, UNCHECKED), cores.server) as (ours, unchecked):
                        load = Load("Q1", (), connections, seconds, cores.others)
                        click.echo(f"\n{kind}, what the checks cost the point read")
                        for role in ROLES:
                            click.echo(cost_of_checks(kind, known["Q1"], role, ours, unchecked, load, rounds))
    if save:
        save.write_bytes(msgspec.json.format(msgspec.json.encode([asdict(result) for result in results])))
    if failed:
        raise click.ClickException("Not every query could be timed.")


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


def measure(kind: str, query: Query, servers: Sequence[Server], load: Load, rounds: int) -> Result:
    """Check that all answer alike, warm them up, and let them take turns. Raises LoadFailed."""
    sizes = check(query, servers, load.bodies)
    result = Result(kind, query.name, round(sizes[servers[0].name]), {server.name: [] for server in servers})
    slow = {server.name: is_slow(server, load) for server in servers}
    if slow.get(OURS) or slow.get(LIMIT):
        slow |= {OURS: True, LIMIT: True}  # their ratio is a fine one: the same generator for both
    for server in servers:
        if not slow[server.name]:
            drive(server, replace(load, seconds=WARM_SECONDS), sizes[server.name], slow=False)
    for at in range(rounds):
        for server in servers:
            if at and slow[server.name] and server.name == LOADERS:
                continue  # one turn of it takes as long as all rounds of the others
            result.samples[server.name].append(drive(server, load, sizes[server.name], slow[server.name]))
    return result


def cost_of_checks(
    kind: str, query: Query, token: str, ours: Server, unchecked: Server, load: Load, rounds: int
) -> str:
    """The point read of customers that somebody may see, with all checks and without any, in turns; told in a line."""
    ours = replace(ours, token=token)
    mine = json.dumps({"query": "{ customers(first: 100) { nodes { id } } }"}).encode()
    seen = json.loads(ours.ask(query.name, mine))["data"]["customers"]["nodes"]
    query = replace(query, variables=tuple(seen))
    result = measure(kind, query, [ours, unchecked], replace(load, bodies=query.bodies()), rounds)
    with_checks, without = result.typical(OURS), result.typical(UNCHECKED)
    return (
        f"{token:<16}{with_checks.rate:>10,.0f} req/s, {without.rate:,.0f} unchecked: {result.ratio(UNCHECKED):.2f}; "
        f"{with_checks.cpu * 1000:.1f} and {without.cpu * 1000:.1f} µs of CPU"
    )


def check(query: Query, servers: Sequence[Server], bodies: Sequence[bytes]) -> dict[str, float]:
    """See that all servers answer with the same objects; how long the answers of each are on average."""
    sizes = dict.fromkeys((server.name for server in servers), 0.0)
    for body in bodies:
        answers = {server.name: server.ask(query.name, body) for server in servers}
        first, *others = ((name, objects(answer, new=query.writes)) for name, answer in answers.items())
        for name, found in others:
            wrong = difference(first[1], found)
            if wrong:
                raise click.ClickException(f"{query.name}: {first[0]} and {name} answer differently: {wrong}")
        for name, answer in answers.items():
            sizes[name] += len(answer) / len(bodies)
    return sizes


def is_slow(server: Server, load: Load) -> bool:
    """Whether the answers under way when a turn of fixed length ends would weigh in its result."""
    times = []
    body = load.bodies[0]
    for _ in range(3):
        start = time.perf_counter()
        server.ask(load.query, body)
        times.append(time.perf_counter() - start)
    return min(times) * load.connections > load.seconds / 10


# --- what is printed ----------------------------------------------------------------------------------------


def setting(connections: int, rounds: int, seconds: float, cores: Cores) -> str:
    generator = "wrk" if WRK else "the client in Python, which needs more of a core itself (install wrk)"
    pinned = (
        f"servers on core {min(cores.server)}, the rest on {', '.join(map(str, sorted(cores.others)))}"
        if cores.server
        else "nothing pinned to a core"
    )
    return f"{connections} connections, {rounds} rounds of {seconds:g} s each, by {generator}; {pinned}."


def heading(kind: str, scale: str, names: Sequence[str], writes: bool = False) -> str:
    title = {"sqlite": "SQLite", "postgres": f"PostgreSQL ({'fsync on' if writes else 'fsync off; it only reads'})"}[
        kind
    ]
    columns = "".join(f"{name:>36}" for name in names)
    figures = f"{'req/s':>12}{'p50 ms':>8}{'p99 ms':>8}{'CPU ms':>8}" * len(names)
    ratios = "".join(f"{'/ ' + name:>14}" for name in names if name != OURS) if OURS in names else ""
    return f"\n{title}, {scale}\n{'':46}{columns}\n{'':46}{figures}{ratios}"


def line(result: Result, query: Query, names: Sequence[str]) -> str:
    figures = "".join(
        f"{shown(sample.rate):>12}{shown(sample.p50):>8}{shown(sample.p99):>8}{shown(sample.cpu):>8}"
        for sample in map(result.typical, names)
    )
    ratios = [result.ratio(name) for name in names if name != OURS]
    told = "".join(f"{ratio:>14.2f}" for ratio in ratios if ratio is not None)
    return f"{query.name} {query.title[:42]:<43}{figures}{told}"


def shown(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.2f}"


if __name__ == "__main__":
    main()
