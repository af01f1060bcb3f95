"""What the checks cost the point read: the server with all of them, and without, in one process and in short turns.

Two processes that run the same code may differ by a tenth, and one second from the next by more than the checks cost.
So both ways are ports of one process, and take turns of 25 ms; each is first in every other round. What counts is the
time on a core: how many requests a second are answered depends on the client as well, which makes the difference look
small.
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
from dataclasses import dataclass, field, replace
from itertools import cycle
from urllib.parse import urlsplit

from benchmarks.load import LoadFailed
from benchmarks.measure import check
from benchmarks.processes import exact_seconds, family
from benchmarks.queries import Query
from benchmarks.servers import JSON, KINDS, OURS, UNCHECKED, Cores, Server, process, see_answers
from server.demo import DEMO_TOKEN
from server.express import MOST_AGAIN
from tests.services import free_port

REP_TOKEN = "demo-rep"
ROLES = (DEMO_TOKEN, REP_TOKEN)
"""Who asks with checks: whoever sees every row, and whoever has row rules."""

TURN_SECONDS = 0.025
SETTLE_SECONDS = 0.0005
"""How long the server may take to come to rest after a turn."""
WARM_SECONDS = 1.0

FORMS = {"again": "to the letter", "anew": "each in other letters"}
"""How the same questions come."""


@dataclass
class Spent:
    """What requests of one way have taken so far."""

    requests: int = 0
    server: float = 0.0
    """Seconds of the server's process on a core."""
    database: float = 0.0
    """The same of PostgreSQL's processes."""

    @property
    def each(self) -> float:
        """Microseconds of a request, in all."""
        return (self.server + self.database) / self.requests * 1e6

    def __str__(self) -> str:
        server, database = self.server / self.requests * 1e6, self.database / self.requests * 1e6
        return f"{server:.1f} + {database:.1f}" if database else f"{server:.1f}"


@dataclass
class Cost:
    """What came of the turns of one who asks with checks."""

    who: str
    form: str
    checked: Spent = field(default_factory=Spent)
    unchecked: Spent = field(default_factory=Spent)

    @property
    def ratio(self) -> float:
        """What a request takes without checks, as a part of what it takes with them."""
        return self.unchecked.each / self.checked.each

    def __str__(self) -> str:
        told = f"{self.who:<12}{FORMS[self.form]:<22}{self.checked} µs of CPU for a request"
        return f"{told}, {self.unchecked} unchecked: {self.ratio:.3f}"


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

    def turn(self, seconds: float) -> int:
        """How many requests were answered, all connections asking for so long. Raises LoadFailed."""
        end, done, asking = time.perf_counter() + seconds, 0, len(self._sockets)
        for each in self._sockets:
            each.sendall(next(self._requests))
        while asking:
            for key, _ in self._selector.select():
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                self._receive(connection)
                done += 1
                if time.perf_counter() < end:
                    connection.sendall(next(self._requests))
                else:
                    asking -= 1
        return done

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


def compare(
    database_url: str, cores: Cores, query: Query, connections: int, seconds: float, postmaster: int | None = None
) -> Iterator[Cost]:
    """What the checks cost, from one lifetime, of which each side has so many seconds. Raises LoadFailed."""
    with staying_on(cores.others), both_ways(database_url, cores.server) as (ours, unchecked):
        # What the rep may see, so that all are asked the same.
        mine = json.dumps({"query": "{ customers(first: 100) { nodes { id } } }"}).encode()
        seen = json.loads(replace(ours, token=REP_TOKEN).ask(query.name, mine))["data"]["customers"]["nodes"]
        query = replace(query, variables=tuple(seen))
        for form in FORMS:
            for token in ROLES:
                cost = Cost(token, form)
                spend(cost, replace(ours, token=token), unchecked, query, connections, seconds, postmaster)
                yield cost


def spend(
    cost: Cost,
    ours: Server,
    unchecked: Server,
    query: Query,
    connections: int,
    seconds: float,
    postmaster: int | None,
) -> None:
    """Let the sides take turns, and add what they spend to a cost. Raises LoadFailed."""
    check(query, [ours, unchecked])
    bodies = letters(ours.bodies(query), cost.form)
    sides = [
        (Asking(each, bodies, connections), spent)
        for each, spent in ((ours, cost.checked), (unchecked, cost.unchecked))
    ]
    try:
        for asking, _ in sides:
            asking.turn(WARM_SECONDS)
        database = [*family(postmaster)] if postmaster else []
        for at in range(max(1, round(seconds / TURN_SECONDS))):
            for asking, spent in sides if at % 2 else reversed(sides):  # so that neither has more turns after its own
                before = exact_seconds([ours.pid]), exact_seconds(database)
                spent.requests += asking.turn(TURN_SECONDS)
                time.sleep(SETTLE_SECONDS)
                spent.server += exact_seconds([ours.pid]) - before[0]
                spent.database += exact_seconds(database) - before[1]
    finally:
        for asking, _ in sides:
            asking.close()


def letters(bodies: Sequence[bytes], form: str) -> Sequence[bytes]:
    """The questions as they come: anew, they are far more than are known to the letter, by spaces that mean nothing."""
    if form == "again":
        return bodies
    return [spaced(body, at) for at in range(20 * MOST_AGAIN // len(bodies) + 1) for body in bodies]


def spaced(body: bytes, at: int) -> bytes:
    """The same JSON with spaces around it, as many before as one digit of a number says, and behind as the other."""
    before, behind = divmod(at, 16)
    return b" " * before + body + b" " * behind


def pooled(costs: Sequence[Cost]) -> Iterator[Cost]:
    """The costs of several lifetimes, those of one kind together."""
    for who, form in dict.fromkeys((cost.who, cost.form) for cost in costs):
        whole = Cost(who, form)
        for cost in costs:
            if (cost.who, cost.form) == (who, form):
                for total, part in ((whole.checked, cost.checked), (whole.unchecked, cost.unchecked)):
                    total.requests += part.requests
                    total.server += part.server
                    total.database += part.database
        yield whole
