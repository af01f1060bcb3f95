"""What the processes of a server have used, as Linux tells it: time on a core, and memory."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

PROC = Path("/proc")


def family(pid: int) -> Iterator[int]:
    """A process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for entry in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            parents.setdefault(int(fields(int(entry.name))[1]), []).append(int(entry.name))
    waiting = [pid]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += parents.get(found, [])


def fields(pid: int) -> list[str]:
    """What `/proc/PID/stat` says behind the name: the state first, then the parent. Raises OSError."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def cpu_seconds(pid: int) -> float:
    """The time that a process and its descendants have spent on cores so far; 0 where the system does not tell."""
    if not PROC.exists():
        return 0.0
    members: set[int] | None = None
    # What one spent that ends meanwhile would be counted twice or not at all.
    while members != (members := set(family(pid))):
        ticks = sum(spent(member, with_ended=member == pid) for member in members)
    return ticks / os.sysconf("SC_CLK_TCK")


def spent(pid: int, *, with_ended: bool) -> int:
    """The ticks of a process, and of those of its children that have ended; 0 if it has ended itself."""
    try:
        return sum(int(number) for number in fields(pid)[11 : 15 if with_ended else 13])
    except OSError:
        return 0


def exact_seconds(pids: Iterable[int]) -> float:
    """The time that processes have spent on cores so far, to the microsecond. Raises OSError where nothing tells it."""
    nanoseconds = 0
    for pid in pids:
        for thread in (PROC / str(pid) / "task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
                nanoseconds += int((thread / "schedstat").read_bytes().split()[0])
    return nanoseconds / 1e9


def forget_peak(pid: int) -> None:
    """Let the peak of the memory be counted from now on, where the system can."""
    for member in family(pid) if PROC.exists() else ():
        with contextlib.suppress(OSError):
            (PROC / str(member) / "clear_refs").write_text("5")


def peak_memory(pid: int) -> float:
    """The most memory that a process and its descendants have had in use, in MiB; 0 where the system does not tell."""
    kilobytes = 0
    for member in family(pid) if PROC.exists() else ():
        with contextlib.suppress(OSError):
            for line in (PROC / str(member) / "status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    kilobytes += int(line.split()[1])
    return kilobytes / 1024


def postmaster(url: str) -> int | None:
    """The process of the PostgreSQL server behind a URL, whose children answer; None if it is not here."""
    if url.startswith("sqlite"):
        return None
    import asyncio

    import asyncpg

    async def backend() -> int:
        connection = await asyncpg.connect(url)
        try:
            pid: int = await connection.fetchval("SELECT pg_backend_pid()")
            parent = int(fields(pid)[1]) if (PROC / str(pid) / "comm").read_text() == "postgres\n" else 0
            return parent
        except OSError:
            return 0
        finally:
            await connection.close()

    return asyncio.run(backend()) or None
