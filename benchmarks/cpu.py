"""How much time processes have spent on a core, with those that they started."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def cpu_of(pid: int | None) -> float:
    """Seconds that a process and its children have spent on a core, those that ended included; 0 for None."""
    if pid is None:
        return 0.0
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            fields = stat.read_text().rpartition(")")[2].split()
            own, of_ended = (sum(map(int, fields[at : at + 2])) for at in (11, 13))
            if int(stat.parent.name) == pid:
                ticks += own + of_ended
            elif int(fields[1]) == pid:
                ticks += own
    return ticks / os.sysconf("SC_CLK_TCK")


def postmaster(folder: Path) -> int | None:
    """The process that PostgreSQL's others descend from, of the server on a benchmark's data; None where none runs."""
    try:
        return int((folder / "postgres" / "data" / "postmaster.pid").read_text().partition("\n")[0])
    except FileNotFoundError:
        return None
