"""How one query is measured: all servers are checked to answer alike, warmed up, and take turns."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

import click

from benchmarks.answers import difference, objects
from benchmarks.load import Load, Sample, drive
from benchmarks.queries import Query
from benchmarks.servers import JOINED, LIMIT, OURS, Server


@dataclass
class Result:
    """One query on one database: the rounds of each server, of all its lifetimes."""

    database: str
    query: str
    bytes: dict[str, float] = field(default_factory=dict)
    """How long an answer of each server is."""
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def typical(self, name: str) -> Sample:
        """The median of a server's rounds, figure by figure."""
        rounds = self.samples[name]
        return Sample(
            median(sample.rate for sample in rounds),
            median(sample.p50 for sample in rounds),
            median(sample.p99 for sample in rounds),
            median(sample.cpu for sample in rounds),
            median(sample.database for sample in rounds),
            max(sample.memory for sample in rounds),
        )

    @property
    def limit(self) -> str | None:
        """The faster form of the limit; None where there are not two."""
        forms = [name for name in (LIMIT, JOINED) if name in self.samples]
        return max(forms, key=lambda name: self.typical(name).rate) if len(forms) > 1 else None

    def ratio(self, name: str) -> float | None:
        """Our rate over a server's: the median over rounds, in each of which one ran right after the other."""
        if OURS not in self.samples or name not in self.samples:
            return None
        ours, theirs = self.samples[OURS], self.samples[name]
        if len(theirs) != len(ours):
            return self.typical(OURS).rate / self.typical(name).rate
        return median(one.rate / other.rate for one, other in zip(ours, theirs, strict=True))


def measure(result: Result, query: Query, servers: Sequence[Server], load: Load, rounds: int) -> None:
    """Add rounds of each server to a result. Raises LoadFailed."""
    result.bytes = check(query, servers)
    loads = {server.name: replace(load, bodies=server.bodies(query)) for server in servers}
    slow = {server.name: is_slow(server, loads[server.name]) for server in servers}
    if slow.get(OURS) or slow.get(LIMIT):
        slow |= {OURS: True, LIMIT: True}  # their ratio is a fine one: the same generator for both
    for server in servers:
        if server.kind.compiles or not slow[server.name]:
            warming = replace(loads[server.name], seconds=server.kind.warm)
            drive(server, warming, result.bytes[server.name], slow[server.name])
    for at in range(rounds):
        for server in servers:
            if at and slow[server.name] and server.kind.once:
                continue
            sample = drive(server, loads[server.name], result.bytes[server.name], slow[server.name])
            result.samples.setdefault(server.name, []).append(sample)


def check(query: Query, servers: Sequence[Server], most: int | None = None) -> dict[str, float]:
    """See that all servers answer with the same objects; how long the answers of each are on average."""
    for server in servers:
        server.introduce(query)
    bodies = {server.name: server.bodies(query)[:most] for server in servers}
    sizes = dict.fromkeys(bodies, 0.0)
    for at in range(len(query.variables[:most])):
        answers = {server.name: server.ask(query.name, bodies[server.name][at]) for server in servers}
        first, *others = ((name, objects(answer, new=query.writes)) for name, answer in answers.items())
        for name, found in others:
            wrong = difference(first[1], found)
            if wrong:
                raise click.ClickException(f"{query.name}: {first[0]} and {name} answer differently: {wrong}")
        for name, answer in answers.items():
            sizes[name] += len(answer) / len(bodies[name])
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
