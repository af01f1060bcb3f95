"""What the checks cost the point read: the server with all of them, and without, in one process and in short turns.

Two processes that run the same code may differ by a tenth, and one second from the next by more than the checks cost.
So both ways are ports of one process, and each is asked for 25 ms before the other is; the unchecked way twice in each
round, which tells how far off the figures may be.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from statistics import median
from urllib.parse import urlsplit

from benchmarks.load import LoadFailed
from benchmarks.measure import check
from benchmarks.queries import Query
from benchmarks.servers import JSON, KINDS, OURS, UNCHECKED, Cores, Server, process, see_answers
from server.demo import DEMO_TOKEN
from server.express import MOST_AGAIN
from tests.services import free_port

REP_TOKEN = "demo-rep"
ROLES = (DEMO_TOKEN, REP_TOKEN)
"""Who asks with checks: whoever sees every row, and whoever has row rules."""

TURN_SECONDS = 0.025
WARM_ROUNDS = 20
"""Rounds that are not counted."""

FORMS = {"again": "to the letter", "anew": "each in other letters"}
"""How the same questions come."""


@dataclass(frozen=True)
class Cost:
    """What came of the turns of one who asks with checks."""

    who: str
    form: str
    rate: float
    """Requests in a second with checks, and without; medians of all turns."""
    unchecked: float
    ratio: float
    """Of the two, the median over rounds."""
    itself: float
    """The same for the unchecked way beside itself: how far off the ratio may be."""

    def __str__(self) -> str:
        rates = f"{self.rate:>8,.0f} req/s, {self.unchecked:,.0f} unchecked: {self.ratio:.3f}"
        return f"{self.who:<12}{FORMS[self.form]:<24}{rates} (unchecked beside itself {self.itself:.3f})"


class Asking:
    """Connections over which one token asks a server the same questions over and over."""

    def __init__(self, server: Server, bodies: Sequence[bytes], connections: int) -> None:
        self.server = server
        place = urlsplit(server.url)
        head = f"POST /graphql HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: {JSON}\r\n"
        head += f"Authorization: Bearer {server.token}\r\n"
        self._requests = cycle([head.encode() + b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies])
        self._selector = selectors.DefaultSelector()
        self._sockets = [socket.create_connection((place.hostname, place.port), 60) for _ in range(connections)]
        for each in self._sockets:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(each, selectors.EVENT_READ)

    def turn(self, seconds: float) -> float:
        """Requests in a second, as long as all connections ask. Raises LoadFailed."""
        start = time.perf_counter()
        end, done, asking = start + seconds, 0, len(self._sockets)
        for each in self._sockets:
            each.sendall(next(self._requests))
        while asking:
            for key, _ in self._selector.select():
                each = key.fileobj
                assert isinstance(each, socket.socket)
                self._receive(each)
                done += 1
                if time.perf_counter() < end:
                    each.sendall(next(self._requests))
                else:
                    asking -= 1
        return done / (time.perf_counter() - start)

    def _receive(self, connection: socket.socket) -> None:
        """One whole answer."""
        answer = connection.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise LoadFailed(f"{self.server.name} answers {answer[:300]!r} under load.")
        missing = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]) - len(body)
        while missing > 0:
            missing -= len(connection.recv(missing)) or missing

    def close(self) -> None:
        self._selector.close()
        for each in self._sockets:
            each.close()


@contextlib.contextmanager
def both_ways(database_url: str, cores: set[int]) -> Iterator[tuple[Server, Server]]:
    """The server with its checks and without, in one process. Raises RuntimeError with what it says instead."""
    port = free_port()
    with (
        tempfile.TemporaryFile() as log,
        process(UNCHECKED, database_url, cores, log, ("--checked-port", str(port))) as unchecked,
    ):
        ours = replace(unchecked, kind=KINDS[OURS], url=f"http://127.0.0.1:{port}")
        see_answers([ours, unchecked], log)
        yield ours, unchecked


@contextlib.contextmanager
def staying_on(cores: set[int]) -> Iterator[None]:
    """Keep this process, which asks, on these cores; empty: any."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def compare(database_url: str, cores: Cores, query: Query, connections: int, seconds: float) -> Iterator[Cost]:
    """What the checks cost, from one lifetime, of which each side has so many seconds. Raises LoadFailed."""
    with staying_on(cores.others), both_ways(database_url, cores.server) as (ours, unchecked):
        # What the rep may see, so that all are asked the same.
        mine = json.dumps({"query": "{ customers(first: 100) { nodes { id } } }"}).encode()
        seen = json.loads(replace(ours, token=REP_TOKEN).ask(query.name, mine))["data"]["customers"]["nodes"]
        query = replace(query, variables=tuple(seen))
        for form in FORMS:
            for token in ROLES:
                yield cost_of(replace(ours, token=token), unchecked, query, form, connections, seconds)


def cost_of(ours: Server, unchecked: Server, query: Query, form: str, connections: int, seconds: float) -> Cost:
    """What the checks cost one who asks. Raises LoadFailed."""
    check(query, [ours, unchecked])
    servers = (ours, unchecked, unchecked)
    sides = [Asking(each, letters(ours.bodies(query), form, at), connections) for at, each in enumerate(servers)]
    try:
        rounds: list[list[float]] = []
        for at in range(WARM_ROUNDS + max(1, round(seconds / TURN_SECONDS))):
            rates = [0.0, 0.0, 0.0]
            for side in (at, at + 1, at + 2):  # each is first as often as the others
                rates[side % 3] = sides[side % 3].turn(TURN_SECONDS)
            rounds.append(rates)
    finally:
        for side in sides:
            side.close()
    counted = rounds[WARM_ROUNDS:]
    return Cost(
        ours.token,
        form,
        median(rates[0] for rates in counted),
        median(rates[1] for rates in counted),
        median(2 * rates[0] / (rates[1] + rates[2]) for rates in counted),
        median(rates[2] / rates[1] for rates in counted),
    )


def letters(bodies: Sequence[bytes], form: str, side: int) -> Sequence[bytes]:
    """The questions of one of three sides as they come: anew, they are more than are known to the letter.

    What makes them differ is how many spaces stand at their ends, which are another side's at no time.
    """
    if form == "again":
        return bodies
    return [body + b" " * (3 * at + side) for at in range(2 * MOST_AGAIN // len(bodies) + 1) for body in bodies]


def pooled(costs: Sequence[Cost]) -> Iterator[Cost]:
    """Of several lifetimes, the medians."""
    for who, form in dict.fromkeys((cost.who, cost.form) for cost in costs):
        same = [cost for cost in costs if (cost.who, cost.form) == (who, form)]
        figures = ("rate", "unchecked", "ratio", "itself")
        yield Cost(who, form, *(median(getattr(cost, figure) for cost in same) for figure in figures))
