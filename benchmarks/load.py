"""Load on a server, from a process of its own, and what it measured."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.processes import cpu_seconds, forget_peak, peak_memory
from benchmarks.servers import ROOT, Server, pinned_to

WRK = shutil.which("wrk")

PATIENCE = 60
"""Seconds an answer may take before it counts as lost."""


@dataclass(frozen=True)
class Sample:
    """What one run measured."""

    rate: float
    """Requests answered in a second."""
    p50: float
    p99: float
    """Half of the answers, and 99 of 100, came within so many milliseconds."""
    cpu: float
    """Milliseconds that the server's process spent on a core for each request."""
    database: float
    """Milliseconds that PostgreSQL's processes spent on a core for each request; 0 where there are none."""
    memory: float
    """MiB of memory that the server had in use at most."""


@dataclass(frozen=True)
class Load:
    """The requests of one query, and how they are sent."""

    query: str
    bodies: Sequence[bytes]
    connections: int
    seconds: float
    cores: set[int]
    postmaster: int | None = None
    """PostgreSQL's first process, if it is on this machine."""

    def database_seconds(self) -> float:
        """The time that PostgreSQL has spent on a core so far."""
        return cpu_seconds(self.postmaster) if self.postmaster else 0.0


class LoadFailed(Exception):
    """A server did not answer all that it was asked, so its figures would mean nothing."""


def drive(server: Server, load: Load, size: float, slow: bool) -> Sample:
    """Keep connections busy for a while. Raises LoadFailed, also where answers are not about `size` long.

    wrk sends for a fixed time and drops what is under way at its end, so slow answers are left to the client
    in Python, which waits for them and then takes no time that would matter.
    """
    url = server.url + server.path(load.query)
    with tempfile.NamedTemporaryFile("wb", suffix=".jsonl") as file:
        file.write(b"\n".join(load.bodies) + b"\n")
        file.flush()
        if WRK and not slow:
            script = str(Path(__file__).with_name("wrk.lua"))
            command = [WRK, "-t1", f"-c{load.connections}", f"-d{max(1, round(load.seconds))}s"]
            command += [f"--timeout={PATIENCE}s", "-s", script, url, "--", file.name, server.token]
        else:
            command = [sys.executable, "-m", "benchmarks.client", url, file.name]
            command += [str(load.connections), str(load.seconds), server.token]
        forget_peak(server.pid)
        before, database_before = cpu_seconds(server.pid), load.database_seconds()
        run = subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, preexec_fn=pinned_to(load.cores), check=False
        )
        spent, database_spent = cpu_seconds(server.pid) - before, load.database_seconds() - database_before
    line = next((line for line in run.stdout.splitlines() if line.startswith("{")), None)
    if run.returncode or line is None:
        told = (run.stderr or run.stdout).strip().splitlines() or ["it said nothing"]
        raise LoadFailed(f"{load.query}: the load on {server.name} broke off: {told[-1]}")
    found = msgspec.json.decode(line)
    requests = int(found["requests"])
    if found["errors"] or not requests:
        raise LoadFailed(f"{load.query}: {server.name} failed {found['errors']} of {requests} requests.")
    if not 0.9 * size < found["bytes"] / requests < 1.1 * size + 1000:
        raise LoadFailed(
            f"{load.query}: {server.name} answered with {found['bytes'] / requests:.0f} bytes under load,"
            f" where {size:.0f} were expected: these are errors."
        )
    return Sample(
        requests / found["seconds"],
        found["p50"],
        found["p99"],
        spent * 1000 / requests,
        database_spent * 1000 / requests,
        peak_memory(server.pid),
    )
