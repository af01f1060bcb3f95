"""The servers that are compared, each a process of its own on a port of its own, pinned to one core."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from benchmarks.by_rows import FORMS
from benchmarks.peers.peer import PEERS, Peer
from benchmarks.queries import Query, queries
from server.demo import DEMO_TOKEN
from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0

JSON = "application/json"

OURS, LIMIT, LOADERS = "ours", "limit", "DataLoader"
STATIC = "static"
"""The limit's answers from memory: the ceiling of HTTP."""
JOINED = "limit-joined"
"""The limit in its other form: see `benchmarks.by_rows`."""
ROWS = "limit-same-rows"
"""The limit of a write, writing not only the record but all that the server writes along with it."""
UNCHECKED = "unchecked"
"""Ours without what the front door and the rights check: see `benchmarks.unchecked`."""

LAVISH = {name: str(10**9) for name in ("CRM_BUDGET", "CRM_BUDGET_RATE")}
"""Settings under which nobody under load is told to wait: all is still counted."""


COMPILED_SECONDS = 10.0
"""After so much load Node is as fast as it gets: measured sooner, it looks 40 % too slow."""


def uvicorn(factory: str) -> tuple[str, ...]:
    options = ("--no-access-log", "--no-server-header", "--no-proxy-headers", "--log-level", "warning")
    return (sys.executable, "-m", "uvicorn", "--factory", factory, "--host", "127.0.0.1", "--port", "{port}", *options)


@dataclass(frozen=True)
class Kind:
    """What a server is: how it is started, where it answers and how it is asked."""

    name: str
    command: tuple[str, ...]
    """What starts it, on the port `{port}`."""
    path: str = "/graphql"
    """Where it answers `{query}`."""
    token: str = ""
    """Whom it is asked as; nobody where it asks no one."""
    hashed: bool = False
    """Whether it takes a document by its hash."""
    reads: bool = True
    writes: bool = True
    databases: tuple[str, ...] = ("sqlite", "postgres")
    once: bool = False
    """Whether one slow turn is enough: it takes as long as all rounds of the others."""
    compiles: bool = False
    """Whether it compiles what it does often, and is slow until it has."""
    environment: Mapping[str, str] = field(default_factory=dict)
    peer: Peer | None = None

    @property
    def warm(self) -> float:
        """Seconds of load before it is measured."""
        return COMPILED_SECONDS if self.compiles else 1.0

    def says(self, query: Query) -> Query:
        """The query as it understands it."""
        return self.peer.says(query) if self.peer else query

    def takes(self, query: Query) -> bool:
        """Whether it answers that query at all."""
        if query.writes:
            return self.writes
        return self.reads and (self.name != JOINED or query.name in FORMS)


def of_peer(peer: Peer) -> Kind:
    # Some want to know their persisted documents from the start.
    known = {peer.says(query).fingerprint: peer.says(query).document for query in queries(1) if query.persisted}
    return Kind(
        peer.name,
        peer.command,
        hashed=peer.persists,
        databases=("postgres",),
        once=True,
        compiles=peer.compiles,
        environment={**peer.environment, "PERSISTED_OPERATIONS": json.dumps(known)},
        peer=peer,
    )


SERVE = ("--host", "127.0.0.1", "--port", "{port}")
THE_LIMIT = uvicorn("benchmarks.limit:from_environment")
KINDS = {
    kind.name: kind
    for kind in (
        Kind(OURS, (sys.executable, "-m", "server", "serve", *SERVE), token=DEMO_TOKEN, hashed=True),
        Kind(LIMIT, THE_LIMIT, "/{query}", hashed=True),
        Kind(STATIC, uvicorn("benchmarks.limit:static_from_environment"), "/{query}", hashed=True, writes=False),
        Kind(JOINED, THE_LIMIT, "/{query}/joined", hashed=True, writes=False, databases=("postgres",)),
        Kind(ROWS, THE_LIMIT, "/{query}rows", reads=False),
        *map(of_peer, PEERS),
        Kind(LOADERS, uvicorn("benchmarks.loaders:from_environment"), once=True),
        Kind(UNCHECKED, (sys.executable, "-m", "benchmarks.unchecked", *SERVE), token=DEMO_TOKEN, hashed=True),
    )
}
"""What is compared, by name."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    kind: Kind
    url: str
    process: subprocess.Popen[bytes]
    token: str
    """Whom it is asked as."""

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def headers(self) -> dict[str, str]:
        """What goes along with every request."""
        return {"Content-Type": JSON} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})

    def path(self, query: str) -> str:
        """Where it answers a query."""
        return self.kind.path.replace("{query}", query)

    def bodies(self, query: Query) -> list[bytes]:
        """The requests that ask it a query, in its own dialect."""
        return self.kind.says(query).bodies(hashed=query.persisted and self.kind.hashed)

    def introduce(self, query: Query) -> None:
        """Tell it the document that it is going to be asked for by hash."""
        if query.persisted and self.kind.hashed:
            self.ask(query.name, self.kind.says(query).introduction())

    def ask(self, query: str, body: bytes) -> bytes:
        """One answer. Raises RuntimeError with what the server says instead."""
        request = urllib.request.Request(self.url + self.path(query), body, self.headers)
        try:
            with urllib.request.urlopen(request, timeout=START_SECONDS) as response:
                answer: bytes = response.read()
                return answer
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{self.name} answers {query} with {error.code}: {error.read()[:500]!r}") from None


@dataclass(frozen=True)
class Cores:
    """Which cores the servers use, and which the load generator and PostgreSQL; empty: any."""

    server: set[int]
    others: set[int]

    @classmethod
    def share(cls) -> Cores:
        """One for the server that runs, the others for the rest."""
        if not hasattr(os, "sched_getaffinity"):
            return cls(set(), set())
        first, *rest = sorted(os.sched_getaffinity(0))
        return cls({first}, set(rest)) if rest else cls(set(), set())


def pinned_to(cores: set[int]) -> Callable[[], None] | None:
    """For a new process, before it runs: keep it on these cores."""
    return (lambda: os.sched_setaffinity(0, cores)) if cores else None


@contextlib.contextmanager
def running(database_url: str, names: Sequence[str], cores: set[int]) -> Iterator[list[Server]]:
    """Servers on one database for as long as the block runs. Raises RuntimeError with what one says instead."""
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(tempfile.TemporaryFile())
        servers = [stack.enter_context(process(name, database_url, cores, log)) for name in names]
        see_answers(servers, log)
        yield servers


def see_answers(servers: Sequence[Server], log: IO[bytes]) -> None:
    """Wait until all of them answer. Raises RuntimeError with what one says instead."""
    for server in servers:
        if not answers(server):
            log.seek(0)
            raise RuntimeError(f"{server.name} did not start:\n{log.read().decode(errors='replace')}")


@contextlib.contextmanager
def process(
    name: str, database_url: str, cores: set[int], log: IO[bytes], options: Sequence[str] = ()
) -> Iterator[Server]:
    """The process of one server, from its start to its end; `options` go to its command."""
    kind, port = KINDS[name], str(free_port())
    if kind.peer and not kind.peer.installed:
        raise RuntimeError(f"{name} is not installed: python -m benchmarks.peers install")
    # What else is set on this machine is meant for other servers.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CRM_")}
    environment |= LAVISH | {"DATABASE_URL": database_url, "PORT": port} | dict(kind.environment)
    started = subprocess.Popen(
        [part.replace("{port}", port) for part in (*kind.command, *options)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        preexec_fn=pinned_to(cores),  # noqa: PLW1509 -- there are no threads here
    )
    try:
        yield Server(kind, f"http://127.0.0.1:{port}", started, kind.token)
    finally:
        started.terminate()
        try:
            started.wait(timeout=15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def answers(server: Server) -> bool:
    """Wait until a server answers anything at all; whether it does."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            urllib.request.urlopen(server.url, timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False
