"""The servers that are compared, each a process of its own on a port of its own, pinned to one core."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from server.demo import DEMO_TOKEN
from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0

OURS, LIMIT, LOADERS = "ours", "limit", "DataLoader"
UNCHECKED = "unchecked"
"""Ours without what the front door and the rights check: see `benchmarks.unchecked`."""
ROWS = "limit, same rows"
"""The limit of a write, writing not only the record but all that the server writes along with it."""

LAVISH = {name: str(10**9) for name in ("CRM_BUDGET", "CRM_BUDGET_RATE")}
"""Settings under which nobody under load is told to wait: all is still counted."""
JSON = "application/json"


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    token: str = ""
    """Whom it is asked as; nobody where it asks no one."""

    @property
    def headers(self) -> dict[str, str]:
        """What goes along with every request."""
        return {"Content-Type": JSON} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})

    def path(self, query: str) -> str:
        """Where it answers a query."""
        return {LIMIT: f"/{query}", ROWS: f"/{query}rows"}.get(self.name, "/graphql")

    def ask(self, query: str, body: bytes) -> bytes:
        """One answer. Raises RuntimeError with what the server says instead."""
        request = urllib.request.Request(self.url + self.path(query), body, self.headers)
        try:
            with urllib.request.urlopen(request, timeout=START_SECONDS) as response:
                answer: bytes = response.read()
                return answer
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{self.name} answers {query} with {error.code}: {error.read()[:500]!r}") from None

    def cpu_seconds(self) -> float:
        """The time its process has spent on a core so far; 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
        for server in servers:
            if not answers(server):
                log.seek(0)
                raise RuntimeError(f"{server.name} did not start:\n{log.read().decode(errors='replace')}")
        yield servers


@contextlib.contextmanager
def process(name: str, database_url: str, cores: set[int], log: IO[bytes]) -> Iterator[Server]:
    """The process of one server, from its start to its end."""
    port = free_port()
    # What else is set on this machine is meant for other servers.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CRM_")}
    started = subprocess.Popen(
        command(name, port),
        cwd=ROOT,
        env=environment | LAVISH | {"DATABASE_URL": database_url},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        preexec_fn=pinned_to(cores),  # noqa: PLW1509 -- there are no threads here
    )
    try:
        yield Server(name, f"http://127.0.0.1:{port}", started, DEMO_TOKEN if name in (OURS, UNCHECKED) else "")
    finally:
        started.terminate()
        try:
            started.wait(timeout=15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def command(name: str, port: int) -> list[str]:
    if name in (OURS, UNCHECKED):
        served = ["server", "serve"] if name == OURS else ["benchmarks.unchecked"]
        return [sys.executable, "-m", *served, "--host", "127.0.0.1", "--port", str(port)]
    application = {LIMIT: "benchmarks.limit", ROWS: "benchmarks.limit", LOADERS: "benchmarks.loaders"}[name]
    options = ["--no-access-log", "--no-server-header", "--no-proxy-headers", "--log-level", "warning"]
    uvicorn = [sys.executable, "-m", "uvicorn", "--factory", f"{application}:from_environment"]
    return [*uvicorn, "--host", "127.0.0.1", "--port", str(port), *options]


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
